using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Pagination;
using FluentValidation.Results;
using Microsoft.AspNetCore.WebUtilities;

namespace ErzyCall.Api.Platform.Validation;

/// <summary>A parameter that a route reads.</summary>
/// <param name="IsMap">Whether the name stands for every parameter of the form <c>name[key]=value</c>.</param>
/// <param name="Description">A description, when there is more to say than the name does and the query record has no comment for
/// it.</param>
internal sealed record QueryParameter(string Name, FieldLimits Limits, bool IsMap = false, string? Description = null);

/// <summary>
/// Reads the query string of one request. A query record's <c>Read</c> asks for each of its parameters by name; a parameter that is left
/// over is unknown. All problems are reported together. A parameter may be given once only: whoever writes <c>status=a&amp;status=b</c>
/// expects something that no route does.
/// </summary>
internal sealed class QueryReader
{
    private static readonly Constraint<Given<int>> s_size = Constraints.Integer(1, PageRequest.MaxSize, PageRequest.DefaultSize);

    private static readonly Constraint<string> s_cursor = Constraints.Text(1, Cursors.MaxLength) with { QueryRefusal = Cursors.NotOne };

    /// <summary>
    /// The parameters of the request. The framework's own collection takes <c>metadata[a]</c> and <c>metadata[A]</c> for one parameter
    /// given twice.
    /// </summary>
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

    /// <summary>Reads the query by <paramref name="read"/>, and refuses parameters that it has not asked for.</summary>
    /// <exception cref="ApiException"><c>VALIDATION_ERROR</c> or <c>INVALID_ID</c>.</exception>
    public static T Read<T>(HttpContext context, Func<QueryReader, T> read)
    {
        var reader = new QueryReader(context.Request.QueryString);
        var query = read(reader);
        reader.RefuseUnknown();
        return reader._failures.Count == 0 ? query : throw new ApiException(FieldErrors.ForQuery(reader._failures));
    }

    /// <summary>
    /// The parameters that <typeparamref name="T"/> reads, found out by letting it read an empty query: there is no list of parameters but
    /// the code that reads them.
    /// </summary>
    public static IReadOnlyList<QueryParameter> ParametersOf<T>()
        where T : IQueryParameters<T>
    {
        var reader = new QueryReader(QueryString.Empty);
        T.Read(reader);
        return [.. reader._known.Values];
    }

    /// <summary>Refuses every parameter, for routes that take none.</summary>
    public static void RefuseAny(HttpContext context) => Read(context, static _ => true);

    public string? Read(string name, Constraint<string> constraint, string? description = null)
    {
        var text = Raw(new QueryParameter(name, constraint.Limits, Description: description));
        RefuseViolations(name, text, constraint);
        return text;
    }

    public T? Read<T>(string name, Constraint<Given<T>> constraint, string? description = null)
        where T : struct, IParsable<T>
    {
        var given = Raw(new QueryParameter(name, constraint.Limits, Description: description)) is { } text ? Given<T>.Parse(text) : null;
        RefuseViolations(name, given, constraint);
        return given is { IsMalformed: false } ? given.Value : null;
    }

    /// <summary>
    /// Reads a parameter that must be there. The value that stands for a missing one is never seen, since the query is refused.
    /// </summary>
    public string ReadRequired(string name, Constraint<string> constraint) => Required(name, Read(name, constraint)) ?? "";

    /// <inheritdoc cref="ReadRequired(string, Constraint{string})"/>
    public T ReadRequired<T>(string name, Constraint<Given<T>> constraint)
        where T : struct, IParsable<T> =>
        Required(name, Read(name, constraint)).GetValueOrDefault();

    /// <summary>Reads the texts between the commas, each once.</summary>
    /// <param name="constraint">One of <see cref="Constraints.CommaSeparated"/>.</param>
    public IReadOnlyList<string>? ReadList(string name, Constraint<string> constraint) =>
        Read(name, constraint)?.Split(',').Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();

    /// <summary>Reads every parameter of the form <c>name[key]=value</c>.</summary>
    public IReadOnlyDictionary<string, string> ReadMap(string name, MapConstraint constraint)
    {
        Know(new QueryParameter(name, constraint.Limits, IsMap: true));

        // Sorted, so that the same filters in another order are the same list to its cursors.
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in _given.Keys)
        {
            if (!parameter.StartsWith($"{name}[", StringComparison.Ordinal) || !parameter.EndsWith(']'))
            {
                continue;
            }

            var key = parameter[(name.Length + 1)..^1];
            var value = Raw(new QueryParameter(parameter, constraint.Value.Limits)) ?? "";
            if (!RefuseViolations(parameter, key, constraint.Key))
            {
                RefuseViolations(parameter, value, constraint.Value);
            }

            map[key] = value;
        }

        if (map.Count > constraint.Max)
        {
            Fail(name, MapConstraint.TooMany(constraint.Max).Message);
        }

        return map;
    }

    /// <summary>Reads <c>limit</c> and <c>cursor</c> of a paged list.</summary>
    /// <param name="cursorName">The parameter of the cursor, for a list that has another name for it.</param>
    public PageRequest Page(string cursorName = "cursor")
    {
        var size = Read("limit", s_size, "How many items a page holds.") ?? PageRequest.DefaultSize;
        var cursor = Read(
            cursorName,
            s_cursor,
            "Where the page begins: `pagination.cursor` of the page before it. It belongs to this list with these filters.");
        return new PageRequest(size, cursor, cursorName);
    }

    /// <param name="parameter">The parameter with its limits, which whoever calls this enforces.</param>
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

    private T Required<T>(string name, T value)
    {
        Know(_known[name] with { Limits = _known[name].Limits with { RefusesNull = true } });
        if (!_given.ContainsKey(name))
        {
            Fail(name, "Required");
        }

        return value;
    }

    private void Know(QueryParameter parameter) => _known[parameter.Name] = parameter;

    private void RefuseUnknown()
    {
        foreach (var parameter in _given.Keys.Where(parameter => !IsKnown(parameter)))
        {
            Fail(parameter, "Unknown query parameter");
        }
    }

    // The name of a map without a key is none of its entries.
    private bool IsKnown(string parameter) => _known.TryGetValue(parameter, out var known) && !known.IsMap;

    /// <returns>Whether there was a violation.</returns>
    private bool RefuseViolations<T>(string name, T? value, Constraint<T> constraint)
        where T : class
    {
        if (value is null || constraint.Check(value) is not [var violation, ..])
        {
            return false;
        }

        _failures.Add(new ValidationFailure(name, constraint.QueryRefusal ?? violation.Message) { ErrorCode = violation.Code });
        return true;
    }

    private void Fail(string name, string message) => _failures.Add(new ValidationFailure(name, message));
}
