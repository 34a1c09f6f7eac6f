namespace ErzyCall.Api.Platform.Validation;

/// <summary>
/// What a field or a query parameter may hold, as far as it can be told beforehand: the part of a <see cref="Constraint{T}"/> that the
/// OpenAPI document shows.
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

    /// <summary>Of the known members of an open object: each is a number where there is a minimum, else text.</summary>
    public IReadOnlyDictionary<string, FieldLimits>? Fields { get; init; }

    /// <summary>Of each name in a map.</summary>
    public FieldLimits? Keys { get; init; }

    /// <summary>Of a request as a whole: it has exactly one of these forms.</summary>
    public IReadOnlyList<RequestForm>? Forms { get; init; }

    public static FieldLimits OneOf(IReadOnlyCollection<string> values) => new() { Values = values };
}

/// <summary>A way in which the fields of a request go together. <c>null</c> is left out.</summary>
internal sealed record RequestForm
{
    public IReadOnlyList<string> Given { get; init; } = [];

    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>A field that has this value.</summary>
    public (string Field, string Value)? Is { get; init; }
}
