using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Platform.Metrics;
using ErzyCall.Api.Platform.Persistence;

namespace ErzyCall.Api.Features.Calls;

internal static class CallEvents
{
    /// <summary>
    /// Writes the event of the state that <paramref name="call"/> has just moved to, in the same transaction as the move. That a call has at
    /// most one final event is held by a unique index.
    /// </summary>
    public static void AddEventOf(this ErzyCallDbContext db, Call call, DateTimeOffset now)
    {
        var type = call.Status switch
        {
            CallStatus.Scheduled => "call.scheduled",
            CallStatus.Processing => "call.started",
            CallStatus.Ended => "call.ended",
            CallStatus.Cancelled => "call.cancelled",
            CallStatus.Error => "call.failed",
            _ => throw new InvalidOperationException($"No event tells of a call in '{call.Status}'."),
        };
        db.Events.Add(OutboxEvent.Create(call.OrganizationId, type, call.Id.Value, CallListItem.Of(call), now).Counting(CountOf(call)));
    }

    private static Action<ServerMetrics>? CountOf(Call call) => call switch
    {
        { Status: CallStatus.Processing, StartedAt: { } startedAt, DueAt: var dueAt } => metrics => metrics.CallClaimed(startedAt - dueAt),
        { IsFinal: true, Status: var status, EndedReason: { } reason } => metrics => metrics.CallFinished(status, EndedReason.IsOurs(reason) ? reason : "other"),
        _ => null,
    };
}
