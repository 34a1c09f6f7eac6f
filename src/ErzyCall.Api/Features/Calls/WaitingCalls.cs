using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Platform.Workers;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.Calls;

/// <summary>
/// A change of the number of an organization's waiting calls; the sum of all changes is the number. Triggers write them in the transaction
/// that places or moves the calls, and nothing updates them, so that those who do so at the same time do not wait for each other.
/// </summary>
internal sealed class WaitingCallChange : IOwned
{
    public Id<Owner> OrganizationId { get; private init; }

    /// <summary>The number of calls that began to wait; less than zero for those that wait no more.</summary>
    public int Calls { get; private init; }

    /// <summary>Whether it is the sum of earlier changes.</summary>
    public bool IsSum { get; private init; }
}

internal sealed class WaitingCallChangeConfiguration : IEntityTypeConfiguration<WaitingCallChange>
{
    public void Configure(EntityTypeBuilder<WaitingCallChange> builder)
    {
        builder.HasNoKey().ToTable("waiting_call_changes");
        builder.Property(change => change.IsSum).HasDefaultValue(false).ValueGeneratedNever();
        builder.HasIndex(change => change.OrganizationId).IncludeProperties(change => change.Calls);

        // What is not added up yet. Organizations in which nothing has changed since have no place in it.
        builder.HasIndex(change => change.OrganizationId, "ix_waiting_call_changes_single")
            .HasDatabaseName("ix_waiting_call_changes_single")
            .HasFilter("NOT is_sum");
    }
}

/// <summary>The number of an organization's calls that wait to be dialled, and the number of those that still may.</summary>
internal static class WaitingCalls
{
    /// <summary>The constraint that refuses one more waiting call.</summary>
    public const string Limit = "max_waiting_calls";

    /// <summary>Whether one more call may begin to wait, as things stand; others may be placing more at this moment.</summary>
    public static Task<bool> HasRoomAsync(ErzyCallDbContext db, Caller caller, CallOptions options, CancellationToken cancellationToken) =>
        db.Organizations
            .Where(organization => organization.Id == caller.OrganizationId)
            .Select(organization =>
                db.Set<WaitingCallChange>().Where(change => change.OrganizationId == organization.Id).Sum(change => change.Calls)
                < (organization.MaxWaitingCalls ?? options.MaxWaiting))
            .SingleAsync(cancellationToken);

    /// <summary>The statement that refuses one more waiting call, by <see cref="Limit"/>, when there is no room for it.</summary>
    public static FormattableString HaveRoom(Caller caller, CallOptions options) =>
        $"SELECT have_room_for_waiting_call({caller.OrganizationId.Value}, {options.MaxWaiting})";

    /// <summary>
    /// The number of calls, out of <paramref name="wanted"/> more, that may begin to wait in the caller's transaction. Near the limit one
    /// transaction after the other is answered, so that together they never exceed it; far from it none waits for another.
    /// </summary>
    public static Task<int> RoomAsync(
        ErzyCallDbContext db, Caller caller, int wanted, CallOptions options, CancellationToken cancellationToken) =>
        db.AskAsync(
            $"SELECT room_for_waiting_calls({caller.OrganizationId.Value}, {options.MaxWaiting}, {wanted})",
            row => row.GetInt32(0),
            cancellationToken);
}

/// <summary>
/// Adds up the changes of an organization's number of waiting calls, so that there are never many to be summed. Late is harmless: the sum
/// is the same.
/// </summary>
internal sealed class AddUpWaitingCallsJob(ErzyCallDbContext db) : IJob
{
    /// <summary>The most changes that a step adds up.</summary>
    private const int BatchSize = 10_000;

    /// <summary>
    /// Short, since whoever places a call sums what is not added up yet: that costs more than to look four times a second whether there is
    /// anything.
    /// </summary>
    public static TimeSpan PollInterval { get; } = TimeSpan.FromMilliseconds(250);

    /// <remarks>
    /// What another copy of the server is adding up is passed over, so an organization may have several sums for a while: they are added up
    /// with its next change.
    /// </remarks>
    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var changes = await db.Database
            .SqlQuery<int>(
                $"""
                 WITH single AS (
                   DELETE FROM waiting_call_changes
                   WHERE ctid = ANY (ARRAY (
                     SELECT ctid FROM waiting_call_changes WHERE NOT is_sum ORDER BY organization_id LIMIT {BatchSize}
                     FOR UPDATE SKIP LOCKED))
                   RETURNING organization_id, calls
                 ), change AS (
                   SELECT organization_id, sum(calls) AS calls, count(*) AS changes FROM single GROUP BY organization_id
                 ), earlier AS (
                   DELETE FROM waiting_call_changes
                   WHERE ctid = ANY (ARRAY (
                     SELECT place FROM change CROSS JOIN LATERAL (
                       SELECT ctid AS place FROM waiting_call_changes WHERE organization_id = change.organization_id AND is_sum
                       FOR UPDATE SKIP LOCKED) AS found))
                   RETURNING organization_id, calls
                 ), added_up AS (
                   INSERT INTO waiting_call_changes (organization_id, calls, is_sum)
                   SELECT organization_id, sum(calls), true
                   FROM (SELECT organization_id, calls FROM change UNION ALL SELECT organization_id, calls FROM earlier) AS part
                   GROUP BY organization_id HAVING sum(calls) <> 0
                 )
                 SELECT coalesce(sum(changes), 0)::int AS "Value" FROM change
                 """)
            .ToListAsync(cancellationToken);
        return changes is [BatchSize];
    }
}

internal static class WaitingCallChangeTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<WaitingCallChange> WaitingCallChanges => db.Set<WaitingCallChange>();
    }
}
