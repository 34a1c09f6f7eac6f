using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Conversations;

namespace ErzyCall.Api.Features.WhatsApp.Messages;

internal static class MessageDirection
{
    public const string Inbound = "inbound";
    public const string Outbound = "outbound";
}

internal static class MessageType
{
    public const string Text = "text";
    public const string Template = "template";

    public static IReadOnlyList<string> All { get; } = [Text, Template];
}

/// <summary>
/// Where a message stands. It only moves forward; <c>read</c> and <c>failed</c> are final, and nothing fails once it is delivered.
/// </summary>
internal static class MessageStatus
{
    public const string Queued = "queued";
    public const string Sent = "sent";
    public const string Delivered = "delivered";
    public const string Read = "read";
    public const string Failed = "failed";
}

internal sealed record TextContent(string Body);

/// <param name="Variables">By name, or by number from <c>1</c> on, as the template has them.</param>
internal sealed record TemplateContent(string Name, string Language, IReadOnlyDictionary<string, string> Variables);

/// <param name="Code">Meta's number, or one of ours in words.</param>
internal sealed record MessageError(string Code, string Message);

/// <summary>
/// One message, in or out. An outbound one is claimed before it is given to Meta; while it is, nobody else gives it to anybody. The claim
/// ends when Meta has taken it or has certainly not. Callers hold the row's lock.
/// </summary>
internal sealed class Message : IResource<Message>
{
    /// <summary>Longer than any id of Meta's.</summary>
    public const int MaxPlatformId = 200;

    /// <summary>How long a claimed message is being handed over; after it, nobody is known to be at it any more.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long Meta's report is waited for when its answer was not heard. Reports come within seconds; this leaves it time for trying
    /// again.
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

    /// <summary>What is sent instead when the window has closed.</summary>
    public TemplateContent? FallbackTemplate { get; private set; }

    public string Status { get; private set; } = MessageStatus.Queued;

    public MessageError? Error { get; private set; }

    /// <summary>Meta's id. Known once Meta has answered or reported.</summary>
    public string? MetaId { get; private set; }

    /// <summary>From when on it is to be sent; later after a refusal that may pass.</summary>
    public DateTimeOffset DueAt { get; private set; }

    /// <summary>By when it must have been sent; later it is not sent any more.</summary>
    public DateTimeOffset SendBy { get; private init; }

    /// <summary>When it was claimed for sending. While set and the message <c>queued</c>, Meta may or may not have it.</summary>
    public DateTimeOffset? ClaimedAt { get; private set; }

    /// <summary>How often it was claimed.</summary>
    public int Attempts { get; private set; }

    /// <summary>Later than that of every earlier message of the conversation: it is their order.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset? SentAt { get; private set; }

    public DateTimeOffset? DeliveredAt { get; private set; }

    public DateTimeOffset? ReadAt { get; private set; }

    /// <param name="text">Exactly one of this and <paramref name="template"/>.</param>
    public static Message Queue(
        Conversation conversation, TextContent? text, TemplateContent? template, TemplateContent? fallback, TimeSpan sendWithin, DateTimeOffset now) => new()
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

    /// <param name="wroteAt">By the customer's clock.</param>
    public static Message Receive(Conversation conversation, string metaId, string text, DateTimeOffset wroteAt, DateTimeOffset now) => new()
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

    /// <summary>Takes it for sending, before Meta is asked.</summary>
    public void Claim(DateTimeOffset now)
    {
        ClaimedAt = now;
        Attempts++;
    }

    /// <summary>The window has closed: the fallback template is what the customer gets. <c>false</c> when there is none.</summary>
    public bool FallBack()
    {
        if (Type != MessageType.Text || FallbackTemplate is null)
        {
            return false;
        }

        (Type, Text, Template, FallbackTemplate) = (MessageType.Template, null, FallbackTemplate, null);
        return true;
    }

    /// <summary>It was certainly not sent, and may be later: twice as late each time, or when Meta says.</summary>
    public TimeSpan Requeue(TimeSpan? retryAfter, DateTimeOffset now)
    {
        var backOff = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Attempts), s_longestBackOff.TotalSeconds));
        var delay = retryAfter > backOff ? retryAfter.Value : backOff;
        SendAgainAt(now + delay);
        return delay;
    }

    public void SendAgainAt(DateTimeOffset dueAt) => (ClaimedAt, DueAt) = (null, dueAt);

    /// <summary>What Meta says of it. Whether that is news: it may be said twice, late, or before the answer to the sending.</summary>
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
    /// Another message of the account has Meta's id already: this one does without, and reports that name our own id still find it.
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
