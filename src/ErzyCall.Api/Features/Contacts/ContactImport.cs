using System.Text.Json;
using ErzyCall.Api.Features.Contacts.Membership;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Validation;

namespace ErzyCall.Api.Features.Contacts;

/// <param name="Index">The item's place in the batch.</param>
/// <param name="Request">The validated item; its groups are the organization's.</param>
internal sealed record ContactImportItem(int Index, CreateContactRequest Request)
{
    /// <summary>The number in canonical form, by which the contact is found.</summary>
    public string Number { get; } = Request.Phone.Value.Canonical;
}

/// <summary>
/// Makes or changes many contacts at once, in a fixed number of statements however many they are. Rows are written and locked in the order
/// of their numbers, so that two imports of the same contacts wait for each other without a deadlock.
/// </summary>
internal sealed class ContactImport(
    Id<Owner> organization,
    string onConflict,
    ErzyCallDbContext db,
    LedgerWriter ledger,
    DateTimeOffset now,
    CancellationToken cancellationToken)
{
    /// <summary>
    /// The columns of a contact that an item gives, beside the phone by which it is found, and what stands in them when a new contact's
    /// item leaves them out. In an existing contact what is left out stays.
    /// </summary>
    private static readonly Column[] s_columns =
    [
        new("title", "text", item => item.Title),
        new("email", "text", item => item.Email.Value),
        new("notes", "text", item => item.Notes.Value),
        new("tags", "text[]", item => item.Tags.Value is { } tags ? TagList.Distinct(tags) : null, LeftOut: "ARRAY[]::text[]"),
        new("custom_fields", "json", item => item.CustomFields.Value, LeftOut: "json_build_object()"),
    ];

    private static readonly string s_items =
        $$"""
          json_to_recordset({0}::json) AS item (
            id uuid, phone text, canonical_number text, {{Each(column => $"{column.Name} {column.Type}")}})
          """;

    private static readonly string s_insert =
        $$"""
          INSERT INTO contacts (
            id, organization_id, phone, canonical_number, number_turn, {{Each(column => column.Name)}}, created_at, updated_at)
          SELECT id, {1}, phone, canonical_number, 0, {{Each(column => $"coalesce({column.Name}, {column.LeftOut})")}}, {2}, {2}
          FROM {{s_items}}
          WHERE NOT EXISTS (
            SELECT FROM contacts AS other
            WHERE other.organization_id = {1} AND other.canonical_number = item.canonical_number COLLATE "C" AND other.number_turn > 0)
          ORDER BY canonical_number
          ON CONFLICT DO NOTHING
          RETURNING canonical_number, phone, id
          """;

    private static readonly string s_update =
        $$"""
          UPDATE contacts SET {{Each(column => $"{column.Name} = coalesce(item.{column.Name}, contacts.{column.Name})")}}, updated_at = {2}
          FROM {{s_items}}
          WHERE contacts.organization_id = {1} AND contacts.id = item.id
          """;

    /// <param name="items">The items, of which no two have the same number.</param>
    public async Task<List<BatchResult<ContactListItem>>> RunAsync(IReadOnlyList<ContactImportItem> items)
    {
        var byNumber = items.ToDictionary(item => item.Number);
        var created = await InsertAsync(items);
        var existing = created.Count == items.Count ? [] : await LockAsync([.. items.Where(item => !created.ContainsKey(item.Number))]);
        if (onConflict == OnConflict.Update && existing.Count > 0)
        {
            await UpdateAsync(existing, byNumber);
        }

        await JoinGroupsAsync(onConflict == OnConflict.Update ? created.Concat(existing).ToDictionary() : created, byNumber);

        // Also for contacts that are left as they are: an opt-out belongs to the number, not to the contact.
        await EnterOptOutsAsync(onConflict == OnConflict.Fail ? created : created.Concat(existing).ToDictionary(), byNumber);
        var shown = await ShowAsync([.. created.Values, .. existing.Values]);
        await AddEventsAsync(created, ContactEvents.Created, shown);
        if (onConflict == OnConflict.Update)
        {
            await AddEventsAsync(existing, ContactEvents.Updated, shown);
        }

        return [.. items.Select(item => ResultOf(item, created, existing, shown))];
    }

    private BatchResult<ContactListItem> ResultOf(
        ContactImportItem item,
        Dictionary<string, Guid> created,
        Dictionary<string, Guid> existing,
        Dictionary<Id<Contact>, ContactListItem> shown)
    {
        if (created.TryGetValue(item.Number, out var id))
        {
            return BatchResult<ContactListItem>.Of(item.Index, StatusCodes.Status201Created, shown[new Id<Contact>(id)]);
        }

        // A contact that is in neither was deleted at the same moment: a request that is sent again finds its number free.
        return onConflict != OnConflict.Fail && existing.TryGetValue(item.Number, out id)
            ? BatchResult<ContactListItem>.Of(item.Index, StatusCodes.Status200OK, shown[new Id<Contact>(id)])
            : BatchResult<ContactListItem>.Of(item.Index, ApiError.Duplicate(Contact.PhoneTaken));
    }

    /// <summary>
    /// Inserts the contacts whose numbers are free, and returns their ids by number. A number that only a contact of a later turn has
    /// (<see cref="Contact.NumberTurn"/>) counts as taken too.
    /// </summary>
    private async Task<Dictionary<string, Guid>> InsertAsync(IReadOnlyList<ContactImportItem> items)
    {
        var rows = RowsOf(items.Zip(Id<Contact>.NewMany(items.Count, now).Select(id => id.Value)));
        return (await db.Database.SqlQueryRaw<NumberedId>(s_insert, rows, organization.Value, now).ToListAsync(cancellationToken))
            .ToDictionary(row => row.CanonicalNumber, row => row.Id);
    }

    /// <summary>
    /// Locks the contacts that have the numbers, and returns their ids by number. Where several have one number, it is the contact that
    /// writes it as the item does, else the first.
    /// </summary>
    private async Task<Dictionary<string, Guid>> LockAsync(IReadOnlyList<ContactImportItem> items)
    {
        var written = items.ToDictionary(item => item.Number, item => item.Request.Phone.Value.Text);
        var numbers = written.Keys.ToArray();
        return (await db.Database.SqlQuery<NumberedId>(
            $"""
             SELECT canonical_number, phone, id FROM contacts
             WHERE organization_id = {organization.Value} AND canonical_number = ANY ({numbers})
             ORDER BY canonical_number, number_turn FOR NO KEY UPDATE
             """).ToListAsync(cancellationToken))
            .GroupBy(row => row.CanonicalNumber)
            .ToDictionary(rows => rows.Key, rows => rows.MaxBy(row => row.Phone == written[rows.Key])!.Id);
    }

    private Task<int> UpdateAsync(Dictionary<string, Guid> existing, Dictionary<string, ContactImportItem> byNumber) =>
        db.Database.ExecuteSqlRawAsync(
            s_update,
            [RowsOf(existing.Select(row => (byNumber[row.Key], row.Value))), organization.Value, now],
            cancellationToken);

    /// <summary>
    /// Puts contacts into the groups of their items, in place of those that they were in; an item that leaves its groups out changes none.
    /// </summary>
    private async Task JoinGroupsAsync(Dictionary<string, Guid> written, Dictionary<string, ContactImportItem> byNumber)
    {
        var grouped = written
            .Where(row => byNumber[row.Key].Request.GroupIds.Value is not null)
            .ToDictionary(row => new Id<Contact>(row.Value), row => byNumber[row.Key].Request.ToGroups() ?? []);
        if (grouped.Count == 0)
        {
            return;
        }

        var contacts = grouped.Keys.ToList();
        await db.ContactGroupMembers.Where(member => contacts.Contains(member.ContactId)).ExecuteDeleteAsync(cancellationToken);
        await db.JoinGroupsAsync([.. grouped.SelectMany(row => row.Value.Select(group => (group, row.Key)))], cancellationToken);
    }

    private Task EnterOptOutsAsync(Dictionary<string, Guid> written, Dictionary<string, ContactImportItem> byNumber)
    {
        var numbers = written
            .Select(row => (Id: new Id<Contact>(row.Value), byNumber[row.Key].Request))
            .Where(row => row.Request.OptOut.Value is { OptedOut: true })
            .Select(row => new DoNotCallNumber(row.Request.Phone.Value.Text, row.Request.OptOut.Value?.Reason, row.Id))
            .ToList();
        return numbers.Count == 0
            ? Task.CompletedTask
            : ledger.EnterAsync(organization, numbers, DoNotCallSource.Import, now, cancellationToken);
    }

    private async Task<Dictionary<Id<Contact>, ContactListItem>> ShowAsync(List<Guid> ids)
    {
        var contacts = ids.ConvertAll(id => new Id<Contact>(id));
        return await db.Contacts
            .Where(contact => contacts.Contains(contact.Id))
            .Select(ContactListItem.From(db))
            .ToDictionaryAsync(contact => contact.Id, cancellationToken);
    }

    private async Task AddEventsAsync(Dictionary<string, Guid> rows, string type, Dictionary<Id<Contact>, ContactListItem> shown)
    {
        db.Events.AddRange(rows.Values.Select(id => OutboxEvent.Create(organization, type, id, shown[new Id<Contact>(id)], now)));
        await db.SaveChangesAsync(cancellationToken);
    }

    private static string RowsOf(IEnumerable<(ContactImportItem Item, Guid Id)> rows) =>
        JsonSerializer.Serialize(rows.Select(row => RowOf(row.Item, row.Id)), JsonSettings.Default);

    private static Dictionary<string, object?> RowOf(ContactImportItem item, Guid id)
    {
        var row = s_columns.ToDictionary(column => column.Name, column => column.Of(item.Request));
        row["id"] = id;
        row["phone"] = item.Request.Phone.Value.Text;
        row["canonical_number"] = item.Number;
        return row;
    }

    private static string Each(Func<Column, string> write) => string.Join(", ", s_columns.Select(write));

    private sealed record NumberedId(string CanonicalNumber, string Phone, Guid Id);

    private sealed record Column(string Name, string Type, Func<CreateContactRequest, object?> Of, string LeftOut = "NULL");
}
