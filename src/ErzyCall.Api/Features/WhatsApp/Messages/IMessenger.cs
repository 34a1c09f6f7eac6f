using ErzyCall.Api.Features.WhatsApp.Accounts;

namespace ErzyCall.Api.Features.WhatsApp.Messages;

/// <summary>
/// Whoever brings messages to customers. What a message is named towards it is our own id, given along with it, so that a report finds its
/// message also when the answer to the sending was never heard. Reports and customers' messages come later, through
/// <see cref="MetaReports"/>, possibly twice, out of order, or never.
/// </summary>
internal interface IMessenger
{
    /// <summary>Whether it reaches nobody.</summary>
    bool IsSimulated { get; }

    /// <summary>Gives one message to Meta, once. Whatever it throws means that nobody knows whether Meta has it.</summary>
    Task<SendResult> SendAsync(WhatsAppAccount account, OutgoingMessage message, CancellationToken cancellationToken);

    /// <summary>All templates of the account's business.</summary>
    /// <exception cref="MessengerUnavailableException">Meta did not answer, or not with templates.</exception>
    Task<IReadOnlyList<WhatsAppTemplate>> ListTemplatesAsync(WhatsAppAccount account, CancellationToken cancellationToken);
}

/// <param name="Text">Exactly one of this and <paramref name="Template"/>.</param>
internal sealed record OutgoingMessage(Id<Message> Id, string To, TextContent? Text, TemplateContent? Template);

/// <summary>What is known after a message was offered to Meta.</summary>
internal abstract record SendResult
{
    /// <summary>Meta has it and will report.</summary>
    /// <param name="WaId">Meta's form of the number.</param>
    internal sealed record Accepted(string MetaId, string? WaId) : SendResult;

    /// <summary>Meta said that it does not send it.</summary>
    /// <param name="RetryAfter">When it asks for patience.</param>
    internal sealed record Refused(MetaError Error, TimeSpan? RetryAfter) : SendResult;

    /// <summary>Meta certainly never received it.</summary>
    internal sealed record NotSent : SendResult;

    /// <summary>It was kept back at the last moment: the customer asked for no more messages after it had been claimed.</summary>
    internal sealed record OptedOut : SendResult;
}

internal sealed record WhatsAppTemplate(string Name, string Language, string Category, string Status, IReadOnlyList<string> Variables);

/// <summary>Meta could not be asked.</summary>
internal sealed class MessengerUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
