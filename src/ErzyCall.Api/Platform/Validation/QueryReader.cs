using System.Globalization;
using System.Text.RegularExpressions;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Pagination;
using FluentValidation.Results;
using Microsoft.AspNetCore.WebUtilities;

namespace ErzyCall.Api.Platform.Validation;

/// <summary>A parameter that a route reads.</summary>
/// <param name="IsMap">Whether it stands for every parameter of the form <c>name[key]=value</c>.</param>
/// <param name="Description">When there is more to say than its name does and its query record has no comment for it.</param>
internal sealed record QueryParameter(string Name, FieldLimits Limits, bool IsMap = false, bool IsInteger = false, string? Description = null);

/// <summary>
/// Reads the query string of one request. A query record's <c>BindAsync</c> asks for each of its parameters by name; what is left over
/// is unknown. All misfits are reported together. A parameter may be given once only: whoever writes <c>status=a&amp;status=b</c> expects
/// something that no route does.
/// </summary>
internal sealed class QueryReader
{
    /// <summary>The framework's own collection takes <c>metadata[a]</c> and <c>metadata[A]</c> for one parameter given twice.</summary>
    private readonly OrderedDictionary<string, List<string>> _given = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, QueryParameter> _known = new(StringComparer.Ordinal);
    private readonly List<ValidationFailure> _failures = [];

    private QueryReader(QueryString query)
    {
        foreach (var parameter in new QueryStringEnumerable(query.Value))
        {
            var name = parameter.DecodeName().ToString();
            if (!_given.TryGetValue(name, out var values))
            {
                _given.Add(name, values = []);
            }

            values.Add(parameter.DecodeValue().ToString());
        }
    }

    /// <summary>The query as <paramref name="read"/> makes it of its parameters.</summary>
    /// <exception cref="ApiException"><c>VALIDATION_ERROR</c> or <c>INVALID_ID</c>.</exception>
    public static T Read<T>(HttpContext context, Func<QueryReader, T> read)
    {
        var reader = new QueryReader(context.Request.QueryString);
        var query = read(reader);
        reader.RefuseUnknown();
        return reader._failures.Count == 0 ? query : throw new ApiException(FieldErrors.ForQuery(reader._failures));
    }

    /// <summary>What <typeparamref name="T"/> reads, found out by letting it read an empty query: there is no list of parameters but the code that reads them.</summary>
    public static IReadOnlyList<QueryParameter> ParametersOf<T>()
        where T : IQueryParameters<T>
    {
        var reader = new QueryReader(QueryString.Empty);
        T.Read(reader);
        return [.. reader._known.Values];
    }

    /// <summary>For routes that take no parameters at all.</summary>
    public static void RefuseAny(HttpContext context) => Read(context, static _ => true);

    public string? Text(string name, int min, int max)
    {
        var text = Raw(new QueryParameter(name, FieldLimits.Text(min, max)));
        if (text is not null && !IsText(text, min, max))
        {
            Fail(name, $"Must be {min} to {max} characters without control characters");
        }

        return text;
    }

    /// <summary>For a parameter that must be there: what was read of it.</summary>
    public T? Required<T>(string name, T? value)
    {
        Know(_known[name] with { Limits = _known[name].Limits with { RefusesNull = true } });
        if (!_given.ContainsKey(name))
        {
            Fail(name, "Required");
        }

        return value;
    }

    /// <summary>Texts with commas between them, each once.</summary>
    public IReadOnlyList<string>? List(string name, int maxEntries, int maxLength)
    {
        if (Raw(new QueryParameter(name, FieldLimits.List(maxEntries, maxLength))) is not { } text)
        {
            return null;
        }

        var entries = text.Split(',');
        if (entries.Length > maxEntries || !entries.All(entry => IsText(entry, 1, maxLength)))
        {
            Fail(name, $"Must be 1 to {maxEntries} texts of 1 to {maxLength} characters with commas between them");
        }

        return [.. entries.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <param name="byDefault">What the caller takes when it is not given.</param>
    public int? Integer(string name, int min, int max, string? description = null, int? byDefault = null)
    {
        if (Raw(new QueryParameter(name, new FieldLimits { Minimum = min, Maximum = max, Default = byDefault }, IsInteger: true, Description: description)) is not { } text)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < min || number > max)
        {
            Fail(name, $"Must be an integer from {min} to {max}");
        }

        return number;
    }

    public string? OneOf(string name, IReadOnlyCollection<string> allowed)
    {
        var text = Raw(new QueryParameter(name, FieldLimits.OneOf(allowed)));
        if (text is not null && !allowed.Contains(text))
        {
            Fail(name, $"Must be one of {string.Join(", ", allowed)}");
        }

        return text;
    }

    /// <param name="message">What a value that is not <paramref name="isValid"/> is refused with.</param>
    public string? Matching(string name, FieldLimits limits, Predicate<string> isValid, string message)
    {
        var text = Raw(new QueryParameter(name, limits));
        if (text is not null && !isValid(text))
        {
            Fail(name, message);
        }

        return text;
    }

    public DateTimeOffset? Time(string name)
    {
        if (Raw(new QueryParameter(name, FieldLimits.Time)) is not { } text)
        {
            return null;
        }

        if (!FieldRules.TryParseTime(text, out var time))
        {
            Fail(name, FieldRules.TimeMessage);
        }

        return time;
    }

    public Id<T>? Id<T>(string name)
        where T : IHasIdPrefix
    {
        if (Raw(new QueryParameter(name, FieldLimits.IdOf<T>())) is not { } text)
        {
            return null;
        }

        if (!Ids.Id<T>.TryParse(text, out var id))
        {
            _failures.Add(new ValidationFailure(name, $"Must be a well-formed id ({T.IdPrefix}_…)") { ErrorCode = ApiError.InvalidIdCode });
        }

        return id;
    }

    /// <summary>Every parameter of the form <c>name[key]=value</c>.</summary>
    public IReadOnlyDictionary<string, string> Map(string name, int maxEntries, Regex keyPattern, string keyMessage, int maxValueLength)
    {
        var limits = FieldLimits.Map(maxEntries, keyPattern, maxValueLength);
        Know(new QueryParameter(name, limits, IsMap: true));

        // Sorted, so that the same filters in another order are the same list to its cursors.
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in _given.Keys)
        {
            if (!parameter.StartsWith($"{name}[", StringComparison.Ordinal) || !parameter.EndsWith(']'))
            {
                continue;
            }

            var key = parameter[(name.Length + 1)..^1];
            var value = Raw(new QueryParameter(parameter, limits.Each!)) ?? "";
            if (!keyPattern.IsMatch(key))
            {
                Fail(parameter, keyMessage);
            }
            else if (FieldRules.Length(value) > maxValueLength || FieldRules.HasForbiddenCharacter(value))
            {
                Fail(parameter, $"Must be at most {maxValueLength} characters without control characters");
            }

            map[key] = value;
        }

        if (map.Count > maxEntries)
        {
            Fail(name, $"Must have at most {maxEntries} entries");
        }

        return map;
    }

    /// <summary><c>limit</c> and <c>cursor</c> of a paged list.</summary>
    /// <param name="cursorName">In case the list has another name for its cursor.</param>
    public PageRequest Page(string cursorName = "cursor")
    {
        var size = Integer("limit", 1, PageRequest.MaxSize, "How many items a page holds.", PageRequest.DefaultSize) ?? PageRequest.DefaultSize;
        var cursor = Raw(new QueryParameter(
            cursorName,
            FieldLimits.Text(1, Cursors.MaxLength),
            Description: "Where the page begins: `pagination.cursor` of the page before it. It belongs to this list with these filters."));
        if (cursor is not null && !IsText(cursor, 1, Cursors.MaxLength))
        {
            Fail(cursorName, Cursors.NotOne);
        }

        return new PageRequest(size, cursor, cursorName);
    }

    /// <param name="parameter">With its limits, which whoever calls this enforces.</param>
    private string? Raw(QueryParameter parameter)
    {
        var name = parameter.Name;
        Know(parameter);
        if (!_given.TryGetValue(name, out var values))
        {
            return null;
        }

        if (values.Count > 1)
        {
            Fail(name, "Given more than once");
        }

        return values[0];
    }

    private static bool IsText(string text, int min, int max) =>
        FieldRules.Length(text) is var length && length >= min && length <= max && !FieldRules.HasForbiddenCharacter(text);

    private void Know(QueryParameter parameter) => _known[parameter.Name] = parameter;

    private void RefuseUnknown()
    {
        foreach (var parameter in _given.Keys.Where(parameter => !IsKnown(parameter)))
        {
            Fail(parameter, "Unknown query parameter");
        }
    }

    // The name of a map by itself is none of its entries.
    private bool IsKnown(string parameter) => _known.TryGetValue(parameter, out var known) && !known.IsMap;

    private void Fail(string name, string message) => _failures.Add(new ValidationFailure(name, message));
}
