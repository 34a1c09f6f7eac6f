using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Conversations;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.WhatsApp.Messages;

/// <summary>The directions of a message.</summary>
[SchemaName("WhatsAppMessageDirection")]
internal static class MessageDirection
{
    /// <summary>From the customer.</summary>
    public const string Inbound = "inbound";

    /// <summary>To the customer.</summary>
    public const string Outbound = "outbound";

    public static IReadOnlyList<string> All { get; } = [Inbound, Outbound];
}

/// <summary>The kinds of messages.</summary>
[SchemaName("WhatsAppMessageType")]
internal static class MessageType
{
    /// <summary>Words of whoever writes.</summary>
    public const string Text = "text";

    /// <summary>Words that Meta has approved, with values put in.</summary>
    public const string Template = "template";

    public static IReadOnlyList<string> All { get; } = [Text, Template];
}

/// <summary>
/// The status of a message. It only moves forward; <c>read</c> and <c>failed</c> are final, and nothing fails once it is delivered.
/// </summary>
[SchemaName("WhatsAppMessageStatus")]
internal static class MessageStatus
{
    /// <summary>It waits: for its turn in the conversation, for Meta, or for its account.</summary>
    public const string Queued = "queued";

    /// <summary>Meta has it.</summary>
    public const string Sent = "sent";

    /// <summary>It has reached the customer's phone, or came from it.</summary>
    public const string Delivered = "delivered";

    /// <summary>The customer has opened it, and has not switched off that this is told.</summary>
    public const string Read = "read";

    /// <summary>It was not sent or not delivered; <c>error</c> says why.</summary>
    public const string Failed = "failed";

    public static IReadOnlyList<string> All { get; } = [Queued, Sent, Delivered, Read, Failed];
}

/// <summary>The words of a message.</summary>
/// <param name="Body">
/// The text. Of what a customer sends that is no text, it is the kind in brackets and the words that it has, as <c>[image] My roof</c> or
/// <c>[audio]</c>; a pressed button is its label.
/// </param>
[Example("""{"body":"Yes, see you then."}""")]
[SchemaName("WhatsAppText")]
internal sealed record TextContent(string Body);

/// <summary>A template and the values that are put in.</summary>
/// <param name="Name">The template's name, as <c>GET /whatsapp/templates</c> has it.</param>
/// <param name="Language">The language of the template, as <c>GET /whatsapp/templates</c> has it.</param>
/// <param name="Variables">
/// The values of the template's variables, by name, or by number from <c>1</c> on, as the template has them.
/// </param>
[SchemaName("WhatsAppTemplateContent")]
internal sealed record TemplateContent(string Name, string Language, IReadOnlyDictionary<string, string> Variables);

/// <summary>Why a message failed.</summary>
/// <param name="Code">
/// Meta's number of the error, as <c>131026</c>, or a code of ours in words: <c>contact-opted-out</c>, <c>deadline-exceeded</c>,
/// <c>account-not-active</c>, <c>account-simulated</c>, <c>send-unknown</c>; <c>http-…</c> and <c>unknown</c> when Meta gave none.
/// </param>
/// <param name="Message">The explanation for people, of Meta's errors in Meta's words.</param>
[SchemaName("WhatsAppMessageError")]
internal sealed record MessageError(string Code, string Message);

/// <summary>
/// One message, inbound or outbound. An outbound one is claimed before it is given to Meta; while it is claimed, nobody else gives it to
/// Meta. The claim ends when Meta has taken it or has certainly not. Callers hold the row's lock.
/// </summary>
internal sealed class Message : IResource<Message>, IMakesWork
{
    /// <summary>The longest id of Meta's that is stored, in characters; none is as long.</summary>
    public const int MaxPlatformId = 200;

    /// <summary>The lease of a claimed message: after it, nobody is known to be handing the message over any more.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The time for which Meta's report is waited for when its answer was not heard. Reports come within seconds; this leaves Meta time for
    /// trying again.
    /// </summary>
    public static readonly TimeSpan UnknownFor = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan s_longestBackOff = TimeSpan.FromMinutes(5);

    public static string IdPrefix => "msg";

    public Id<Message> Id { get; private init; }

    public Id<Owner> OrganizationId { get; private init; }

    public Id<WhatsAppAccount> AccountId { get; private init; }

    public Id<Conversation> ConversationId { get; private init; }

    public string Direction { get; private init; } = "";

    public string Type { get; private set; } = MessageType.Text;

    public TextContent? Text { get; private set; }

    public TemplateContent? Template { get; private set; }

    /// <summary>The template that is sent instead when the window has closed.</summary>
    public TemplateContent? FallbackTemplate { get; private set; }

    public string Status { get; private set; } = MessageStatus.Queued;

    public MessageError? Error { get; private set; }

    /// <summary>Meta's id of the message, known once Meta has answered or reported.</summary>
    public string? MetaId { get; private set; }

    /// <summary>The time from which on the message is to be sent; later after a refusal that may pass.</summary>
    public DateTimeOffset DueAt { get; private set; }

    /// <summary>The deadline for sending: a message that has not been sent by then is not sent any more.</summary>
    public DateTimeOffset SendBy { get; private init; }

    /// <summary>
    /// The time at which the message was claimed for sending. While it is set and the message <c>queued</c>, Meta may or may not have it.
    /// </summary>
    public DateTimeOffset? ClaimedAt { get; private set; }

    /// <summary>The number of times that the message was claimed.</summary>
    public int Attempts { get; private set; }

    /// <summary>
    /// The time at which the message was made; later than that of every earlier message of the conversation, as it is their order.
    /// </summary>
    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset? SentAt { get; private set; }

    /// <summary>Whether the message waits to be sent, or the next one of its conversation may no longer wait for it.</summary>
    public bool MakesWork => Direction == MessageDirection.Outbound;

    public DateTimeOffset? DeliveredAt { get; private set; }

    public DateTimeOffset? ReadAt { get; private set; }

    /// <param name="text">The text; exactly one of it and <paramref name="template"/> is given.</param>
    public static Message Queue(
        Conversation conversation,
        TextContent? text,
        TemplateContent? template,
        TemplateContent? fallback,
        TimeSpan sendWithin,
        DateTimeOffset now) => new()
        {
            Id = Id<Message>.New(now),
            OrganizationId = conversation.OrganizationId,
            AccountId = conversation.AccountId,
            ConversationId = conversation.Id,
            Direction = MessageDirection.Outbound,
            Type = text is null ? MessageType.Template : MessageType.Text,
            Text = text,
            Template = template,
            FallbackTemplate = fallback,
            DueAt = now,
            SendBy = now + sendWithin,
            CreatedAt = conversation.NextMessageTime(now),
        };

    /// <param name="wroteAt">The time at which the customer wrote, by the customer's clock.</param>
    public static Message Receive(
        Conversation conversation, string metaId, string text, DateTimeOffset wroteAt, DateTimeOffset now) => new()
        {
            Id = Id<Message>.New(now),
            OrganizationId = conversation.OrganizationId,
            AccountId = conversation.AccountId,
            ConversationId = conversation.Id,
            Direction = MessageDirection.Inbound,
            Text = new TextContent(text),
            Status = MessageStatus.Delivered,
            MetaId = metaId,
            DueAt = now,
            SendBy = now,
            CreatedAt = conversation.NextMessageTime(now),
            SentAt = wroteAt,
            DeliveredAt = now,
        };

    /// <summary>Claims the message for sending, before Meta is asked.</summary>
    public void Claim(DateTimeOffset now)
    {
        ClaimedAt = now;
        Attempts++;
    }

    /// <summary>Makes the fallback template what the customer gets, since the window has closed. <c>false</c> when there is none.</summary>
    public bool FallBack()
    {
        if (Type != MessageType.Text || FallbackTemplate is null)
        {
            return false;
        }

        (Type, Text, Template, FallbackTemplate) = (MessageType.Template, null, FallbackTemplate, null);
        return true;
    }

    /// <summary>Has the message, which was certainly not sent, sent later: twice as late each time, or when Meta says.</summary>
    public TimeSpan Requeue(TimeSpan? retryAfter, DateTimeOffset now)
    {
        var backOff = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Attempts), s_longestBackOff.TotalSeconds));
        var delay = retryAfter > backOff ? retryAfter.Value : backOff;
        SendAgainAt(now + delay);
        return delay;
    }

    public void SendAgainAt(DateTimeOffset dueAt) => (ClaimedAt, DueAt) = (null, dueAt);

    /// <summary>
    /// Takes the status that Meta tells. The answer is whether that is news: it may be told twice, late, or before the answer to the
    /// sending.
    /// </summary>
    public bool Advance(string status, string? metaId, DateTimeOffset at)
    {
        MetaId ??= metaId;
        if (Status == MessageStatus.Failed || Rank(status) <= Rank(Status))
        {
            return false;
        }

        Status = status;
        SentAt ??= at;
        DeliveredAt ??= Rank(status) >= Rank(MessageStatus.Delivered) ? at : null;
        ReadAt ??= status == MessageStatus.Read ? at : null;
        return true;
    }

    public bool Fail(MessageError error, string? metaId = null)
    {
        MetaId ??= metaId;
        if (Status is not (MessageStatus.Queued or MessageStatus.Sent))
        {
            return false;
        }

        Status = MessageStatus.Failed;
        Error = error;
        return true;
    }

    /// <summary>
    /// Clears Meta's id, since another message of the account has it already. Reports that name our own id still find this one.
    /// </summary>
    public void ClearMetaId() => MetaId = null;

    private static int Rank(string status) => status switch
    {
        MessageStatus.Queued => 0,
        MessageStatus.Sent => 1,
        MessageStatus.Delivered => 2,
        _ => 3,
    };
}
