using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Platform.Http;

namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>The entry of a number that must not be called or messaged, in whatever form it is written: 404 when it may be.</summary>
internal static class GetDoNotCallEntry
{
    public static ApiError NotThere { get; } = ApiError.NotFound("number on the do-not-call list");

    public static async Task<SingleResource<DoNotCallResponse>> HandleAsync(
        E164 phone, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var entry = await db.DoNotCallEntries.OwnedBy(caller).InForce(phone.Text).AsNoTracking().SingleOrDefaultAsync(cancellationToken)
            ?? throw new ApiException(NotThere);
        return SingleResource.Of(DoNotCallResponse.Of(entry));
    }
}
