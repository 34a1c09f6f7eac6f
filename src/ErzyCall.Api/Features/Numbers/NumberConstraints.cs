using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Validation;

namespace ErzyCall.Api.Features.Numbers;

/// <summary>The constraints on a number where it is given.</summary>
internal static class NumberConstraints
{
    /// <summary>
    /// A number that may be stored already: well-formed, of any length. <see cref="RefuseProblem"/> judges its length where it turns out to
    /// be new.
    /// </summary>
    public static Constraint<Given<E164>> WellFormedPhone { get; } = Constraints.Parsed<E164>(E164.Limits, new Violation(E164.Message)) with
    {
        // A plus sign in a query string means a space unless it is written as %2B: the commonest reason for this refusal.
        QueryRefusal = $"{E164.Message}; in a URL the plus sign is written %2B",
    };

    /// <summary>A new number: well-formed, and of a length that its country uses.</summary>
    public static Constraint<Given<E164>> Phone { get; } = WellFormedPhone.And(given => given.Value.LengthProblem);

    /// <exception cref="ApiException"><c>VALIDATION_ERROR</c> on <paramref name="field"/>: the country of the number uses none of this
    /// length.</exception>
    public static void RefuseProblem(this E164 number, string field)
    {
        if (number.LengthProblem is { } problem)
        {
            throw new ApiException(ApiError.InvalidBody(new FieldError(field, problem)));
        }
    }
}
