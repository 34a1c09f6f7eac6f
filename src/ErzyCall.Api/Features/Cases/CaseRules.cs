using System.Text.RegularExpressions;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;

namespace ErzyCall.Api.Features.Cases;

/// <summary>A variable as a request gives it.</summary>
internal sealed record CaseVariableRequest
{
    public string? Name { get; init; }

    public string? Source { get; init; }

    public bool? Required { get; init; }

    public string? DefaultValue { get; init; }

    /// <param name="variables">Validated.</param>
    public static IReadOnlyList<CaseVariable> ToVariables(IReadOnlyList<CaseVariableRequest?>? variables) =>
        [.. (variables ?? []).Select(variable => new CaseVariable(variable!.Name!, variable.Source!, variable.Required ?? false, variable.DefaultValue))];
}

/// <summary>The rules that making and changing a case share.</summary>
internal static partial class CaseRules
{
    public const string OnePrompt = "Must not be given together with prompt";

    public static FieldLimits EitherPrompt { get; } = new()
    {
        Forms = [new RequestForm { Given = ["prompt"], LeftOut = ["systemPromptId"] }, new RequestForm { Given = ["systemPromptId"], LeftOut = ["prompt"] }],
    };

    public static FieldLimits NotBothPrompts { get; } = new()
    {
        Forms = [new RequestForm { LeftOut = ["prompt"] }, new RequestForm { Given = ["prompt"], LeftOut = ["systemPromptId"] }],
    };

    private const int MaxVariables = 50;
    private const int MaxDefaultValue = 1_000;
    private const int MaxToolIds = 20;
    private const int MaxKeyterms = 50;
    private const int MaxKeyterm = 100;

    private static readonly FieldLimits s_variableLimits = new()
    {
        MaxCount = MaxVariables,
        Each = new FieldLimits
        {
            Fields = new Dictionary<string, FieldLimits>
            {
                ["name"] = new() { RefusesNull = true, Pattern = CaseVariable.NameSyntax().ToString() },
                ["source"] = FieldLimits.OneOf(CaseVariableSource.All) with { RefusesNull = true },
                ["defaultValue"] = FieldLimits.Text(0, MaxDefaultValue),
            },
        },
    };

    public static void CaseStatus<T>(this IRuleBuilder<T, string?> rule) => rule
        .OneOf(Cases.CaseStatus.All);

    public static void ToolIds<T>(this IRuleBuilder<T, IReadOnlyList<string?>?> rule) =>
        rule.List(MaxToolIds, tool => tool
            .Telling(new FieldLimits { Pattern = ToolId().ToString() })
            .Must(text => text is null || ToolId().IsMatch(text)).WithMessage("Must be 1 to 64 letters, digits, '_' or '-'"));

    public static void Keyterms<T>(this IRuleBuilder<T, IReadOnlyList<string?>?> rule) =>
        rule.List(MaxKeyterms, term => term.Text(1, MaxKeyterm));

    public static void Variables<T>(this IRuleBuilder<T, IReadOnlyList<CaseVariableRequest?>?> rule) =>
        rule.Telling(s_variableLimits).Custom((variables, context) =>
        {
            if (variables is null)
            {
                return;
            }

            var field = context.PropertyPath;
            if (variables.Count > MaxVariables)
            {
                context.AddFailure(field, $"Must have at most {MaxVariables} elements");
                return;
            }

            var names = new HashSet<string>(StringComparer.Ordinal);
            for (var index = 0; index < variables.Count; index++)
            {
                if (variables[index] is not { } variable)
                {
                    context.AddFailure($"{field}[{index}]", "Must be an object");
                    continue;
                }

                foreach (var (name, message) in MisfitsOf(variable, names))
                {
                    context.AddFailure($"{field}[{index}].{name}", message);
                }
            }
        });

    /// <param name="names">Those of the variables before it; its own is added.</param>
    private static IEnumerable<(string Field, string Message)> MisfitsOf(CaseVariableRequest variable, HashSet<string> names)
    {
        if (variable.Name is null)
        {
            yield return ("name", "Required");
        }
        else if (!CaseVariable.NameSyntax().IsMatch(variable.Name))
        {
            yield return ("name", "Must be a letter or underscore and up to 63 letters, digits or '_'");
        }
        else if (!names.Add(variable.Name))
        {
            yield return ("name", "Another variable has this name");
        }

        if (variable.Source is null)
        {
            yield return ("source", "Required");
        }
        else if (!CaseVariableSource.All.Contains(variable.Source))
        {
            yield return ("source", $"Must be one of {string.Join(", ", CaseVariableSource.All)}");
        }

        if (variable.DefaultValue is { } value)
        {
            if (FieldRules.HasForbiddenCharacter(value))
            {
                yield return ("defaultValue", "Must not contain control characters other than tab and newline");
            }
            else if (FieldRules.Length(value) > MaxDefaultValue)
            {
                yield return ("defaultValue", $"Must be at most {MaxDefaultValue} characters");
            }
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex ToolId();
}
