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
}

internal sealed class WaitingCallChangeConfiguration : IEntityTypeConfiguration<WaitingCallChange>
{
    public void Configure(EntityTypeBuilder<WaitingCallChange> builder)
    {
        builder.HasNoKey().ToTable("waiting_call_changes");
        builder.HasIndex(change => change.OrganizationId).IncludeProperties(change => change.Calls);
    }
}

/// <summary>The number of an organization's calls that wait to be dialled, and the number of those that still may.</summary>
internal static class WaitingCalls
{
    /// <summary>Whether one more call may begin to wait, as things stand; others may be placing more at this moment.</summary>
    public static Task<bool> HasRoomAsync(ErzyCallDbContext db, Caller caller, CallOptions options, CancellationToken cancellationToken) =>
        db.Organizations
            .Where(organization => organization.Id == caller.OrganizationId)
            .Select(organization =>
                db.Set<WaitingCallChange>().Where(change => change.OrganizationId == organization.Id).Sum(change => change.Calls)
                < (organization.MaxWaitingCalls ?? options.MaxWaiting))
            .SingleAsync(cancellationToken);

    /// <summary>The constraint that refuses one more waiting call.</summary>
    public const string Limit = "max_waiting_calls";

    /// <summary>The statement that refuses one more waiting call, by <see cref="Limit"/>, when there is no room for it.</summary>
    public static FormattableString HaveRoom(Caller caller, CallOptions options) =>
        $"SELECT have_room_for_waiting_call({caller.OrganizationId.Value}, {options.MaxWaiting})";

    /// <summary>
    /// The number of calls, out of <paramref name="wanted"/> more, that may begin to wait in the caller's transaction. Near the limit one
    /// transaction after the other is answered, so that together they never exceed it; far from it none waits for another.
    /// </summary>
    public static async Task<int> RoomAsync(
        ErzyCallDbContext db, Caller caller, int wanted, CallOptions options, CancellationToken cancellationToken) =>
        (await db.Database
            .SqlQuery<int>($"SELECT room_for_waiting_calls({caller.OrganizationId.Value}, {options.MaxWaiting}, {wanted}) AS \"Value\"")
            .TagWith(PreparedStatements.Tag)
            .ToListAsync(cancellationToken))[0];
}

/// <summary>
/// Adds up the changes of an organization's number of waiting calls, so that there are never many to be summed. Late is harmless: the sum
/// is the same.
/// </summary>
internal sealed class AddUpWaitingCallsJob(ErzyCallDbContext db) : IJob
{
    /// <summary>The number of changes that are summed in no time.</summary>
    private const int Few = 100;

    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(2);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var organizations = await db.WaitingCallChanges
            .GroupBy(change => change.OrganizationId)
            .Where(changes => changes.Count() > Few)
            .Select(changes => changes.Key)
            .Take(1)
            .ToListAsync(cancellationToken);
        if (organizations is not [var organization])
        {
            return false;
        }

        // What another copy of the server has added up meanwhile is not deleted here, so it is not counted here either.
        await db.Database.ExecuteSqlAsync(
            $"""
             WITH added_up AS (DELETE FROM waiting_call_changes WHERE organization_id = {organization.Value} RETURNING calls)
             INSERT INTO waiting_call_changes (organization_id, calls)
             SELECT {organization.Value}, sum(calls) FROM added_up HAVING count(*) > 0
             """,
            cancellationToken);
        return true;
    }
}

internal static class WaitingCallChangeTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<WaitingCallChange> WaitingCallChanges => db.Set<WaitingCallChange>();
    }
}
