using ErzyCall.Api.Features.Numbers;

namespace ErzyCall.Api.Features.Contacts;

/// <summary>
/// Rewrites the canonical numbers of contacts. Contacts that turn out to have one number are kept as they are: the second one gets the next
/// turn.
/// </summary>
internal sealed class BringContactsOver(ErzyCallDbContext db) : IBringsRowsOver
{
    public string Rows => "contacts";

    public string Version => NumberVersion.Current;

    public Task RunAsync(CancellationToken cancellationToken) =>
        StoredNumbers.BringOverAsync(
            (after, count) => db.Database
                .SqlQuery<StoredNumber>(
                    $"SELECT id, phone, canonical_number FROM contacts WHERE id > {after} ORDER BY id LIMIT {count}")
                .ToListAsync(cancellationToken),
            async changed =>
            {
                foreach (var contact in changed)
                {
                    await MoveAsync(contact, cancellationToken);
                }
            });

    private Task<int> MoveAsync(StoredNumber contact, CancellationToken cancellationToken) =>
        db.Database.RepeatAsync(() => db.Database.ExecuteSqlAsync(
            $"""
             UPDATE contacts SET canonical_number = {contact.Canonical}, number_turn = coalesce((
               SELECT max(other.number_turn) + 1 FROM contacts AS other
               WHERE other.organization_id = contacts.organization_id
                 AND other.canonical_number = {contact.Canonical} AND other.id <> contacts.id), 0)
             WHERE id = {contact.Id} AND phone = {contact.Phone}
             """,
            cancellationToken));
}
