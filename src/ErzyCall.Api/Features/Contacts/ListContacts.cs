using ErzyCall.Api.Features.ContactGroups;
using ErzyCall.Api.Features.Contacts.Membership;
using ErzyCall.Api.Platform.Pagination;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Contacts;

/// <summary>
/// The organization's contacts, newest first, without their notes and custom fields; with filters, those that pass all of them.
/// </summary>
internal static class ListContacts
{
    /// <summary>
    /// The most contacts with the tags that are looked up and sorted; more than that are met soon enough by reading the list in its order.
    /// </summary>
    private const int Few = 1_000;

    /// <summary>The number of newest contacts that tell whether tags are frequent.</summary>
    private const int Newest = 1_000;

    /// <summary>The number of newest contacts with the tags from which on they are frequent.</summary>
    private const int Many = 20;

    public static async Task<Ok<Page<ContactListItem>>> HandleAsync(
        Query<ListContactsQuery> query, Caller caller, ErzyCallDbContext db, Cursors cursors, CancellationToken cancellationToken)
    {
        var filter = query.Value;
        await db.RequireOwnAsync(filter.GroupId, "contact group", caller, cancellationToken);
        var contacts = db.Contacts.OwnedBy(caller);
        if (filter.Search is { } search)
        {
            contacts = (await ContactSearch.OfAsync(search, db, cancellationToken)).Filter(contacts);
        }

        if (filter.Tags is { } tags)
        {
            contacts = await WithTagsAsync(contacts, tags, caller, db, cancellationToken);
        }

        var page = filter.GroupId is { } groupId
            ? InGroup(contacts, groupId, db).ToPageAsync(filter, ContactListItem.From(db), caller, cursors, cancellationToken)
            : contacts.ToPageAsync(filter, ContactListItem.From(db), caller, cursors, cancellationToken);
        return TypedResults.Ok(await page);
    }

    /// <summary>
    /// Those of the contacts that have the tags. PostgreSQL knows how frequent a tag is only when it is one of the most frequent, and never
    /// how frequent two are together; for others it would read a whole list in its order to find none. So the index over the tags is asked
    /// first. It counts all contacts with the tags before it tells of one, so it is not asked for tags that many of the newest contacts
    /// have.
    /// </summary>
    private static async Task<IQueryable<Contact>> WithTagsAsync(
        IQueryable<Contact> contacts, IReadOnlyList<string> tags, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        if (await AmongNewestAsync(tags, caller, db, cancellationToken) < Many)
        {
            var found = await db.Database
                .SqlQuery<Guid>($"SELECT contacts_with_tags({caller.OrganizationId.Value}, {tags.ToArray()}, {Few + 1}) AS \"Value\"")
                .ToListAsync(cancellationToken);
            if (found.Count <= Few)
            {
                var ids = found.ConvertAll(id => new Id<Contact>(id));
                return contacts.Where(contact => ids.Contains(contact.Id));
            }
        }

        return contacts.Where(contact => tags.All(tag => contact.Tags.Contains(tag)));
    }

    private static Task<int> AmongNewestAsync(
        IReadOnlyList<string> tags, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken) =>
        db.Contacts.OwnedBy(caller)
            .NewestFirst()
            .Take(Newest)
            .CountAsync(contact => tags.All(tag => contact.Tags.Contains(tag)), cancellationToken);

    /// <summary>
    /// The contacts of a group, with their places in the list. These are read from the group's own index: however few of all contacts a
    /// group has, and however old they are, nothing else is read.
    /// </summary>
    private static IQueryable<Listed<Contact>> InGroup(IQueryable<Contact> contacts, Id<ContactGroup> groupId, ErzyCallDbContext db) =>
        db.ContactGroupMembers.Where(member => member.GroupId == groupId)
            .Join(
                contacts,
                member => member.ContactId,
                contact => contact.Id,
                (member, contact) => new Listed<Contact> { Id = member.ContactId, CreatedAt = member.ContactCreatedAt, Row = contact });
}

/// <param name="Search">Text to find contacts by, as <c>GET /contacts/search</c> does, but without its tolerance for typos.</param>
/// <param name="GroupId">A group that a contact must be in; one that does not exist is 404.</param>
/// <param name="Tags">Tags of which a contact must have all, with commas between them: <c>vip,spanish</c>.</param>
internal sealed record ListContactsQuery(string? Search, Id<ContactGroup>? GroupId, IReadOnlyList<string>? Tags, PageRequest Page)
    : IQueryParameters<ListContactsQuery>, IPagedQuery
{
    private static readonly Constraint<string> s_search = Constraints.Text(ContactSearch.MinInside, ContactSearch.MaxLength);

    public static ListContactsQuery Read(QueryReader query) => new(
        query.Read("search", s_search),
        query.Read("groupId", Constraints.IdOf<ContactGroup>()),
        query.ReadList("tags", TagList.Filter),
        query.Page());
}
