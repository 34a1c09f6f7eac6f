using ErzyCall.Api.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Cases;

/// <summary>Deletes a case. Calls keep its id; while one of them waits to be dialled, the case cannot be deleted: 409.</summary>
internal static class DeleteCase
{
    public static Task<NoContent> HandleAsync(
        Id<Case> caseId, IfMatch ifMatch, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var script = await db.LockOwnAsync(caseId, caller, cancellationToken) ?? throw new ApiException(ApiError.NotFound("case"));
                ifMatch.Check(CaseResponse.Of(script));
                db.Cases.Remove(script);

                // The trigger cases_guard_waiting_calls refuses it while a call that uses the case waits.
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.NoContent();
            },
            cancellationToken);
}
