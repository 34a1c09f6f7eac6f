using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Platform.Time;

namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>
/// Rewrites the canonical numbers of the ledger. Of entries in force that turn out to be of one number the first stays in force, and the
/// others become its history.
/// </summary>
internal sealed class BringLedgerOver(ErzyCallDbContext db, TimeProvider clock) : IBringsRowsOver
{
    public string Rows => "do_not_call_entries";

    public string Version => NumberVersion.Current;

    public Task RunAsync(CancellationToken cancellationToken) =>
        StoredNumbers.BringOverAsync(
            (after, count) => db.Database
                .SqlQuery<StoredNumber>(
                    $"SELECT id, phone, canonical_number FROM do_not_call_entries WHERE id > {after} ORDER BY id LIMIT {count}")
                .ToListAsync(cancellationToken),
            async changed =>
            {
                foreach (var entry in changed)
                {
                    await db.Database.InTransactionAsync(() => MoveAsync(entry, cancellationToken), cancellationToken);
                }
            });

    private async Task<int> MoveAsync(StoredNumber entry, CancellationToken cancellationToken)
    {
        // Two statements: the unique index looks at each row by itself, so entries must be lifted before another gets their number.
        await db.Database.ExecuteSqlAsync(
            $"""
             UPDATE do_not_call_entries SET lifted_at = {clock.Now()} WHERE id IN (
               SELECT id FROM (
                 SELECT same.id, row_number() OVER (ORDER BY same.at, same.id) AS place
                 FROM do_not_call_entries AS moved
                 JOIN do_not_call_entries AS same ON same.organization_id = moved.organization_id AND same.lifted_at IS NULL
                   AND (same.id = moved.id OR same.canonical_number = {entry.Canonical})
                 WHERE moved.id = {entry.Id} AND moved.lifted_at IS NULL) AS one
               WHERE place > 1)
             """,
            cancellationToken);
        return await db.Database.ExecuteSqlAsync(
            $"UPDATE do_not_call_entries SET canonical_number = {entry.Canonical} WHERE id = {entry.Id}", cancellationToken);
    }
}
