using FluentValidation.Results;

namespace ErzyCall.Api.Platform.Validation;

/// <summary>
/// Makes one error of many field errors. Malformed ids alone are <c>INVALID_ID</c>; beside anything else they are listed with the rest.
/// </summary>
internal static class FieldErrors
{
    public static ApiError ForBody(IReadOnlyList<ValidationFailure> failures) =>
        Of(failures, static details => ApiError.InvalidBody(details));

    public static ApiError ForQuery(IReadOnlyList<ValidationFailure> failures) =>
        Of(failures, static details => ApiError.InvalidQuery(details));

    private static ApiError Of(IReadOnlyList<ValidationFailure> failures, Func<FieldError[], ApiError> invalid)
    {
        // The first failure of a field says it all: "must be at most 200 characters" adds nothing to "must not be blank".
        FieldError[] details =
        [
            .. failures
                .DistinctBy(failure => failure.PropertyName)
                .Select(failure => new FieldError(failure.PropertyName, failure.ErrorMessage)),
        ];
        return failures.All(failure => failure.ErrorCode == ErrorCode.InvalidId) ? ApiError.InvalidIds(details) : invalid(details);
    }
}
