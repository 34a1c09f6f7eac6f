using ErzyCall.Api.Platform.Http;

namespace ErzyCall.Api.Features.Calls;

/// <summary>One call in full, with its transcript.</summary>
internal static class GetCall
{
    /// <summary>
    /// Finds a call with its script, by a query that is compiled once. The script is looked up as a value of its own: to join two tables
    /// PostgreSQL weighs every index of both, which takes longer than all the rest.
    /// </summary>
    private static readonly Func<ErzyCallDbContext, Id<Owner>, Id<Call>, CancellationToken, Task<FoundCall?>> s_find =
        EF.CompileAsyncQuery((ErzyCallDbContext db, Id<Owner> organization, Id<Call> id, CancellationToken cancellationToken) =>
            db.Set<Call>()
                .Where(row => row.OrganizationId == organization && row.Id == id)
                .Select(call => new FoundCall(
                    call,
                    db.Set<SharedScript>()
                        .Where(row => row.OrganizationId == call.OrganizationId && row.Hash == call.ScriptHash)
                        .Select(row => row.Content)
                        .FirstOrDefault()!))
                .AsNoTracking()
                .TagWith(PreparedStatements.Tag)
                .SingleOrDefault());

    public static async Task<SingleResource<CallResponse>> HandleAsync(
        Id<Call> callId, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var (call, script) = await s_find(db, caller.OrganizationId, callId, cancellationToken)
            ?? throw new ApiException(ApiError.NotFound("call"));
        call.Script = SharedScript.Stored(call, script);
        return SingleResource.Of(CallResponse.Of(call));
    }

    private sealed record FoundCall(Call Call, ScriptContent Script);
}
