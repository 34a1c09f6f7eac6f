using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;

namespace ErzyCall.Api.Features.Numbers;

/// <summary>What a number must be where it is given. <c>null</c> passes.</summary>
internal static class NumberRules
{
    /// <summary>A number that is written anew: well-formed, and of a length that its country uses.</summary>
    public static IRuleBuilderOptions<T, string?> Phone<T>(this IRuleBuilder<T, string?> rule) =>
        rule.WellFormedPhone().Must(text => MisfitOf(text) is null).WithMessage((_, text) => MisfitOf(text)!);

    /// <summary>A number that may be stored already: its length is judged where that is known.</summary>
    public static IRuleBuilderOptions<T, string?> WellFormedPhone<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Telling(E164.Limits).Must(text => text is null || E164.IsWellFormed(text)).WithMessage(E164.Message);

    /// <summary>A number that something is looked for by: of any length.</summary>
    public static string? Phone(this QueryReader query, string name) =>

        // A plus sign in a query string means a space unless it is written as %2B: the commonest reason for this refusal.
        query.Matching(name, E164.Limits, E164.IsWellFormed, $"{E164.Message}; in a URL the plus sign is written %2B");

    /// <param name="number">Well-formed.</param>
    /// <exception cref="ApiException"><c>VALIDATION_ERROR</c> on <paramref name="field"/>: its country uses no number of this
    /// length.</exception>
    public static void RefuseMisfit(string field, string number)
    {
        if (MisfitOf(number) is { } misfit)
        {
            throw new ApiException(ApiError.InvalidBody(new FieldError(field, misfit)));
        }
    }

    private static string? MisfitOf(string? text) => text is not null && E164.IsWellFormed(text) ? new E164(text).LengthMisfit : null;
}
