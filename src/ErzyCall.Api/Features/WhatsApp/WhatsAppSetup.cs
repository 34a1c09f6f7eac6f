using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WhatsApp.Conversations;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Features.WhatsApp.Meta;
using ErzyCall.Api.Features.WhatsApp.Simulation;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Metrics;
using ErzyCall.Api.Platform.OpenApi;
using ErzyCall.Api.Platform.Workers;

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
        services.AddSendOnceClient<MetaCloudMessenger>(MetaCloudMessenger.LargestAnswer);
        services
            .AddScoped<IMessenger>(provider => provider.GetRequiredService<MetaCloudMessenger>())
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
            .AddEventDescription<MessageResponse>(
                MessageEvents.Received,
                WhatsAppRoutes.Tag,
                "A customer has written.",
                """{"direction":"inbound","status":"delivered","readAt":null}""")
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
}
