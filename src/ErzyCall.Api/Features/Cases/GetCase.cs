using ErzyCall.Api.Platform.Http;

namespace ErzyCall.Api.Features.Cases;

/// <summary>One case in full.</summary>
internal static class GetCase
{
    public static async Task<SingleResource<CaseResponse>> HandleAsync(
        Id<Case> caseId, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var script = await db.Cases.OwnedBy(caller).AsNoTracking().SingleOrDefaultAsync(row => row.Id == caseId, cancellationToken)
            ?? throw new ApiException(ApiError.NotFound("case"));
        return SingleResource.Of(CaseResponse.Of(script));
    }
}
