using ErzyCall.Api.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Cases;

/// <summary>
/// Deletes a case; calls keep its id. While one that uses it waits to be dialled, the database refuses (trigger
/// <c>cases_guard_waiting_calls</c>): 409.
/// </summary>
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
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.NoContent();
            },
            cancellationToken);
}
