using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Calls.Dispatch.Callbacks;
using ErzyCall.Api.Features.Calls.Dispatch.Simulation;
using ErzyCall.Api.Features.Calls.Dispatch.Vapi;
using ErzyCall.Api.Features.Calls.Policy;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.Simulation;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Metrics;
using ErzyCall.Api.Platform.OpenApi;
using ErzyCall.Api.Platform.Workers;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Calls;

internal static class CallSetup
{
    public static void AddCalls(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<CallOptions>()
            .Bind(configuration.GetSection(CallOptions.Section))
            .Validate(
                options => options.DispatchWithin > TimeSpan.Zero && options.MaxDuration > TimeSpan.Zero,
                "Calls:DispatchWithin and Calls:MaxDuration must be positive.")
            .Validate(options => options.MaxWaiting > 0, "Calls:MaxWaiting must be positive.")
            .Validate(
                options => options.KeepFor is not { } time || time >= CallOptions.ShortestKeepFor,
                $"Calls:KeepFor must be at least {CallOptions.ShortestKeepFor.Days} days ({CallOptions.ShortestKeepFor:c}).")
            .ValidateOnStart();
        services.AddVapi(configuration);
        services
            .AddScoped<Carriers>()
            .AddScoped<ICarrier, SimulatedCarrier>()
            .AddSingleton<DialJournal>()
            .AddSingleton<SimulatedExchange>()
            .AddSingleton<CallMetrics>()
            .AddScoped<CallSubmission>()
            .AddScoped<CarrierReports>()
            .AddScoped<IInFlight, InFlightOrders>()
            .AddJob<CallDispatchJob>()
            .AddJob<JudgeAnewJob>()
            .AddJob<ReconcileCallsJob>()
            .AddJob<OptedOutCallsJob>()
            .AddJob<HangUpJob>()
            .AddJob<HangUpStraysJob>()
            .AddJob<CallDeadlineJob>()
            .AddJob<AddUpWaitingCallsJob>()
            .AddJob<PurgeCallsJob>()
            .AddJob<PurgeCallbacksJob>()
            .AddJob<SimulatedCarrierJob>();
        services
            .AddDatabaseGauge(
                "erzycall.calls.processing",
                "{call}",
                "Calls that are being dialled or talked on.",
                static (db, _, cancellationToken) =>
                    db.Calls.LongCountAsync(call => call.Status == CallStatus.Processing && call.LineFreeAt == null, cancellationToken))
            .AddDatabaseGauge(
                "erzycall.calls.due",
                "{call}",
                "Calls that are due and wait to be dialled.",
                static (db, now, cancellationToken) => db.CountDueCallsAsync(now, cancellationToken));
        services
            .AddEventDescription<CallListItem>(
                CallEvents.Scheduled,
                CallRoutes.Tag,
                "A call begins to wait for its time: it was placed for later, or the calling policy has put it off.",
                CallExamples.Scheduled)
            .AddEventDescription<CallListItem>(CallEvents.Started, CallRoutes.Tag, "A call is being dialled.", CallExamples.Processing)
            .AddEventDescription<CallListItem>(
                CallEvents.Ended,
                CallRoutes.Tag,
                "A call is over as calls are: somebody talked, nobody answered, or it was cancelled while it was being dialled.",
                CallExamples.Ended)
            .AddEventDescription<CallListItem>(
                CallEvents.Failed,
                CallRoutes.Tag,
                "A call has failed: it was not dialled, it was refused or broke off, it was hung up for the do-not-call ledger, or its "
                + $"outcome is not known. `endedReason` tells which. A call has this event or `{CallEvents.Ended}`, never both.",
                CallExamples.Failed)
            .AddEventDescription<CallListItem>(
                CallEvents.Report,
                CallRoutes.Tag,
                "More is known of a call that is over: its transcript, recording, cost or analysis has come later.")
            .AddEventDescription<CallListItem>(
                CallEvents.Cancelled, CallRoutes.Tag, "A call was cancelled before it was dialled.", CallExamples.Cancelled);
        services.AddExamples(new()
        {
            ["to"] = "+14155550100",
            ["from"] = "+14155559999",
            ["firstMessage"] = "Hello Ada, this is the dental practice.",
            ["message"] = "Hello Ada, this is the dental practice.",
            ["unresolvedVariables"] = "doctor",
            ["endedReason"] = EndedReason.AssistantEndedCall.Value,
            ["recordingUrl"] = $"https://voice.example.com{ApiPath.V1}/calls/call_01h455vb4pex5vsknk084sn02q/recording",
            ["event"] = CallEvents.Ended,
            ["events"] = CallEvents.Ended,
            ["timeZone"] = "recipient",
            ["fallbackTimeZone"] = "UTC",
            [ResponseHeaders.Location] = $"{ApiPath.V1}/calls/call_01h455vb4pex5vsknk084sn02q",
        });
    }
}
