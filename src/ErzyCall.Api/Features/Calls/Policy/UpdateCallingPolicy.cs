using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Calls.Policy;

/// <summary>
/// Changes the calling policy. Once this is answered, no call is begun that the new policy does not allow. Those that wait are judged anew
/// within seconds: they are put off, may be dialled earlier, or, where <c>outsideHours</c> is <c>refuse</c>, end as <c>error</c>
/// (<c>call.failed</c>).
/// </summary>
internal static class UpdateCallingPolicy
{
    public static Task<Ok<Data<CallingPolicyResponse>>> HandleAsync(
        Patch<UpdateCallingPolicyRequest> patch,
        IfMatch ifMatch,
        Caller caller,
        ErzyCallDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                // This is the lock that claims take. The time is read under it, so that each claim is before this change or knows of it.
                await db.Database.ExecuteSqlAsync(
                    $"SELECT FROM organizations WHERE id = {caller.OrganizationId.Value} FOR NO KEY UPDATE", cancellationToken);
                var policy = await db.CallingPolicies.OwnedBy(caller).SingleOrDefaultAsync(cancellationToken);
                if (policy is null)
                {
                    db.CallingPolicies.Add(policy = CallingPolicy.Off(caller.OrganizationId));
                }

                ifMatch.Check(CallingPolicyResponse.Of(policy));

                var change = patch.Value;
                policy.Change(
                    change.Hours.IsPresent ? CallingPolicyRules.HoursOf(change.Hours.Value) : policy.Hours,
                    change.TimeZone.Or(policy.TimeZone),
                    change.FallbackTimeZone.Or(policy.FallbackTimeZone),
                    change.OutsideHours.Or(policy.OutsideHours),
                    change.MaxPerNumber.IsPresent ? CallingPolicyRules.MaxPerNumberOf(change.MaxPerNumber.Value) : policy.MaxPerNumber,
                    clock.Now());
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.Ok(Data.Of(CallingPolicyResponse.Of(policy)));
            },
            cancellationToken);
}

/// <summary>
/// Changes of the calling policy. A field that is left out stays as it is; <c>hours</c> and <c>maxPerNumber</c> are replaced whole.
/// </summary>
/// <inheritdoc cref="CallingPolicyResponse"/>
[Example("""{"hours":[{"days":["mon","tue","wed","thu","fri"],"from":"09:00","to":"18:00"}],"maxPerNumber":{"count":3,"hours":24}}""")]
internal sealed record UpdateCallingPolicyRequest
{
    public Optional<IReadOnlyList<CallingWindowRequest>> Hours { get; init; }

    public Optional<string> TimeZone { get; init; }

    public Optional<string> FallbackTimeZone { get; init; }

    public Optional<string> OutsideHours { get; init; }

    public Optional<MaxPerNumberRequest> MaxPerNumber { get; init; }
}

internal sealed class UpdateCallingPolicyValidator : AbstractValidator<UpdateCallingPolicyRequest>
{
    public UpdateCallingPolicyValidator()
    {
        RuleFor(policy => policy.Hours).Is(CallingPolicyRules.Hours);
        RuleFor(policy => policy.TimeZone).NotCleared().Is(CallingPolicyRules.TimeZoneOrRecipient);
        RuleFor(policy => policy.FallbackTimeZone).NotCleared().Is(CallingPolicyRules.TimeZone);
        RuleFor(policy => policy.OutsideHours).NotCleared().Is(Constraints.OneOf(WhenOutside.All));
        RuleFor(policy => policy.MaxPerNumber).Is(CallingPolicyRules.MaxPerNumber);
    }
}
