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
        var found = await db.Calls.OwnedBy(caller)
            .Where(row => row.Id == callId)
            .Join(
                db.CallScripts,
                call => new { call.OrganizationId, Hash = call.ScriptHash },
                script => new { script.OrganizationId, script.Hash },
                (call, script) => new { call, script })
            .AsNoTracking()
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw new ApiException(ApiError.NotFound("call"));
        found.call.Script = found.script;
        return SingleResource.Of(CallResponse.Of(found.call));
    }
}
