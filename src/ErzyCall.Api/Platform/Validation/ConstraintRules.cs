using System.Text.Json;
using ErzyCall.Api.Platform.Json;
using FluentValidation;
using FluentValidation.Results;
using FluentValidation.Validators;

namespace ErzyCall.Api.Platform.Validation;

/// <summary>A rule of a validator that knows the limits of what it lets pass.</summary>
internal interface IHasLimits
{
    FieldLimits Limits { get; }
}

/// <summary>
/// Applies constraints to the fields of a request. Constraints let pass what is not there, which <c>Required</c> and <c>NotCleared</c>
/// refuse.
/// </summary>
internal static class ConstraintRules
{
    /// <summary>Demands a field that must be there; in the request's record it is <c>required</c>.</summary>
    public static IRuleBuilderOptions<T, TField> Required<T, TField>(this IRuleBuilder<T, TField> rule, string message = "Required")
        where TField : class? =>
        rule.NotNull().WithMessage(message);

    /// <inheritdoc cref="Required{T, TField}(IRuleBuilder{T, TField}, string)"/>
    public static IRuleBuilderOptions<T, TField?> Required<T, TField>(this IRuleBuilder<T, TField?> rule)
        where TField : struct =>
        rule.NotNull().WithMessage("Required");

    /// <inheritdoc cref="Required{T, TField}(IRuleBuilder{T, TField}, string)"/>
    public static IRuleBuilderOptions<T, JsonElement> Required<T>(this IRuleBuilder<T, JsonElement> rule) => rule.Enforce(
        FieldLimits.NotNull,
        static value => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? [new Violation("Required")] : []);

    /// <summary>Refuses <c>null</c> for a field that a PATCH may replace but not clear.</summary>
    public static IRuleBuilderOptions<T, Optional<TField>> NotCleared<T, TField>(
        this IRuleBuilder<T, Optional<TField>> rule, string message = "Must not be null") =>
        rule.Enforce(FieldLimits.NotNull, field => field.IsNull ? [new Violation(message)] : []);

    public static IRuleBuilderOptions<T, TField?> Is<T, TField>(this IRuleBuilder<T, TField?> rule, Constraint<TField> constraint)
        where TField : class =>
        rule.Enforce(constraint.Limits, value => value is null ? [] : constraint.Check(value));

    public static IRuleBuilderOptions<T, Optional<TField>> Is<T, TField>(
        this IRuleBuilder<T, Optional<TField>> rule, Constraint<TField> constraint)
        where TField : class =>
        rule.Enforce(constraint.Limits, field => field.Value is { } value ? constraint.Check(value) : []);

    public static IRuleBuilderOptions<T, JsonElement> Is<T>(this IRuleBuilder<T, JsonElement> rule, Constraint<JsonElement> constraint) =>
        rule.Enforce(constraint.Limits, constraint.Check);

    public static IRuleBuilderOptions<T, JsonElement?> Is<T>(this IRuleBuilder<T, JsonElement?> rule, Constraint<JsonElement> constraint) =>
        rule.Enforce(constraint.Limits, value => value is { } given ? constraint.Check(given) : []);

    public static IRuleBuilderOptions<T, Optional<JsonElement?>> Is<T>(
        this IRuleBuilder<T, Optional<JsonElement?>> rule, Constraint<JsonElement> constraint) =>
        rule.Enforce(constraint.Limits, field => field.Value is { } value ? constraint.Check(value) : []);

    private static IRuleBuilderOptions<T, TField> Enforce<T, TField>(
        this IRuleBuilder<T, TField> rule, FieldLimits limits, Func<TField, IReadOnlyList<Violation>> check) =>
        rule.SetValidator(new Rule<T, TField>(limits, check));

    private sealed class Rule<T, TField>(FieldLimits limits, Func<TField, IReadOnlyList<Violation>> check)
        : PropertyValidator<T, TField>, IHasLimits
    {
        public override string Name => nameof(Constraint<>);

        public FieldLimits Limits => limits;

        /// <summary>Adds each failure by itself: the path of some goes on inside of the field.</summary>
        public override bool IsValid(ValidationContext<T> context, TField value)
        {
            var violations = check(value);
            for (var index = 0; index < violations.Count; index++)
            {
                var (message, path, code) = violations[index];
                context.AddFailure(new ValidationFailure(context.PropertyPath + path, message) { ErrorCode = code });
            }

            return true;
        }
    }
}
