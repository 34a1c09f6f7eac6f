using ErzyCall.Api.Features.Numbers;

namespace ErzyCall.Api.Features.WhatsApp.Conversations;

/// <summary>
/// Brings the canonical numbers of conversations over. Conversations of an account that turn out to be with one customer become one.
/// </summary>
internal sealed class BringConversationsOver(ErzyCallDbContext db) : IBringsRowsOver
{
    public string Rows => "conversations";

    public string Version => NumberVersion.Current;

    public Task RunAsync(CancellationToken cancellationToken) =>
        StoredNumbers.BringOverAsync(
            (after, count) => db.Database
                .SqlQuery<StoredNumber>(
                    $"""
                     SELECT id, wa_user_phone AS phone, canonical_number FROM conversations WHERE id > {after} ORDER BY id LIMIT {count}
                     """)
                .ToListAsync(cancellationToken),
            async changed =>
            {
                foreach (var conversation in changed)
                {
                    await db.Database.InTransactionAsync(() => MoveAsync(conversation, cancellationToken), cancellationToken);
                }
            });

    private async Task<int> MoveAsync(StoredNumber moved, CancellationToken cancellationToken)
    {
        var same = await db.Conversations
            .FromSql(
                $"""
                 SELECT same.* FROM conversations AS moved
                 JOIN conversations AS same
                   ON same.account_id = moved.account_id AND (same.id = moved.id OR same.canonical_number = {moved.Canonical})
                 WHERE moved.id = {moved.Id}
                 ORDER BY same.id FOR UPDATE OF same
                 """)
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        if (same is [var one, var other])
        {
            await db.MergeAsync(one, other, cancellationToken);
        }

        var ids = same.ConvertAll(conversation => conversation.Id.Value);
        return await db.Database.ExecuteSqlAsync(
            $"UPDATE conversations SET canonical_number = {moved.Canonical} WHERE id = ANY ({ids})", cancellationToken);
    }
}
