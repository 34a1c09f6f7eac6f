using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.Calls;

/// <summary>One call, with its transcript.</summary>
internal static class GetCall
{
    public static async Task<SingleResource<CallResponse>> HandleAsync(Id<Call> callId, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var call = await db.Calls.OwnedBy(caller).AsNoTracking().SingleOrDefaultAsync(row => row.Id == callId, cancellationToken)
            ?? throw new ApiException(ApiError.NotFound("call"));
        return SingleResource.Of(CallResponse.Of(call));
    }
}
