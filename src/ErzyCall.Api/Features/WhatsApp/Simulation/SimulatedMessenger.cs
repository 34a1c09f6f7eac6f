using ErzyCall.Api.Features.Simulation;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Platform.Time;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.WhatsApp.Simulation;

/// <summary>
/// The messenger that reaches nobody: the only one of test organizations. It behaves as the real one does, asynchronously and with a memory
/// of its own; <see cref="SimulatedMessengerJob"/> plays its messages forward and reports. What happens is scripted by the number's last
/// four digits.
/// </summary>
internal sealed class SimulatedMessenger(ErzyCallDbContext db, IOptions<SimulatorOptions> options, TimeProvider clock) : IMessenger
{
    private static readonly IReadOnlyList<WhatsAppTemplate> s_templates =
    [
        new("hello_world", "en_US", "UTILITY", "APPROVED", []),
        new("appointment_reminder", "en_US", "UTILITY", "APPROVED", ["name", "date"]),
        new("order_update", "en_US", "UTILITY", "APPROVED", ["1", "2"]),
    ];

    public bool IsSimulated => true;

    /// <summary>Meta's id of a message, in the simulation.</summary>
    public static string MetaIdOf(Id<Message> message) => $"wamid.simulated.{message}";

    public async Task<SendResult> SendAsync(WhatsAppAccount account, OutgoingMessage message, CancellationToken cancellationToken)
    {
        var script = MessageScript.For(message.To);
        db.SimulatedMessages.Add(new SimulatedMessage
        {
            MessageId = message.Id,
            AccountId = account.Id,
            To = message.To,
            NextStepAt = script is [var first, ..] ? clock.Now() + options.Value.Scale(first.After) : null,
        });
        await db.SaveChangesAsync(cancellationToken);
        return new SendResult.Accepted(MetaIdOf(message.Id), WaId: null);
    }

    public Task<IReadOnlyList<WhatsAppTemplate>> ListTemplatesAsync(WhatsAppAccount account, CancellationToken cancellationToken) =>
        Task.FromResult(s_templates);
}
