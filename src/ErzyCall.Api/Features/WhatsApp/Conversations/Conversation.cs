using System.Text;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Messages;

namespace ErzyCall.Api.Features.WhatsApp.Conversations;

/// <summary>The states of a conversation. They are for whoever answers in it: messages can be sent in each.</summary>
[SchemaName("WhatsAppConversationStatus")]
internal static class ConversationStatus
{
    /// <summary>It goes on.</summary>
    public const string Active = "active";

    /// <summary>A person has taken over from the assistant.</summary>
    public const string HandedOff = "handed_off";

    /// <summary>It is over, until the customer writes again: then it is active by itself.</summary>
    public const string Closed = "closed";

    public static IReadOnlyList<string> All { get; } = [Active, HandedOff, Closed];
}

/// <summary>Everything that one account and one customer have written to each other. Its methods are called on a locked row.</summary>
internal sealed class Conversation : IResource<Conversation>
{
    /// <summary>The time after the customer's last message within which free text is allowed; Meta's rule.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(24);

    private const int MaxPreview = 100;

    public static string IdPrefix => "conv";

    public Id<Conversation> Id { get; private init; }

    public Id<Owner> OrganizationId { get; private init; }

    public Id<WhatsAppAccount> AccountId { get; private init; }

    public string Status { get; set; } = ConversationStatus.Active;

    /// <summary>The customer's number in E.164, as the integrator wrote it, or as Meta did when the customer wrote first.</summary>
    public string WaUserPhone { get; private init; } = "";

    /// <summary>
    /// The customer's number in its canonical form (<see cref="E164.Canonical"/>). An account has one conversation with it.
    /// </summary>
    public string CanonicalNumber { get; private init; } = "";

    /// <summary>
    /// Meta's own form of the number, without the plus sign. In a few countries (Brazil, Mexico, Argentina) it differs from the one that is
    /// dialled; known once Meta has answered or the customer has written.
    /// </summary>
    public string? WaId { get; private set; }

    /// <summary>The name by which the customer calls themselves; known once they have written.</summary>
    public string? WaUserName { get; private set; }

    public Id<Contact>? ContactId { get; private set; }

    public string? LastMessagePreview { get; private set; }

    public string? LastMessageDirection { get; private set; }

    public DateTimeOffset LastMessageAt { get; private set; }

    /// <summary>The time of the customer's newest message, by that message's own clock.</summary>
    public DateTimeOffset? CustomerWroteAt { get; private set; }

    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>The time until which free text may be sent; <c>null</c> when the customer has never written.</summary>
    public DateTimeOffset? WindowExpiresAt => CustomerWroteAt + Window;

    public bool IsWindowOpenAt(DateTimeOffset now) => WindowExpiresAt > now;

    /// <summary>
    /// The time for a message that is added now: later than that of every other message of this conversation, so that time alone is their
    /// order.
    /// </summary>
    public DateTimeOffset NextMessageTime(DateTimeOffset now) =>
        LastMessageDirection is null || now > LastMessageAt ? now : LastMessageAt.AddMilliseconds(1);

    public void Add(Message message)
    {
        LastMessagePreview = Preview(message.Text?.Body ?? $"[template] {message.Template!.Name}");
        LastMessageDirection = message.Direction;
        LastMessageAt = message.CreatedAt;
    }

    /// <summary>Records that the customer wrote: the window opens anew, and a closed conversation is active again.</summary>
    /// <param name="waId">Meta's form of the customer's number.</param>
    public void ReceiveFrom(string waId, string? name, Id<Contact>? contactId, DateTimeOffset wroteAt)
    {
        WaId = $"+{waId}" == WaUserPhone ? WaId : waId;
        WaUserName = name ?? WaUserName;
        ContactId ??= contactId;
        CustomerWroteAt = CustomerWroteAt > wroteAt ? CustomerWroteAt : wroteAt;
        Status = Status == ConversationStatus.Closed ? ConversationStatus.Active : Status;
    }

    private static string Preview(string text)
    {
        var preview = new StringBuilder();
        foreach (var rune in text.EnumerateRunes().Take(MaxPreview))
        {
            preview.Append(rune.ToString());
        }

        return preview.ToString();
    }
}
