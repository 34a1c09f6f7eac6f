namespace ErzyCall.Api.Platform.Validation;

/// <summary>What is wrong with a value.</summary>
/// <param name="Path">Where in the value: <c>[2]</c> or <c>.key</c>; empty for the value itself.</param>
/// <param name="Code">The error code, where it is not that of all field errors.</param>
internal sealed record Violation(string Message, string Path = "", string? Code = null);

/// <summary>
/// What a value of a request may be, said once: it refuses what is not, and describes what is in the OpenAPI document. It stands behind a
/// field in a validator (<c>RuleFor(…).Is(constraint)</c>) and behind the name of a query parameter.
/// </summary>
/// <param name="Limits">What can be told of it beforehand.</param>
/// <param name="Check">What is wrong with a value, if anything. It is not asked of one that is not there.</param>
internal record Constraint<T>(FieldLimits Limits, Func<T, IReadOnlyList<Violation>> Check)
    where T : notnull
{
    /// <summary>What <c>null</c> in a list of such values is refused with.</summary>
    public string NullRefusal { get; init; } = "Must not be null";

    /// <summary>What a query parameter is refused with, where it is not what a field of a body is.</summary>
    public string? QueryRefusal { get; init; }

    /// <summary>The same constraint, and what else holds of every value that it lets pass.</summary>
    /// <param name="tell">Adds what of it can be told beforehand, if anything.</param>
    public Constraint<T> And(Predicate<T> holds, string message, Func<FieldLimits, FieldLimits>? tell = null) =>
        And(value => holds(value) ? null : message) with { Limits = tell?.Invoke(Limits) ?? Limits };

    /// <param name="violationOf">What is wrong with a value, if anything.</param>
    /// <inheritdoc cref="And(Predicate{T}, string, Func{FieldLimits, FieldLimits})"/>
    public Constraint<T> And(Func<T, string?> violationOf) => this with
    {
        Check = value =>
            Check(value) is { Count: > 0 } violations ? violations
            : violationOf(value) is { } message ? [new Violation(message)]
            : [],
    };
}
