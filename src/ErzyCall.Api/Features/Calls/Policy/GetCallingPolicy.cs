using ErzyCall.Api.Platform.Http;

namespace ErzyCall.Api.Features.Calls.Policy;

/// <summary>Shows the calling policy of the organization; everything is off until it is set.</summary>
internal static class GetCallingPolicy
{
    public static async Task<SingleResource<CallingPolicyResponse>> HandleAsync(
        Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var policy = await db.CallingPolicies.OwnedBy(caller).AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        return SingleResource.Of(CallingPolicyResponse.Of(policy ?? CallingPolicy.Off(caller.OrganizationId)));
    }
}

/// <summary>The calling policy of an organization.</summary>
/// <param name="Hours">The hours in which a phone may ring: those of any of the entries. <c>null</c> when it always may.</param>
/// <param name="TimeZone">
/// The clock that the hours go by: <c>recipient</c>, that of the number called, which it is at first, or an IANA time zone.
/// </param>
/// <param name="FallbackTimeZone">
/// The clock, an IANA time zone, for a number that tells no time zone, or several that are never within the hours at once; <c>UTC</c> at
/// first.
/// </param>
/// <param name="OutsideHours">
/// The way to treat a call that is not allowed at its time: it waits, which it does at first, or is refused.
/// </param>
/// <param name="MaxPerNumber">The cap of dials to one number; <c>null</c> when there is none.</param>
internal sealed record CallingPolicyResponse(
    IReadOnlyList<CallingWindow>? Hours,
    string TimeZone,
    string FallbackTimeZone,
    [property: OneOf(typeof(WhenOutside))] string OutsideHours,
    MaxPerNumber? MaxPerNumber)
{
    public static CallingPolicyResponse Of(CallingPolicy policy) =>
        new(policy.Hours, policy.TimeZone, policy.FallbackTimeZone, policy.OutsideHours, policy.MaxPerNumber);
}
