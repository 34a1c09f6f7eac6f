using ErzyCall.Api.Features.Numbers;

namespace ErzyCall.Api.Features.Calls;

/// <summary>Brings the canonical numbers of calls over. Any number of calls may have one number, so none is in another's way.</summary>
internal sealed class BringCallsOver(ErzyCallDbContext db) : IBringsRowsOver
{
    public string Rows => "calls";

    public string Version => NumberVersion.Current;

    public Task RunAsync(CancellationToken cancellationToken) =>
        StoredNumbers.BringOverAsync(
            (after, count) => db.Database
                .SqlQuery<StoredNumber>(
                    $"""
                     SELECT id, "to" AS phone, canonical_to AS canonical_number FROM calls WHERE id > {after} ORDER BY id LIMIT {count}
                     """)
                .ToListAsync(cancellationToken),
            async changed =>
            {
                var ids = changed.Select(call => call.Id).ToArray();
                var numbers = changed.Select(call => call.Canonical).ToArray();
                await db.Database.RepeatAsync(() => db.Database.ExecuteSqlAsync(
                    $"""
                     UPDATE calls SET canonical_to = moved.number
                     FROM unnest({ids}, {numbers}) AS moved (id, number) WHERE calls.id = moved.id
                     """,
                    cancellationToken));
            });
}
