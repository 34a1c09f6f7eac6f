using ErzyCall.Api.Features.Organizations;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// What the dispatcher must know of an organization's waiting calls to tell, without looking at them, whether one can be claimed. A trigger
/// makes it with the organization. Triggers bring it forward in the transaction that places a call, puts one at another time, or makes
/// room; only a look by the dispatcher puts it off (the function <c>settle_call_queue</c>), and only while nobody is about to bring it
/// forward.
/// </summary>
internal sealed class CallQueue
{
    public Id<Owner> OrganizationId { get; private init; }

    /// <summary>
    /// The time at which the first of the waiting calls is due, or an earlier one until the next look; <c>null</c> when none waits.
    /// </summary>
    public DateTimeOffset? FirstDueAt { get; private init; }

    /// <summary>Whether the organization has as many calls on the line as it may, and none of them has left it since.</summary>
    public bool AwaitsRoom { get; private init; }
}

internal sealed class CallQueueConfiguration : IEntityTypeConfiguration<CallQueue>
{
    public void Configure(EntityTypeBuilder<CallQueue> builder)
    {
        builder.ToTable("call_queues");
        builder.HasKey(queue => queue.OrganizationId);
        builder.HasOne<Organization>().WithOne().HasForeignKey<CallQueue>(queue => queue.OrganizationId).OnDelete(DeleteBehavior.Cascade);

        // Organizations in which nothing waits have no place in it, and those without room stand apart.
        builder.HasIndex(queue => new { queue.AwaitsRoom, queue.FirstDueAt }).HasFilter("first_due_at IS NOT NULL");
    }
}

internal static class CallQueueTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<CallQueue> CallQueues => db.Set<CallQueue>();

        /// <summary>The number of calls of all organizations that are due and wait, for room or for the next look.</summary>
        public async Task<long> CountDueCallsAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
            (await db.Database
                .SqlQuery<long>(
                    $"""
                     SELECT coalesce(sum(due.calls), 0)::bigint AS "Value" FROM (VALUES (false), (true)) AS state (awaits_room)
                     JOIN call_queues AS queue ON queue.awaits_room = state.awaits_room AND first_due_at <= {now}
                     CROSS JOIN (VALUES (false), (true)) AS lane (is_batched)
                     CROSS JOIN LATERAL (
                       SELECT count(*) AS calls FROM calls
                       WHERE organization_id = queue.organization_id AND calls.is_batched = lane.is_batched
                         AND status IN ('new', 'scheduled') AND due_at <= {now}) AS due
                     """)
                .ToListAsync(cancellationToken))[0];
    }
}
