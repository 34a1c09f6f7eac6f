using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>Takes a number off the ledger: from now on it may be called and messaged again. Its entry stays as history.</summary>
internal static class DeleteDoNotCall
{
    public static async Task<NoContent> HandleAsync(E164 phone, Caller caller, ErzyCallDbContext db, TimeProvider clock, CancellationToken cancellationToken) =>
        await db.DoNotCallEntries.OwnedBy(caller).LiftAsync(phone.Text, clock.Now(), cancellationToken)
            ? TypedResults.NoContent()
            : throw new ApiException(ApiError.NotFound("number on the do-not-call list"));
}
