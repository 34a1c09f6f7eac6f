using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Platform.Validation;

namespace ErzyCall.Api.Features.PhoneNumbers;

/// <summary>The rules that adding and changing a number share.</summary>
internal static class PhoneNumberRules
{
    public static Constraint<string> Country { get; } =
        Constraints.OneOf(Countries.All, Countries.IsKnown, "Must be an ISO 3166-1 alpha-2 country code (e.g., US)");

    public static Constraint<IReadOnlyList<string>> Capabilities { get; } =
        Constraints.SomeOf(PhoneCapability.All, PhoneCapability.All.Count);
}
