namespace ErzyCall.Api.Features.Calls;

/// <summary>
/// Enters the metadata of calls that were placed before there were triggers for it. Each batch keeps its calls from being deleted
/// until it is committed, so that no entry outlives its call.
/// </summary>
internal sealed class BringCallMetadataOver(ErzyCallDbContext db) : IBringsRowsOver
{
    private const int BatchSize = 5_000;

    public string Rows => "call_metadata_entries";

    public string Version => "1";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Guid? last = Guid.Empty;
        while (last is { } after)
        {
            last = (await db.Database.SqlQuery<Guid?>(
                $"""
                 WITH batch AS (
                   SELECT id, organization_id, created_at, metadata FROM calls WHERE id > {after} ORDER BY id LIMIT {BatchSize}
                   FOR KEY SHARE),
                 entered AS (
                   INSERT INTO call_metadata_entries (digest, created_at, call_id)
                   SELECT call_metadata_digest(organization_id, key, value), created_at, id
                   FROM batch, json_each_text(metadata) ON CONFLICT DO NOTHING)
                 SELECT max(id::text)::uuid AS "Value" FROM batch
                 """).ToListAsync(cancellationToken))[0];
        }
    }
}
