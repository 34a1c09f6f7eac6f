using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Time;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Calls;

/// <summary>
/// Cancels a call: at once while it is not dialled (<c>call.cancelled</c>); else its carrier is told to hang up, and the answer shows the
/// call as it stands. It then ends with <c>endedReason</c> <c>manually-canceled</c> (<c>call.ended</c>), unless the line was free already.
/// A call that is over is refused: 422.
/// </summary>
[Example(CallExamples.CancelledInFull)]
internal static class CancelCall
{
    public static async Task<Ok<Data<CallResponse>>> HandleAsync(
        Id<Call> callId, Caller caller, ErzyCallDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!await db.Calls.OwnedBy(caller).AnyAsync(row => row.Id == callId, cancellationToken))
        {
            throw new ApiException(ApiError.NotFound("call"));
        }

        var now = clock.Now();
        var call = await db.MoveCallAsync(callId, now, call => Cancel(call, now), cancellationToken);
        await SharedScript.LoadAsync(db, caller.OrganizationId, [call!], cancellationToken);
        return TypedResults.Ok(Data.Of(CallResponse.Of(call!)));
    }

    private static void Cancel(Call call, DateTimeOffset now)
    {
        if (!call.Cancel(now))
        {
            throw new ApiException(CallErrors.NotCancellable(call.Status));
        }
    }
}
