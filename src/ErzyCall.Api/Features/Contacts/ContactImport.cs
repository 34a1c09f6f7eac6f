using System.Text.Json;
using ErzyCall.Api.Features.ContactGroups;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Outbox;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using ErzyCall.Api.Platform.Validation;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.Contacts;

/// <param name="Index">Its place in the batch.</param>
/// <param name="Request">Validated; its groups are the organization's.</param>
internal sealed record ContactImportItem(int Index, CreateContactRequest Request);

/// <summary>
/// Many contacts at once, in a fixed number of statements however many they are. Rows are written and locked in the order of their phones, so that two imports
/// of the same contacts wait for each other and never in a circle.
/// </summary>
internal sealed class ContactImport(Id<Organization> organization, string onConflict, ErzyCallDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
{
    /// <summary>
    /// What an item says of its contact beside the phone, by which it is found: the column, and what stands in it when a new contact's item
    /// leaves it out. In an existing contact what is left out stays.
    /// </summary>
    private static readonly Column[] s_columns =
    [
        new("title", "text", item => item.Title),
        new("email", "text", item => item.Email),
        new("notes", "text", item => item.Notes),
        new("tags", "text[]", item => item.Tags is null ? null : FieldRules.Distinct(item.Tags), LeftOut: "ARRAY[]::text[]"),
        new("custom_fields", "json", item => item.CustomFields, LeftOut: "json_build_object()"),
    ];

    private static readonly string s_items =
        $"json_to_recordset({{0}}::json) AS item (id uuid, phone text, {Each(column => $"{column.Name} {column.Type}")})";

    private static readonly string s_insert =
        $$"""
          INSERT INTO contacts (id, organization_id, phone, {{Each(column => column.Name)}}, created_at, updated_at)
          SELECT id, {1}, phone, {{Each(column => $"coalesce({column.Name}, {column.LeftOut})")}}, {2}, {2}
          FROM {{s_items}}
          ORDER BY phone
          ON CONFLICT (organization_id, phone) DO NOTHING
          RETURNING phone, id
          """;

    private static readonly string s_update =
        $$"""
          UPDATE contacts SET {{Each(column => $"{column.Name} = coalesce(item.{column.Name}, contacts.{column.Name})")}}, updated_at = {2}
          FROM {{s_items}}
          WHERE contacts.organization_id = {1} AND contacts.phone = item.phone
          """;

    /// <param name="items">No phone twice.</param>
    public async Task<List<BatchResult<ContactResponse>>> RunAsync(IReadOnlyList<ContactImportItem> items)
    {
        var byPhone = items.ToDictionary(item => item.Request.Phone!);
        var created = await InsertAsync(items);
        var existing = created.Count == items.Count ? [] : await LockAsync([.. byPhone.Keys.Where(phone => !created.ContainsKey(phone))]);
        if (onConflict == OnConflict.Update && existing.Count > 0)
        {
            await UpdateAsync([.. existing.Keys.Select(phone => byPhone[phone])]);
        }

        await JoinGroupsAsync(onConflict == OnConflict.Update ? created.Concat(existing).ToDictionary() : created, byPhone);

        // A contact may be left as it is; that its number is not to be called is no matter of the contact.
        await EnterOptOutsAsync(onConflict == OnConflict.Fail ? created : created.Concat(existing).ToDictionary(), byPhone);
        var shown = await ShowAsync([.. created.Values, .. existing.Values]);
        await AddEventsAsync(created, ContactEvent.Created, shown);
        if (onConflict == OnConflict.Update)
        {
            await AddEventsAsync(existing, ContactEvent.Updated, shown);
        }

        return [.. items.Select(item => ResultOf(item, created, existing, shown))];
    }

    private BatchResult<ContactResponse> ResultOf(
        ContactImportItem item, Dictionary<string, Guid> created, Dictionary<string, Guid> existing, Dictionary<Id<Contact>, ContactResponse> shown)
    {
        var phone = item.Request.Phone!;
        if (created.TryGetValue(phone, out var id))
        {
            return BatchResult<ContactResponse>.Of(item.Index, StatusCodes.Status201Created, shown[new Id<Contact>(id)]);
        }

        // One that was there and is gone again was deleted at the same moment: who asks again will find it free.
        return onConflict != OnConflict.Fail && existing.TryGetValue(phone, out id)
            ? BatchResult<ContactResponse>.Of(item.Index, StatusCodes.Status200OK, shown[new Id<Contact>(id)])
            : BatchResult<ContactResponse>.Of(item.Index, ApiError.Duplicate(Contact.PhoneTaken));
    }

    /// <summary>The ids of those that are new, by phone.</summary>
    private async Task<Dictionary<string, Guid>> InsertAsync(IReadOnlyList<ContactImportItem> items) =>
        (await db.Database.SqlQueryRaw<PhoneAndId>(s_insert, RowsOf(items), organization.Value, now).ToListAsync(cancellationToken))
        .ToDictionary(row => row.Phone, row => row.Id);

    private async Task<Dictionary<string, Guid>> LockAsync(string[] phones) =>
        (await db.Database.SqlQuery<PhoneAndId>(
            $"SELECT phone, id FROM contacts WHERE organization_id = {organization.Value} AND phone = ANY ({phones}) ORDER BY phone FOR NO KEY UPDATE")
            .ToListAsync(cancellationToken)).ToDictionary(row => row.Phone, row => row.Id);

    private Task UpdateAsync(IReadOnlyList<ContactImportItem> items) =>
        db.Database.ExecuteSqlRawAsync(s_update, [RowsOf(items), organization.Value, now], cancellationToken);

    /// <summary>What an item says of its groups replaces what was; what it leaves out stays.</summary>
    private async Task JoinGroupsAsync(Dictionary<string, Guid> written, Dictionary<string, ContactImportItem> byPhone)
    {
        var grouped = written.Where(row => byPhone[row.Key].Request.GroupIds is not null).ToList();
        if (grouped.Count == 0)
        {
            return;
        }

        var contacts = grouped.ConvertAll(row => new Id<Contact>(row.Value));
        await db.ContactGroupMembers.Where(member => contacts.Contains(member.ContactId)).ExecuteDeleteAsync(cancellationToken);
        await db.JoinGroupsAsync(
            [.. grouped.SelectMany(row => ContactRules.GroupsOf(byPhone[row.Key].Request.GroupIds).Select(group => (group, new Id<Contact>(row.Value))))], cancellationToken);
    }

    private Task EnterOptOutsAsync(Dictionary<string, Guid> written, Dictionary<string, ContactImportItem> byPhone)
    {
        var numbers = written
            .Where(row => byPhone[row.Key].Request.OptOut is { OptedOut: true })
            .Select(row => new DoNotCallNumber(row.Key, byPhone[row.Key].Request.OptOut!.Reason, new Id<Contact>(row.Value)))
            .ToList();
        return numbers.Count == 0 ? Task.CompletedTask : db.EnterAsync(organization, numbers, DoNotCallSource.Import, now, cancellationToken);
    }

    private async Task<Dictionary<Id<Contact>, ContactResponse>> ShowAsync(List<Guid> ids)
    {
        var contacts = ids.ConvertAll(id => new Id<Contact>(id));
        return await db.Contacts.Where(contact => contacts.Contains(contact.Id)).Select(ContactResponse.From(db)).ToDictionaryAsync(contact => contact.Id, cancellationToken);
    }

    private async Task AddEventsAsync(Dictionary<string, Guid> rows, string type, Dictionary<Id<Contact>, ContactResponse> shown)
    {
        db.Events.AddRange(rows.Values.Select(id => OutboxEvent.Create(organization, type, id, ContactListItem.Of(shown[new Id<Contact>(id)]), now)));
        await db.SaveChangesAsync(cancellationToken);
    }

    private string RowsOf(IReadOnlyList<ContactImportItem> items) =>
        JsonSerializer.Serialize(items.Zip(Id<Contact>.NewMany(items.Count, now), (item, id) => RowOf(item.Request, id)), JsonSettings.Default);

    private static Dictionary<string, object?> RowOf(CreateContactRequest item, Id<Contact> id)
    {
        var row = s_columns.ToDictionary(column => column.Name, column => column.Of(item));
        row["id"] = id.Value;
        row["phone"] = item.Phone;
        return row;
    }

    private static string Each(Func<Column, string> write) => string.Join(", ", s_columns.Select(write));

    private sealed record PhoneAndId(string Phone, Guid Id);

    private sealed record Column(string Name, string Type, Func<CreateContactRequest, object?> Of, string LeftOut = "NULL");
}
