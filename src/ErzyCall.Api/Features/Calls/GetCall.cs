using ErzyCall.Api.Platform.Http;

namespace ErzyCall.Api.Features.Calls;

/// <summary>One call, with its transcript.</summary>
internal static class GetCall
{
    public static async Task<SingleResource<CallResponse>> HandleAsync(
        Id<Call> callId, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var found = await db.Calls.OwnedBy(caller)
            .Where(row => row.Id == callId)
            // The script is looked up as a value of its own. To join two tables PostgreSQL weighs every index of both, which takes longer
            // than all the rest.
            .Select(call => new
            {
                call,
                script = db.Set<SharedScript>()
                    .Where(row => row.OrganizationId == call.OrganizationId && row.Hash == call.ScriptHash)
                    .Select(row => row.Content)
                    .FirstOrDefault(),
            })
            .AsNoTracking()
            .TagWith(PreparedStatements.Tag)
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw new ApiException(ApiError.NotFound("call"));
        found.call.Script = SharedScript.Stored(found.call, found.script!);
        return SingleResource.Of(CallResponse.Of(found.call));
    }
}
