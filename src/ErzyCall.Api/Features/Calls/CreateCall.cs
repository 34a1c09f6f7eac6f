using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Idempotency;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Calls;

/// <summary>Places a call, now or at a time. A call to a number on the do-not-call ledger is recorded as a failed one and refused.</summary>
internal static class CreateCall
{
    public static async Task<Results<Created<Data<CallResponse>>, KeptRefusal>> HandleAsync(
        Body<CreateCallRequest> body, Caller caller, ErzyCallDbContext db, IOptions<CallOptions> options, TimeProvider clock, CancellationToken cancellationToken)
    {
        var plan = await CallPlan.MakeAsync(body.Value, caller, db, cancellationToken);
        var refusal = plan.FirstRefusal;
        if (refusal is not null && refusal != ApiError.ContactOptedOut)
        {
            throw new ApiException(refusal);
        }

        var now = clock.Now();
        var call = Call.Place(plan, options.Value.DispatchWithin, now);
        if (refusal is not null)
        {
            call.Fail(EndedReason.ContactOptedOut, now);
        }

        db.Calls.Add(call);
        if (call.Status != CallStatus.New)
        {
            db.AddEventOf(call, now);
        }

        await db.SaveChangesAsync(cancellationToken);
        return refusal is null
            ? TypedResults.Created($"{ApiPath.V1}/calls/{call.Id}", Data.Of(CallResponse.Of(call)))
            : new KeptRefusal(refusal);
    }
}
