using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.Numbers;

namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>The ways in which a number can come onto the ledger.</summary>
internal static class DoNotCallSource
{
    /// <summary>By a request for this number or its contact.</summary>
    public const string Api = "api";

    /// <summary>By the customer, who wrote on WhatsApp to be left alone or stopped messages there.</summary>
    public const string WhatsApp = "whatsapp";

    /// <summary>By the customer, who asked in a call not to be called again.</summary>
    public const string Call = "call";

    /// <summary>With one of many contacts that were brought in at once.</summary>
    public const string Import = "import";

    public static IReadOnlyList<string> All { get; } = [Api, WhatsApp, Call, Import];
}

/// <summary>
/// A number that must not be called or messaged, in whatever form it is written. At most one entry per number is in force
/// (<see cref="LiftedAt"/> is null); lifted ones stay as its history. The number stands for itself: the entry outlives the contact.
/// </summary>
internal sealed class DoNotCallEntry : IResource<DoNotCallEntry>
{
    public const int MaxReason = 500;

    /// <summary>The prefix of an entry's id, which only an audit shows: elsewhere an entry goes by its number.</summary>
    public static string IdPrefix => "dnc";

    public Id<DoNotCallEntry> Id { get; private init; }

    public Id<Owner> OrganizationId { get; private init; }

    /// <summary>The number as it was entered.</summary>
    public string Phone { get; private init; } = "";

    /// <summary>The canonical form of the number: <see cref="E164.Canonical"/>.</summary>
    public string CanonicalNumber { get; private init; } = "";

    public string? Reason { get; private init; }

    public string Source { get; private init; } = "";

    public Id<Contact>? ContactId { get; private init; }

    /// <summary>The time at which the number was entered; stored as <c>at</c>.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset? LiftedAt { get; private init; }
}
