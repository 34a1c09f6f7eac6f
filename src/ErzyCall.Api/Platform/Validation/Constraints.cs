using System.Text.RegularExpressions;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Time;
using FluentValidation;

namespace ErzyCall.Api.Platform.Validation;

/// <summary>The constraints that fields of many requests share, and those that others are made of.</summary>
internal static class Constraints
{
    public static Constraint<Given<DateTimeOffset>> Time { get; } =
        Parsed<DateTimeOffset>(FieldLimits.Time, new Violation(TimeText.Message));

    /// <summary>A constraint with one thing to say about a value that does not fit.</summary>
    public static Constraint<T> Of<T>(FieldLimits limits, Func<T, string?> violationOf)
        where T : notnull =>
        new(limits, value => violationOf(value) is { } message ? [new Violation(message)] : []);

    /// <inheritdoc cref="Of{T}(FieldLimits, Func{T, string})"/>
    public static Constraint<T> Of<T>(FieldLimits limits, Predicate<T> fits, string message)
        where T : notnull =>
        new(limits, value => fits(value) ? [] : [new Violation(message)]);

    /// <summary>Text that is parsed as the request is read.</summary>
    public static Constraint<Given<T>> Parsed<T>(FieldLimits limits, Violation malformed)
        where T : struct, IParsable<T> =>
        new(limits, given => given.IsMalformed ? [malformed] : []);

    public static Constraint<Given<Id<TResource>>> IdOf<TResource>()
        where TResource : IHasIdPrefix => IdConstraint<TResource>.Instance;

    /// <summary>An integer in a query.</summary>
    /// <param name="byDefault">The number that the caller takes when none is given.</param>
    public static Constraint<Given<int>> Integer(int min, int max, int? byDefault = null) => Of<Given<int>>(
        new FieldLimits { Minimum = min, Maximum = max, Default = byDefault },
        given => given is { IsMalformed: false, Value: var number } && number >= min && number <= max,
        $"Must be an integer from {min} to {max}");

    /// <summary>Text of <paramref name="min"/> to <paramref name="max"/> Unicode scalar values.</summary>
    public static Constraint<string> Text(int min, int max) => TextWithin(min, max, $@"^[^{PlainText.Forbidden}]*\z");

    /// <summary>Text of one or more lines; in the request it stands on a property with <see cref="LinesAttribute"/>.</summary>
    public static Constraint<string> Lines(int min, int max) => TextWithin(min, max, $@"^[^{PlainText.ForbiddenInLines}]*\z");

    /// <summary>A name or a title: text in which something can be seen.</summary>
    public static Constraint<string> Name(int max) =>
        Text(1, max).And(
            static text => !VisibleText.IsBlank(text),
            "Must not be blank",
            static limits => limits with
            {
                Pattern = $@"^[{PlainText.Blank}]*[^{PlainText.Blank}{PlainText.Forbidden}][^{PlainText.Forbidden}]*\z",
            });

    public static Constraint<string> Matching(Regex pattern, string message) =>
        Of<string>(new FieldLimits { Pattern = pattern.ToString() }, pattern.IsMatch, message);

    public static Constraint<string> OneOf(IReadOnlyCollection<string> values, string? message = null) =>
        OneOf(values, values.Contains, message ?? $"Must be one of {string.Join(", ", values)}");

    /// <param name="isKnown">Whether a text is one of the values.</param>
    public static Constraint<string> OneOf(IReadOnlyCollection<string> values, Predicate<string> isKnown, string message) =>
        Of(FieldLimits.OneOf(values), isKnown, message) with { NullRefusal = message };

    /// <summary>An object inside of a request, with a validator of its own, by which the OpenAPI document describes it.</summary>
    public static Constraint<T> Object<T>(IValidator<T> validator)
        where T : notnull =>
        new(new FieldLimits(), value =>
            validator.Validate(value) is { IsValid: false, Errors: var failures }
                ? failures.ConvertAll(failure => new Violation(failure.ErrorMessage, $".{failure.PropertyName}", failure.ErrorCode))
                : [])
        {
            NullRefusal = "Must be an object",
        };

    /// <summary>
    /// A list. If it has too many items they are not looked at: it would be one error an item. <c>null</c> among them is refused here,
    /// since the serializer lets it pass.
    /// </summary>
    /// <param name="miscounted">The message that refuses another number of items.</param>
    /// <param name="once">The property that no two items may have in common.</param>
    public static Constraint<IReadOnlyList<T>> ListOf<T>(
        Constraint<T> item, int max, int min = 0, string? miscounted = null, Once<T>? once = null)
        where T : class
    {
        var limits = new FieldLimits
        {
            MinCount = min == 0 ? null : min,
            MaxCount = max,
            Unique = once is { Path: "" },
            Each = item.Limits,
        };
        miscounted ??= min == 0 ? $"Must have at most {max} entries" : $"Must have {min} to {max} entries";
        return new Constraint<IReadOnlyList<T>>(
            limits,
            list => list.Count < min || list.Count > max ? [new Violation(miscounted)]
                : CheckItems(list, item, once) is { } violations ? violations
                : []);
    }

    /// <summary>A list of known values, each once.</summary>
    public static Constraint<IReadOnlyList<string>> SomeOf(
        IReadOnlyCollection<string> values, int max, int min = 0, string? miscounted = null, string repeated = "Given more than once") =>
        ListOf(OneOf(values), max, min, miscounted, new Once<string>(static value => value, repeated));

    /// <summary>Texts with commas between them, in a query.</summary>
    public static Constraint<string> CommaSeparated(int maxEntries, int maxLength)
    {
        // A character above U+FFFF counts as one, also in a regular expression, which sees its two halves.
        var entry = $@"(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[^{PlainText.Forbidden},\uD800-\uDFFF]){{1,{maxLength}}}";
        var text = Text(1, maxLength);
        return Of<string>(
            new FieldLimits { Pattern = $@"^{entry}(?:,{entry}){{0,{maxEntries - 1}}}\z" },
            list => list.Split(',') is var entries && entries.Length <= maxEntries && entries.All(one => text.Check(one).Count == 0),
            $"Must be 1 to {maxEntries} texts of 1 to {maxLength} characters with commas between them");
    }

    /// <summary>A flat object of texts. Its violations name the entry: <c>metadata.order-id</c>.</summary>
    public static MapConstraint Map(int max, Constraint<string> key, Constraint<string> value) => new(max, key, value);

    private static Constraint<string> TextWithin(int min, int max, string pattern)
    {
        var length = min == 0 ? $"Must be at most {max} characters" : $"Must be {min} to {max} characters";
        return Of<string>(
            new FieldLimits { MinLength = min, MaxLength = max, Pattern = pattern },
            text => PlainText.HasForbiddenCharacter(text) ? "Must not contain control characters other than tab and newline"
                : PlainText.Length(text) is var actual && (actual < min || actual > max) ? length
                : null) with
        {
            QueryRefusal = $"{length} without control characters",
        };
    }

    private static List<Violation>? CheckItems<T>(IReadOnlyList<T> list, Constraint<T> item, Once<T>? once)
        where T : class
    {
        List<Violation>? all = null;
        var seen = once is null ? null : new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < list.Count; index++)
        {
            var violations = list[index] is { } value ? item.Check(value) : [new Violation(item.NullRefusal)];
            if (once is not null
                && seen is not null
                && list[index] is { } unique
                && violations.All(violation => violation.Path != once.Path))
            {
                violations = seen.Add(once.Of(unique)) ? violations : [new Violation(once.Message, once.Path), .. violations];
            }

            if (violations.Count > 0)
            {
                all ??= [];
                all.AddRange(violations.Select(violation => violation with { Path = $"[{index}]{violation.Path}" }));
            }
        }

        return all;
    }

    private static class IdConstraint<TResource>
        where TResource : IHasIdPrefix
    {
        public static Constraint<Given<Id<TResource>>> Instance { get; } = Parsed<Id<TResource>>(
            new FieldLimits { Pattern = TypeId.Syntax(TResource.IdPrefix), IdPrefix = TResource.IdPrefix },
            new Violation($"Must be a well-formed id ({TResource.IdPrefix}_…)", Code: ErrorCode.InvalidId));
    }
}

/// <summary>A property that no two items of a list may have in common.</summary>
/// <param name="Of">Reads the property of an item that its own constraint lets pass.</param>
/// <param name="Message">The message that refuses the second item that has it.</param>
/// <param name="Path">The field of the item that has it; empty when it is the item itself.</param>
internal sealed record Once<T>(Func<T, string> Of, string Message, string Path = "");
