using ErzyCall.Api.Features.Events;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.Calls;

internal static class CallEvents
{
    public const string Scheduled = "call.scheduled";
    public const string Started = "call.started";
    public const string Ended = "call.ended";
    public const string Failed = "call.failed";
    public const string Cancelled = "call.cancelled";

    public const string Report = "call.report";

    /// <summary>The final events, of which a call has at most one, as a list in SQL.</summary>
    public const string Final = $"'{Ended}', '{Failed}', '{Cancelled}'";

    /// <summary>
    /// Writes the event of the state that <paramref name="call"/> has just moved to, in the same transaction as the move. A unique index
    /// (<see cref="FinalCallEventConfiguration"/>) makes sure that a call has at most one final event.
    /// </summary>
    public static void AddEventOf(this ErzyCallDbContext db, Call call, DateTimeOffset now)
    {
        var type = call.Status switch
        {
            CallStatus.Scheduled => Scheduled,
            CallStatus.Processing => Started,
            CallStatus.Ended => Ended,
            CallStatus.Cancelled => Cancelled,
            CallStatus.Error => Failed,
            _ => throw new InvalidOperationException($"No event tells of a call in '{call.Status}'."),
        };
        db.Events.Add(EventOf(call, type, now).Counting(CountOf(call)));
    }

    /// <summary>Writes the event of a call that is over, and of which more is known now.</summary>
    public static void AddReportOf(this ErzyCallDbContext db, Call call, DateTimeOffset now) =>
        db.Events.Add(EventOf(call, Report, now));

    private static OutboxEvent EventOf(Call call, string type, DateTimeOffset now) =>
        OutboxEvent.Create(call.OrganizationId, type, call.Id.Value, CallListItem.Of(call), now, traceParent: call.TraceParent);

    private static Action<CallMetrics>? CountOf(Call call) => call switch
    {
        { Status: CallStatus.Processing, StartedAt: { } startedAt, DueAt: var dueAt } => metrics => metrics.Claimed(startedAt - dueAt),
        { IsFinal: true, Status: var status, EndedReason: { } reason } =>
            metrics => metrics.Finished(status, EndedReason.IsOurs(reason) ? reason : "other"),
        _ => null,
    };
}

/// <summary>Makes the unique index by which a call has at most one final event.</summary>
internal sealed class FinalCallEventConfiguration : IEntityTypeConfiguration<OutboxEvent>
{
    public void Configure(EntityTypeBuilder<OutboxEvent> builder) =>
        builder.HasIndex(happened => happened.ResourceId, "ix_events_one_final_event_per_call")
            .IsUnique()
            .HasFilter($"type IN ({CallEvents.Final})");
}
