using ErzyCall.Api.Features.WhatsApp.Accounts;

namespace ErzyCall.Api.Features.WhatsApp.Messages;

/// <summary>
/// Whoever brings messages to customers. A messenger is given our own id along with each message, so that a report finds its message also
/// when the answer to the sending was never heard. Reports and customers' messages come later, through <see cref="MetaReports"/>, possibly
/// twice, out of order, or never.
/// </summary>
internal interface IMessenger
{
    /// <summary>Whether the messenger reaches nobody.</summary>
    bool IsSimulated { get; }

    /// <summary>Gives one message to Meta, once. Whatever it throws means that nobody knows whether Meta has it.</summary>
    Task<SendResult> SendAsync(WhatsAppAccount account, OutgoingMessage message, CancellationToken cancellationToken);

    /// <summary>All templates of the account's business.</summary>
    /// <exception cref="MessengerUnavailableException">Meta did not answer, or not with templates.</exception>
    Task<IReadOnlyList<WhatsAppTemplate>> ListTemplatesAsync(WhatsAppAccount account, CancellationToken cancellationToken);
}

/// <param name="Text">The text; exactly one of it and <paramref name="Template"/> is given.</param>
internal sealed record OutgoingMessage(Id<Message> Id, string To, TextContent? Text, TemplateContent? Template);

/// <summary>The outcome of offering a message to Meta, as far as it is known.</summary>
internal abstract record SendResult
{
    /// <summary>Meta has the message and will report.</summary>
    /// <param name="WaId">Meta's form of the number.</param>
    internal sealed record Accepted(string MetaId, string? WaId) : SendResult;

    /// <summary>Meta said that it does not send the message.</summary>
    /// <param name="RetryAfter">The time that Meta asks to wait, if it asks for patience.</param>
    internal sealed record Refused(MetaError Error, TimeSpan? RetryAfter) : SendResult;

    /// <summary>Meta certainly never received the message.</summary>
    internal sealed record NotSent : SendResult;

    /// <summary>The message was kept back at the last moment: the customer asked for no more messages after it had been claimed.</summary>
    internal sealed record OptedOut : SendResult;
}

/// <summary>A template as Meta has it. A message can be made of it in each language that it is listed in.</summary>
/// <param name="Name">The template's name, for <c>template.name</c> of a message.</param>
/// <param name="Language">The code of the language, for <c>template.language</c> of a message, as <c>en_US</c>.</param>
/// <param name="Category">Meta's category, as <c>UTILITY</c> or <c>MARKETING</c>.</param>
/// <param name="Status">Meta's status, as <c>APPROVED</c> or <c>PAUSED</c>. Only an approved template can be sent.</param>
/// <param name="Variables">
/// The variables in the template's body, each of which a message must give: their names, or numbers from <c>1</c> on.
/// </param>
[Example("""{"name":"appointment_reminder","language":"en_US","status":"APPROVED","variables":["name","date"]}""")]
internal sealed record WhatsAppTemplate(string Name, string Language, string Category, string Status, IReadOnlyList<string> Variables);

/// <summary>Meta could not be asked.</summary>
internal sealed class MessengerUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
