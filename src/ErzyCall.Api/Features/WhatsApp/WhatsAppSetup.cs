using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WhatsApp.Conversations;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Features.WhatsApp.Meta;
using ErzyCall.Api.Features.WhatsApp.Simulation;
using ErzyCall.Api.Platform.Metrics;
using ErzyCall.Api.Platform.OpenApi;
using ErzyCall.Api.Platform.Workers;
using Microsoft.Extensions.Http.Resilience;
using Polly.Timeout;

namespace ErzyCall.Api.Features.WhatsApp;

internal static class WhatsAppSetup
{
    public static void AddWhatsApp(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<WhatsAppOptions>()
            .Bind(configuration.GetSection(WhatsAppOptions.Section))
            .Validate(options => options.SendWithin > TimeSpan.Zero, "WhatsApp:SendWithin must be positive.")
            .Validate(options => options.BaseAddress.IsAbsoluteUri, "WhatsApp:BaseAddress must be an absolute address.")
            .ValidateOnStart();
        services.AddMetaCloud();
        services
            .AddSingleton<MessageMetrics>()
            .AddScoped<Messengers>()
            .AddScoped<IMessenger, SimulatedMessenger>()
            .AddScoped<MetaReports>()
            .AddScoped<CustomerOptOuts>()
            .AddScoped<IInFlight, InFlightMessages>()
            .AddScoped<MessageSubmission>()
            .AddJob<MessageSendJob>()
            .AddJob<MessageDeadlineJob>()
            .AddJob<SimulatedMessengerJob>()
            .AddEventDescription<MessageResponse>(MessageEvents.Received, WhatsAppRoutes.Tag, "A customer has written.")
            .AddEventDescription<MessageResponse>(
                MessageEvents.Status, WhatsAppRoutes.Tag, "A message that was sent has come further, or has failed.")
            .AddExamples(new()
            {
                ["displayPhoneNumber"] = "+14155559999",
                ["verifiedName"] = "Dental Practice",
                ["waUserName"] = "Ada",
                ["waUserPhone"] = "+14155550100",
                ["lastMessagePreview"] = "Yes, see you then.",
                ["category"] = "UTILITY",
                ["language"] = "en",
            })
            .AddDatabaseGauge(
                "erzycall.whatsapp.messages.queued",
                "{message}",
                "WhatsApp messages that are still to be sent.",
                static (db, _, cancellationToken) =>
                    db.Messages.LongCountAsync(message => message.Status == MessageStatus.Queued, cancellationToken));
    }

    private static void AddMetaCloud(this IServiceCollection services)
    {
        services.AddScoped<IMessenger>(provider => provider.GetRequiredService<MetaCloudMessenger>());
        services.AddHttpClient<MetaCloudMessenger>(http =>
            {
                // The handlers below bound the time.
                http.Timeout = Timeout.InfiniteTimeSpan;
                http.MaxResponseContentBufferSize = MetaCloudMessenger.LargestAnswer;
            })

            // The client's loggers would write the headers of requests, and so the access token, at the level Trace.
            .RemoveAllLoggers()

            // Following a redirect would send a message again, and to an address that somebody else names. A cookie would tie accounts of
            // several organizations together.
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            })
            .AddStandardResilienceHandler(resilience =>
            {
                resilience.AttemptTimeout.Timeout = TimeSpan.FromSeconds(15);
                resilience.TotalRequestTimeout.Timeout = TimeSpan.FromSeconds(20);

                // A message is never sent again because its answer was lost.
                resilience.Retry.DisableForUnsafeHttpMethods();

                // The breaker is for a Meta that is away, not for one that refuses: the refusals of one account must not stop the others.
                resilience.CircuitBreaker.ShouldHandle = failed =>
                    ValueTask.FromResult(failed.Outcome.Exception is HttpRequestException or TimeoutRejectedException);
            });
    }
}
