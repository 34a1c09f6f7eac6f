using System.Linq.Expressions;
using ErzyCall.Api.Features.ContactGroups;
using ErzyCall.Api.Features.Contacts.Membership;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Platform.Pagination;

namespace ErzyCall.Api.Features.Contacts;

/// <summary>The entry of a contact's number on the do-not-call ledger.</summary>
/// <inheritdoc cref="DoNotCallResponse"/>
/// <param name="OptedOut">Always <c>true</c>: a contact whose number is not on the ledger has no such object.</param>
[SchemaName("ContactOptOut")]
internal sealed record OptOutResponse(
    bool OptedOut, string? Reason, DateTimeOffset At, [property: OneOf(typeof(DoNotCallSource))] string Source)
{
    /// <summary>
    /// The entry in force of a number, of which the ledger has one at most. It is read as a list, which is a join: to read the first one,
    /// Entity Framework numbers the rows of the whole ledger.
    /// </summary>
    public static OptOutResponse? Only(List<OptOutResponse> entries) => entries is [var entry, ..] ? entry : null;
}

/// <summary>A contact, with the groups that it is in and what the do-not-call ledger says of its number.</summary>
/// <param name="Title">What lists and searches call the contact, as a rule a name; scripts have it as <c>{{name}}</c>.</param>
/// <param name="Phone">The number to call, in E.164 as it was given; scripts have it as <c>{{phone}}</c>.</param>
/// <param name="Email">
/// An email address, by which the contact is found too; scripts have it as <c>{{email}}</c>. <c>null</c> when there is none.
/// </param>
/// <param name="Notes">Free text about the contact; scripts have it as <c>{{notes}}</c>. <c>null</c> when there is none.</param>
/// <param name="Tags">Words of your own that lists can be filtered by: each once, in the order given.</param>
/// <param name="GroupIds">The groups that the contact is in.</param>
/// <param name="CustomFields">Values of your own under names of your own, in the order given.</param>
/// <param name="OptOut">
/// What the do-not-call ledger says of the contact's number, whoever entered it; <c>null</c> when the number is not on it.
/// </param>
[Example("""{"optOut":null}""")]
internal sealed record ContactResponse(
    Id<Contact> Id,
    string Title,
    string Phone,
    string? Email,
    string? Notes,
    IReadOnlyList<string> Tags,
    IReadOnlyList<Id<ContactGroup>> GroupIds,
    IReadOnlyDictionary<string, string> CustomFields,
    OptOutResponse? OptOut,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static Expression<Func<Contact, ContactResponse>> From(ErzyCallDbContext db) => contact => new ContactResponse(
        contact.Id,
        contact.Title,
        contact.Phone,
        contact.Email,
        contact.Notes,
        contact.Tags,
        db.Set<ContactGroupMember>()
            .Where(member => member.ContactId == contact.Id)
            .OrderBy(member => member.GroupId)
            .Select(member => member.GroupId)
            .ToList(),
        contact.CustomFields,
        OptOutResponse.Only(db.Set<DoNotCallEntry>()
            .Where(entry => entry.OrganizationId == contact.OrganizationId
                && entry.CanonicalNumber == contact.CanonicalNumber
                && entry.LiftedAt == null)
            .Select(entry => new OptOutResponse(true, entry.Reason, entry.CreatedAt, entry.Source))
            .ToList()),
        contact.CreatedAt,
        contact.UpdatedAt);
}

/// <summary>A contact as lists, search and events show it: without its notes and custom fields.</summary>
/// <inheritdoc cref="ContactResponse"/>
[Example("""{"optOut":null}""")]
internal sealed record ContactListItem(
    Id<Contact> Id,
    string Title,
    string Phone,
    string? Email,
    IReadOnlyList<string> Tags,
    IReadOnlyList<Id<ContactGroup>> GroupIds,
    OptOutResponse? OptOut,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt) : IListed<Contact>
{
    public static Expression<Func<Contact, ContactListItem>> From(ErzyCallDbContext db) => contact => new ContactListItem(
        contact.Id,
        contact.Title,
        contact.Phone,
        contact.Email,
        contact.Tags,
        db.Set<ContactGroupMember>()
            .Where(member => member.ContactId == contact.Id)
            .OrderBy(member => member.GroupId)
            .Select(member => member.GroupId)
            .ToList(),
        OptOutResponse.Only(db.Set<DoNotCallEntry>()
            .Where(entry => entry.OrganizationId == contact.OrganizationId
                && entry.CanonicalNumber == contact.CanonicalNumber
                && entry.LiftedAt == null)
            .Select(entry => new OptOutResponse(true, entry.Reason, entry.CreatedAt, entry.Source))
            .ToList()),
        contact.CreatedAt,
        contact.UpdatedAt);

    public static ContactListItem Of(ContactResponse contact) => new(
        contact.Id,
        contact.Title,
        contact.Phone,
        contact.Email,
        contact.Tags,
        contact.GroupIds,
        contact.OptOut,
        contact.CreatedAt,
        contact.UpdatedAt);
}
