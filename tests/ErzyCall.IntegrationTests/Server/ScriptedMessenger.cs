using System.Collections.Concurrent;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Messages;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>A messenger that does what a test says, and remembers what it was given. By default it takes every message and never reports.</summary>
internal sealed class ScriptedMessenger(bool isSimulated = true) : IMessenger
{
    public bool IsSimulated => isSimulated;

    public Func<OutgoingMessage, CancellationToken, Task<SendResult>> WhenSent { get; set; } = (message, _) => Task.FromResult(Accepts(message));

    public ConcurrentQueue<OutgoingMessage> Sent { get; } = [];

    public static SendResult Accepts(OutgoingMessage message) => new SendResult.Accepted($"wamid.{message.Id}", WaId: null);

    /// <summary>Answers once with an error of the platform, and takes whatever comes after.</summary>
    public void RefuseOnce(int code, TimeSpan? retryAfter = null) => WhenSent = (_, _) =>
    {
        WhenSent = (message, _) => Task.FromResult(Accepts(message));
        return Task.FromResult<SendResult>(new SendResult.Refused(MetaError.Of(code, "No"), retryAfter));
    };

    public Task<SendResult> SendAsync(WhatsAppAccount account, OutgoingMessage message, CancellationToken cancellationToken)
    {
        Sent.Enqueue(message);
        return WhenSent(message, cancellationToken);
    }

    public Task<IReadOnlyList<WhatsAppTemplate>> ListTemplatesAsync(WhatsAppAccount account, CancellationToken cancellationToken) =>
        throw new MessengerUnavailableException("Not now");
}
