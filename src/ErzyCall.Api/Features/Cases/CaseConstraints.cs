using System.Text.RegularExpressions;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;

namespace ErzyCall.Api.Features.Cases;

/// <summary>A variable as a request gives it.</summary>
/// <inheritdoc cref="CaseVariable"/>
internal sealed record CaseVariableRequest
{
    public required string Name { get; init; }

    public required string Source { get; init; }

    /// <summary>
    /// Whether a call is refused (400) on which nothing gives it a value: neither call nor source nor default. Left out, it is not.
    /// </summary>
    public bool? Required { get; init; }

    public string? DefaultValue { get; init; }

    public CaseVariable ToVariable() => new(Name, Source, Required ?? false, DefaultValue);
}

/// <summary>The constraints that making and changing a case share.</summary>
internal static partial class CaseConstraints
{
    public static Violation BothPrompts { get; } = new("Must not be given together with prompt", "systemPromptId");

    public static Constraint<string> Status { get; } = Constraints.OneOf(CaseStatus.All);

    public static Constraint<IReadOnlyList<string>> ToolIds { get; } =
        Constraints.ListOf(Constraints.Matching(ToolId(), "Must be 1 to 64 letters, digits, '_' or '-'"), max: 20);

    public static Constraint<IReadOnlyList<string>> Keyterms { get; } = Constraints.ListOf(Constraints.Text(1, 100), max: 50);

    public static Constraint<IReadOnlyList<CaseVariableRequest>> Variables { get; } = Constraints.ListOf(
        Constraints.Object(new CaseVariableValidator()),
        max: 50,
        miscounted: "Must have at most 50 elements",
        once: new Once<CaseVariableRequest>(variable => variable.Name, "Another variable has this name", ".name"));

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex ToolId();
}

internal sealed class CaseVariableValidator : AbstractValidator<CaseVariableRequest>
{
    public CaseVariableValidator()
    {
        RuleFor(variable => variable.Name).Required().Is(
            Constraints.Matching(CaseVariable.NameSyntax(), "Must be a letter or underscore and up to 63 letters, digits or '_'"));
        RuleFor(variable => variable.Source).Required().Is(Constraints.OneOf(CaseVariableSource.All));
        RuleFor(variable => variable.DefaultValue).Is(Constraints.Text(0, 1_000));
    }
}
