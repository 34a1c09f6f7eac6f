using System.Diagnostics.CodeAnalysis;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Platform.Validation;

namespace ErzyCall.Api.Features.PhoneNumbers;

/// <summary>The rules that adding and changing a number share.</summary>
internal static class PhoneNumberRules
{
    public static Constraint<string> Country { get; } =
        Constraints.OneOf(Countries.Codes, Countries.IsKnown, "Must be an ISO 3166-1 alpha-2 country code (e.g., US)");

    public static Constraint<IReadOnlyList<string>> Capabilities { get; } =
        Constraints.SomeOf(PhoneCapability.All, PhoneCapability.All.Count);

    /// <summary>Refuses a carrier that this server does not have, or that an organization in the caller's mode may not use.</summary>
    /// <exception cref="ApiException"><c>VALIDATION_ERROR</c> on <c>provider</c>.</exception>
    public static void RefuseUnlessCarrier([NotNull] string? provider, CarrierNames carriers, Caller caller)
    {
        var names = carriers.For(caller.Mode);
        if (provider is null || !names.Contains(provider))
        {
            throw new ApiException(ApiError.InvalidBody(new FieldError(
                "provider",
                names.Count == 0
                    ? "This server has no carrier yet that a live organization could call with"
                    : $"Must be one of {string.Join(", ", names)}")));
        }
    }
}
