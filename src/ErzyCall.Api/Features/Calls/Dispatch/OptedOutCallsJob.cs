using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// Has calls hung up that ring, or are about to, at a number which was entered into the do-not-call ledger after they were claimed. It goes
/// by what the database holds and not by who wrote the entry, so no way into the ledger is forgotten and no crash loses one. A call that
/// was answered is left alone: somebody is talking, and it may be this call that made the entry.
/// </summary>
internal sealed class OptedOutCallsJob(ErzyCallDbContext db, TimeProvider clock) : IJob
{
    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<string> WokenBy { get; } = ["do_not_call_entries"];

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();

        db.Announce("calls");

        // A row that somebody is changing is passed over until the next step: a report that this statement waited for could itself be
        // waiting. OFFSET 0 has the ledger asked for each call that is being dialled; PostgreSQL would else begin with the whole ledger.
        // There is no index of calls that are not answered yet: keeping one costs more, with each answer, than to look at all that are
        // talked on.
        await db.Database.ExecuteSqlAsync(
            $"""
             UPDATE calls SET hang_up_requested_at = {now}, hang_up_reason = {EndedReason.ContactOptedOut.Value}, updated_at = {now}
             WHERE id IN (
               SELECT id FROM calls
               WHERE status = 'processing' AND line_free_at IS NULL AND answered_at IS NULL AND hang_up_requested_at IS NULL
                 AND EXISTS (
                   SELECT FROM do_not_call_entries AS entry
                   WHERE entry.organization_id = calls.organization_id AND entry.canonical_number = calls.canonical_to
                     AND entry.lifted_at IS NULL
                   OFFSET 0)
               FOR UPDATE SKIP LOCKED)
             """,
            cancellationToken);
        return false;
    }
}
