using System.Diagnostics.CodeAnalysis;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;

namespace ErzyCall.Api.Features.PhoneNumbers;

/// <summary>The rules that adding and changing a number share.</summary>
internal static class PhoneNumberRules
{
    public static IRuleBuilderOptions<T, string?> Country<T>(this IRuleBuilder<T, string?> rule) => rule
        .Telling(FieldLimits.OneOf(Countries.Codes))
        .Must(code => code is null || Countries.IsKnown(code)).WithMessage("Must be an ISO 3166-1 alpha-2 country code (e.g., US)");

    public static void Capabilities<T>(this IRuleBuilder<T, IReadOnlyList<string?>?> rule) => rule
        .Telling(new FieldLimits { MaxCount = PhoneCapability.All.Count, Unique = true, Each = FieldLimits.OneOf(PhoneCapability.All) })
        .Custom((capabilities, context) =>
        {
            for (var index = 0; index < capabilities?.Count; index++)
            {
                var field = $"{context.PropertyPath}[{index}]";
                if (capabilities[index] is not { } capability || !PhoneCapability.All.Contains(capability))
                {
                    // One misfit says it all, however long the list.
                    context.AddFailure(field, $"Must be one of {string.Join(", ", PhoneCapability.All)}");
                    return;
                }

                if (capabilities.Take(index).Contains(capability))
                {
                    context.AddFailure(field, "Given more than once");
                    return;
                }
            }
        });

    /// <summary>A number can only be dialled from by a carrier that this server has, and that such organizations may use.</summary>
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
