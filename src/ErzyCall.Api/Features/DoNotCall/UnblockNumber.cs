using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Time;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>
/// Takes a number off the do-not-call ledger, in whatever form it is written: from now on it may be called and messaged again. Its entry is
/// kept as history, which the API does not show; a number that is entered again gets a new one.
/// </summary>
internal static class UnblockNumber
{
    public static Task<NoContent> HandleAsync(
        E164 phone, IfMatch ifMatch, Caller caller, ErzyCallDbContext db, TimeProvider clock, CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var entry = await db.LockEntryAsync(caller.OrganizationId, phone.Text, cancellationToken)
                    ?? throw new ApiException(GetDoNotCallEntry.NotThere);
                ifMatch.Check(DoNotCallResponse.Of(entry));
                await db.DoNotCallEntries.OwnedBy(caller).LiftAsync(phone.Text, clock.Now(), cancellationToken);
                return TypedResults.NoContent();
            },
            cancellationToken);
}
