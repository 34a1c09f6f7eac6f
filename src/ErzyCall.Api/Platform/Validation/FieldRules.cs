using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Ids;
using FluentValidation;
using FluentValidation.Results;

namespace ErzyCall.Api.Platform.Validation;

/// <summary>The rules that fields of many requests share. All of them let <c>null</c> pass: <see cref="Required"/> refuses it.</summary>
internal static partial class FieldRules
{
    public const string TimeMessage = "Must be an ISO 8601 time with an offset (e.g., 2026-01-15T10:30:00Z)";

    public const int MaxTags = 20;

    public const int MaxTag = 50;

    /// <summary>What <see cref="HasForbiddenCharacter"/> finds, for the inside of a character class.</summary>
    public const string Forbidden = @"\u0000-\u0008\u000B-\u001F\u007F-\u009F";

    /// <summary>
    /// As <see cref="Forbidden"/>, but for the carriage return, which becomes a newline where there may be several lines.
    /// </summary>
    public const string ForbiddenInLines = @"\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F";

    /// <summary>White space that is not forbidden and what else cannot be seen, for the inside of a character class.</summary>
    private static readonly string s_blank = $@"\t\n \u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000{VisibleText.InvisibleClass}";

    private static readonly string s_nameSyntax = $@"^[{s_blank}]*[^{s_blank}{Forbidden}][^{Forbidden}]*\z";

    private static readonly string s_tagSyntax = $@"^[{s_blank}]*[^{s_blank}{Forbidden},][^{Forbidden},]*\z";

    /// <summary>
    /// A time with <c>T</c> and an explicit offset or <c>Z</c>; seconds and fractions are optional (what is finer than 100 ns is cut off). Without an offset the
    /// same text would mean another moment on another server, so it is refused.
    /// </summary>
    public static bool TryParseTime(string text, out DateTimeOffset time)
    {
        time = default;
        var match = TimePattern().Match(text);
        if (!match.Success)
        {
            return false;
        }

        var finer = match.Groups["finer"];
        return DateTimeOffset.TryParse(text.Remove(finer.Index, finer.Length), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out time);
    }

    /// <summary>Control characters other than tab and newline. PostgreSQL cannot even store the first of them.</summary>
    public static bool HasForbiddenCharacter(string text) => text.Any(character => char.IsControl(character) && character is not ('\t' or '\n'));

    public static IRuleBuilderOptions<T, TField?> Required<T, TField>(this IRuleBuilder<T, TField?> rule) =>
        rule.NotNull().WithMessage("Required");

    /// <summary>Text of <paramref name="min"/> to <paramref name="max"/> Unicode scalar values.</summary>
    public static IRuleBuilderOptions<T, string?> Text<T>(this IRuleBuilder<T, string?> rule, int min, int max) => rule
        .Telling(FieldLimits.Text(min, max))
        .TextWithin(min, max);

    /// <summary>Text of one or more lines; in the request it stands on a property with <see cref="Json.LinesAttribute"/>.</summary>
    public static IRuleBuilderOptions<T, string?> Lines<T>(this IRuleBuilder<T, string?> rule, int min, int max) => rule
        .Telling(FieldLimits.Lines(min, max))
        .TextWithin(min, max);

    /// <summary>The name or title of something: text of which something can be seen.</summary>
    public static IRuleBuilderOptions<T, string?> Name<T>(this IRuleBuilder<T, string?> rule, int max) => rule
        .Telling(FieldLimits.Text(1, max) with { Pattern = s_nameSyntax })
        .NameWithin(max);

    public static IRuleBuilderOptions<T, string?> IdOf<T, TResource>(this IRuleBuilder<T, string?> rule)
        where TResource : IHasIdPrefix => rule
        .Telling(FieldLimits.IdOf<TResource>())
        .Must(text => text is null || Id<TResource>.TryParse(text, out _))
        .WithMessage($"Must be a well-formed id ({TResource.IdPrefix}_…)")
        .WithErrorCode(ApiError.InvalidIdCode);

    public static IRuleBuilderOptions<T, string?> OneOf<T>(this IRuleBuilder<T, string?> rule, IReadOnlyCollection<string> allowed) =>
        rule.Telling(FieldLimits.OneOf(allowed)).Must(text => text is null || allowed.Contains(text)).WithMessage($"Must be one of {string.Join(", ", allowed)}");

    /// <summary>At most <paramref name="max"/> texts, each by the rule <paramref name="item"/>. One of a list that is too long is not looked at: it would be one error an item.</summary>
    public static IRuleBuilderOptionsConditions<T, IReadOnlyList<string?>?> List<T>(
        this IRuleBuilder<T, IReadOnlyList<string?>?> rule, int max, Action<IRuleBuilder<string, string?>> item)
    {
        var items = new InlineValidator<string>();
        item(items.RuleFor(text => text));
        return rule.Telling(new FieldLimits { MaxCount = max, Each = items.LimitsOfItems() }).Custom((list, context) =>
        {
            if (list?.Count > max)
            {
                context.AddFailure($"Must have at most {max} entries");
                return;
            }

            for (var i = 0; i < list?.Count; i++)
            {
                var field = $"{context.PropertyPath}[{i}]";
                var failure = list[i] is { } text ? items.Validate(text).Errors.FirstOrDefault() : new ValidationFailure(field, "Must not be null");
                if (failure is not null)
                {
                    context.AddFailure(new ValidationFailure(field, failure.ErrorMessage) { ErrorCode = failure.ErrorCode });
                }
            }
        });
    }

    /// <summary>Tags: without commas, because a list is filtered by several of them with commas between them.</summary>
    public static void Tags<T>(this IRuleBuilder<T, IReadOnlyList<string?>?> rule) => rule
        .List(MaxTags, tag => tag
            .Telling(FieldLimits.Text(1, MaxTag) with { Pattern = s_tagSyntax })
            .NameWithin(MaxTag)
            .Must(text => text is null || !text.Contains(',', StringComparison.Ordinal)).WithMessage("Must not contain a comma"));

    /// <summary>Each text once, in the order of its first coming.</summary>
    /// <param name="texts">Validated.</param>
    public static string[] Distinct(IReadOnlyList<string?>? texts) => [.. (texts ?? []).OfType<string>().Distinct(StringComparer.Ordinal)];

    public static int Length(string text)
    {
        var length = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            length++;
        }

        return length;
    }

    private static IRuleBuilderOptions<T, string?> TextWithin<T>(this IRuleBuilder<T, string?> rule, int min, int max) => rule
        .Must(text => text is null || !HasForbiddenCharacter(text)).WithMessage("Must not contain control characters other than tab and newline")
        .Must(text => text is null || IsWithin(text, min, max)).WithMessage(min == 0 ? $"Must be at most {max} characters" : $"Must be {min} to {max} characters");

    private static IRuleBuilderOptions<T, string?> NameWithin<T>(this IRuleBuilder<T, string?> rule, int max) => rule
        .TextWithin(1, max)
        .Must(text => text is null || !VisibleText.IsBlank(text)).WithMessage("Must not be blank");

    private static bool IsWithin(string text, int min, int max) => Length(text) is var length && length >= min && length <= max;

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,7}(?<finer>[0-9]*))?)?(Z|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex TimePattern();
}
