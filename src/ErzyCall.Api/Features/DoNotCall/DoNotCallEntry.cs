using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.Numbers;

namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>Through what a number came onto the ledger.</summary>
internal static class DoNotCallSource
{
    public const string Api = "api";
    public const string WhatsApp = "whatsapp";
    public const string Call = "call";
    public const string Import = "import";
}

/// <summary>
/// A number that must not be called or messaged, in whatever form it is written. At most one entry per number is in force
/// (<see cref="LiftedAt"/>
/// is null); lifted ones stay as its history. The number stands for itself: the entry outlives the contact.
/// </summary>
internal sealed class DoNotCallEntry : IResource<DoNotCallEntry>
{
    public const int MaxReason = 500;

    /// <summary>On the wire in an audit alone: elsewhere the number is what an entry goes by.</summary>
    public static string IdPrefix => "dnc";

    public Id<DoNotCallEntry> Id { get; private init; }

    public Id<Owner> OrganizationId { get; private init; }

    /// <summary>As it was entered.</summary>
    public string Phone { get; private init; } = "";

    /// <summary>The number that it is, in whatever form: <see cref="E164.Canonical"/>.</summary>
    public string CanonicalNumber { get; private init; } = "";

    public string? Reason { get; private init; }

    public string Source { get; private init; } = "";

    public Id<Contact>? ContactId { get; private init; }

    /// <summary>Stored as <c>at</c>.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset? LiftedAt { get; private init; }
}
