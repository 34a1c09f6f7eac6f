using System.Text.RegularExpressions;
using ErzyCall.Api.Platform.Ids;
using FluentValidation;
using FluentValidation.Validators;

namespace ErzyCall.Api.Platform.Validation;

/// <summary>
/// What a field or a query parameter may hold, as far as it can be told beforehand. The code that checks it says it too, so that the OpenAPI
/// document promises what is enforced and no second list has to be kept.
/// </summary>
internal sealed record FieldLimits
{
    public static FieldLimits NotNull { get; } = new() { RefusesNull = true };

    public static FieldLimits Time { get; } = new() { Format = "date-time" };

    /// <summary>Whether <c>null</c> is refused. In a POST body such a field is required; in a PATCH it cannot be cleared.</summary>
    public bool RefusesNull { get; init; }

    /// <summary>In Unicode scalar values.</summary>
    public int? MinLength { get; init; }

    /// <summary>In Unicode scalar values.</summary>
    public int? MaxLength { get; init; }

    public decimal? Minimum { get; init; }

    public decimal? Maximum { get; init; }

    /// <summary>Of an array or a map.</summary>
    public int? MinCount { get; init; }

    /// <summary>Of an array or a map.</summary>
    public int? MaxCount { get; init; }

    public bool Unique { get; init; }

    /// <summary>A regular expression that JavaScript reads too, but for the end of text, which .NET writes <c>\z</c>.</summary>
    public string? Pattern { get; init; }

    /// <summary>A format of JSON Schema: <c>date-time</c>, <c>email</c>, <c>uri</c>.</summary>
    public string? Format { get; init; }

    /// <summary>The only values that are taken.</summary>
    public IReadOnlyCollection<string>? Values { get; init; }

    /// <summary>What is taken when nothing is given.</summary>
    public object? Default { get; init; }

    /// <summary>The prefix of the ids of the resource that is referred to.</summary>
    public string? IdPrefix { get; init; }

    /// <summary>Of each item of an array, or each value of a map.</summary>
    public FieldLimits? Each { get; init; }

    /// <summary>Of the fields of an object that has no validator of its own. Those of an open object are told with it: a number where there is a minimum, else text.</summary>
    public IReadOnlyDictionary<string, FieldLimits>? Fields { get; init; }

    /// <summary>Of each name in a map.</summary>
    public FieldLimits? Keys { get; init; }

    /// <summary>Of a request as a whole: it has exactly one of these forms.</summary>
    public IReadOnlyList<RequestForm>? Forms { get; init; }

    public static FieldLimits Text(int min, int max) => new() { MinLength = min, MaxLength = max, Pattern = $@"^[^{FieldRules.Forbidden}]*\z" };

    /// <summary>Of text whose line ends may be written in any of the usual ways.</summary>
    public static FieldLimits Lines(int min, int max) =>
        new() { MinLength = min, MaxLength = max, Pattern = $@"^[^{FieldRules.ForbiddenInLines}]*\z" };

    /// <summary>Of texts with commas between them. A character above U+FFFF is one, also to a regular expression that sees its two halves.</summary>
    public static FieldLimits List(int maxEntries, int maxLength)
    {
        var entry = $@"(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[^{FieldRules.Forbidden},\uD800-\uDFFF]){{1,{maxLength}}}";
        return new FieldLimits { Pattern = $@"^{entry}(?:,{entry}){{0,{maxEntries - 1}}}\z" };
    }

    public static FieldLimits OneOf(IReadOnlyCollection<string> values) => new() { Values = values };

    public static FieldLimits IdOf<TResource>()
        where TResource : IHasIdPrefix => new() { Pattern = TypeId.Syntax(TResource.IdPrefix), IdPrefix = TResource.IdPrefix };

    public static FieldLimits Map(int maxEntries, Regex keyPattern, int maxValueLength) => new()
    {
        MaxCount = maxEntries,
        Keys = new FieldLimits { Pattern = keyPattern.ToString() },
        Each = Text(0, maxValueLength),
    };
}

/// <summary>A way in which the fields of a request go together. <c>null</c> is left out.</summary>
internal sealed record RequestForm
{
    public IReadOnlyList<string> Given { get; init; } = [];

    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>A field that has this value.</summary>
    public (string Field, string Value)? Is { get; init; }
}

/// <summary>A rule's word about what it lets pass.</summary>
internal interface ITellsLimits
{
    FieldLimits Limits { get; }
}

internal static class LimitsRules
{
    /// <summary>Says what the rules that follow enforce; enforces nothing itself.</summary>
    public static IRuleBuilderOptions<T, TField> Telling<T, TField>(this IRuleBuilder<T, TField> rule, FieldLimits limits) =>
        rule.SetValidator(new Word<T, TField>(limits));

    /// <summary>What the rule of a list's items says that it enforces.</summary>
    public static FieldLimits? LimitsOfItems<T>(this AbstractValidator<T> items) =>
        items.SelectMany(rule => rule.Components).Select(component => component.Validator).OfType<ITellsLimits>().FirstOrDefault()?.Limits;

    private sealed class Word<T, TField>(FieldLimits limits) : PropertyValidator<T, TField>, ITellsLimits
    {
        public override string Name => nameof(FieldLimits);

        public FieldLimits Limits => limits;

        public override bool IsValid(ValidationContext<T> context, TField value) => true;
    }
}
