using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.ContactGroups;

/// <summary>
/// Adds the changes of a group's size to its stored count, so that a reader never has many changes to sum. It may run late: a group's size
/// is the count and the changes together, and changes move into the count in one transaction.
/// </summary>
internal sealed class AddUpChangesJob(ErzyCallDbContext db, ParkedRows<AddUpChangesJob> parked) : IJob
{
    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(10);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);

        // Under the group's lock, so that two copies of the server never add up the same changes. A group that somebody else has locked is
        // passed over.
        var first = await db.FirstAsync(
            $"""
             SELECT contact_groups.id FROM contact_group_changes JOIN contact_groups ON contact_groups.id = group_id
             WHERE group_id <> ALL ({parked.Ids})
             ORDER BY contact_group_changes.id
             LIMIT 1
             FOR NO KEY UPDATE OF contact_groups SKIP LOCKED
             """,
            cancellationToken);
        if (first is not { } group)
        {
            // Changes of groups that have been deleted.
            await db.Database.ExecuteSqlAsync(
                $"DELETE FROM contact_group_changes WHERE (SELECT id FROM contact_groups WHERE contact_groups.id = group_id) IS NULL",
                cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return false;
        }

        await parked.TryAsync(group, async () =>
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                 WITH added_up AS (DELETE FROM contact_group_changes WHERE group_id = {group} RETURNING contacts)
                 UPDATE contact_groups
                 SET counted_contacts = counted_contacts + (SELECT coalesce(sum(contacts), 0) FROM added_up)
                 WHERE id = {group}
                 """,
                cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        });
        return true;
    }
}
