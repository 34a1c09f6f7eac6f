namespace ErzyCall.Api.Platform.Validation;

/// <summary>A reason for which a constraint refuses a value.</summary>
/// <param name="Path">The place in the value: <c>[2]</c> or <c>.key</c>; empty for the value itself.</param>
/// <param name="Code">The error code, where it is not that of all field errors.</param>
internal sealed record Violation(string Message, string Path = "", string? Code = null);

/// <summary>
/// A rule for a value of a request, stated once: it refuses values that break it, and describes the others in the API document. A validator
/// has it for a field (<c>RuleFor(…).Is(constraint)</c>), a query record for a parameter.
/// </summary>
/// <param name="Limits">The part of the rule that the API document shows.</param>
/// <param name="Check">Finds the violations of a value. It is not called for a value that is not there.</param>
internal record Constraint<T>(FieldLimits Limits, Func<T, IReadOnlyList<Violation>> Check)
    where T : notnull
{
    /// <summary>The message that refuses <c>null</c> in a list of such values.</summary>
    public string NullRefusal { get; init; } = "Must not be null";

    /// <summary>The message that refuses a query parameter, where it is not that for a field of a body.</summary>
    public string? QueryRefusal { get; init; }

    /// <summary>The same constraint with one more condition on the values that it lets pass.</summary>
    /// <param name="tell">Adds the part of the condition that the API document shows, if there is one.</param>
    public Constraint<T> And(Predicate<T> holds, string message, Func<FieldLimits, FieldLimits>? tell = null) =>
        And(value => holds(value) ? null : message) with { Limits = tell?.Invoke(Limits) ?? Limits };

    /// <param name="violationOf">Says what is wrong with a value; <c>null</c> when nothing is.</param>
    /// <inheritdoc cref="And(Predicate{T}, string, Func{FieldLimits, FieldLimits})"/>
    public Constraint<T> And(Func<T, string?> violationOf) => this with
    {
        Check = value =>
            Check(value) is { Count: > 0 } violations ? violations
            : violationOf(value) is { } message ? [new Violation(message)]
            : [],
    };
}
