using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Idempotency;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ErzyCall.Api.Features.Calls;

/// <summary>
/// Places a call, now or at a time. The answer does not wait for the phone to ring: events tell what becomes of the call
/// (<c>call.scheduled</c> when it has to wait for its time, <c>call.started</c>, and one of <c>call.ended</c>, <c>call.failed</c> and
/// <c>call.cancelled</c>), and so does reading it. What will be said is put together now, and later changes of the case, the assistant or
/// the contact do not reach it. A call to a number on the do-not-call ledger is recorded as a failed one, with its event
/// <c>call.failed</c>, and refused.
/// </summary>
[Example(CallExamples.NewInFull)]
internal static class CreateCall
{
    public static Task<Results<Created<Data<CallResponse>>, StoredRefusal>> HandleAsync(
        Body<CreateCallRequest> body,
        Caller caller,
        Carriers carriers,
        ErzyCallDbContext db,
        IOptions<CallOptions> options,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        db.Database.WritingOnceAsync<Results<Created<Data<CallResponse>>, StoredRefusal>>(
            async () =>
            {
                var now = clock.Now();
                var plan = await CallPlan.MakeAsync(body.Value, caller, carriers, db, now, cancellationToken);
                if (!plan.IsKept)
                {
                    throw new ApiException(plan.FirstRefusal!);
                }

                var call = db.Place(plan, Id<Call>.New(now), isBatched: false, options.Value.DispatchWithin, now);
                var script = SharedScript.Keep(caller.OrganizationId, [plan.SharedScript]);
                try
                {
                    await db.InsertAsync(
                        plan.FirstRefusal is null ? [script, WaitingCalls.HaveRoom(caller, options.Value)] : [script], cancellationToken);
                }
                catch (PostgresException full) when (full.ConstraintName == WaitingCalls.Limit)
                {
                    throw new ApiException(CallErrors.TooManyWait);
                }

                return plan.FirstRefusal is { } refusal
                    ? new StoredRefusal(refusal)
                    : TypedResults.Created($"{ApiPath.V1}/calls/{call.Id}", Data.Of(CallResponse.Of(call)));
            });

    /// <summary>
    /// Adds the call that was planned, with its event. A call to a number on the do-not-call ledger is added as a failed one, which is
    /// never dialled.
    /// </summary>
    /// <param name="plan">The plan of a call that is kept, whose script is stored.</param>
    public static Call Place(
        this ErzyCallDbContext db, CallPlan plan, Id<Call> id, bool isBatched, TimeSpan dispatchWithin, DateTimeOffset now)
    {
        var call = Call.Place(plan, id, isBatched, dispatchWithin, now);
        if (plan.FirstRefusal is not null)
        {
            call.Fail(EndedReason.ContactOptedOut, now);
        }

        db.Calls.Add(call);
        if (call.Status != CallStatus.New)
        {
            db.AddEventOf(call, now);
        }

        return call;
    }
}
