using ErzyCall.Api.Features.Numbers;

namespace ErzyCall.Api.Features.Contacts;

/// <summary>Somebody who may be called. Whether they must not be is not kept here but in the do-not-call ledger, by number.</summary>
internal sealed class Contact : IResource<Contact>
{
    public const int MaxTitle = 200;

    public const int MaxEmail = 320;

    public const int MaxNotes = 5_000;

    public static string IdPrefix => "contact";

    public static FieldError PhoneTaken { get; } = new("phone", "Another contact has this phone number");

    public Id<Contact> Id { get; init; }

    public Id<Owner> OrganizationId { get; init; }

    public string Title { get; set; } = "";

    /// <summary>The phone number in E.164, as it was given.</summary>
    public string Phone
    {
        get;
        set
        {
            var canonical = E164.CanonicalOf(value);
            NumberTurn = canonical == CanonicalNumber ? NumberTurn : (short)0;
            (field, CanonicalNumber) = (value, canonical);
        }
    } = "";

    /// <summary>
    /// The canonical form of the number: <see cref="E164.Canonical"/>. No contact gets one that another contact of the organization has.
    /// </summary>
    public string CanonicalNumber { get; private set; } = "";

    /// <summary>
    /// The contact's turn among those with the same number: 0, and more for contacts that have had their number since before it was known
    /// to be the same (<see cref="ContactNumbers"/>).
    /// </summary>
    public short NumberTurn { get; private set; }

    public string? Email { get; set; }

    public string? Notes { get; set; }

    public string[] Tags { get; set; } = [];

    public IReadOnlyDictionary<string, string> CustomFields { get; set; } = new Dictionary<string, string>();

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; set; }
}
