namespace ErzyCall.Api.Platform.Validation;

/// <summary>
/// The part of a <see cref="Constraint{T}"/> that the API document shows: what a field or a query parameter may hold, as far as it can be
/// told beforehand.
/// </summary>
internal sealed record FieldLimits
{
    public static FieldLimits NotNull { get; } = new() { RefusesNull = true };

    public static FieldLimits Time { get; } = new() { Format = "date-time" };

    /// <summary>Whether <c>null</c> is refused. In a POST body such a field is required; in a PATCH it cannot be cleared.</summary>
    public bool RefusesNull { get; init; }

    /// <summary>The least length, in Unicode scalar values.</summary>
    public int? MinLength { get; init; }

    /// <summary>The greatest length, in Unicode scalar values.</summary>
    public int? MaxLength { get; init; }

    public decimal? Minimum { get; init; }

    public decimal? Maximum { get; init; }

    /// <summary>The fewest entries of an array or a map.</summary>
    public int? MinCount { get; init; }

    /// <summary>The most entries of an array or a map.</summary>
    public int? MaxCount { get; init; }

    public bool Unique { get; init; }

    /// <summary>A regular expression that JavaScript reads too, but for the end of text, which .NET writes <c>\z</c>.</summary>
    public string? Pattern { get; init; }

    /// <summary>A format of JSON Schema: <c>date-time</c>, <c>email</c>, <c>uri</c>.</summary>
    public string? Format { get; init; }

    /// <summary>The only values that are taken.</summary>
    public IReadOnlyCollection<string>? Values { get; init; }

    /// <summary>The value that is taken when none is given.</summary>
    public object? Default { get; init; }

    /// <summary>The prefix of the ids of the resource that is referred to.</summary>
    public string? IdPrefix { get; init; }

    /// <summary>The limits of each item of an array, or of each value of a map.</summary>
    public FieldLimits? Each { get; init; }

    /// <summary>The limits of the known members of an open object: each is a number where there is a minimum, else text.</summary>
    public IReadOnlyDictionary<string, FieldLimits>? Fields { get; init; }

    /// <summary>The limits of each name in a map.</summary>
    public FieldLimits? Keys { get; init; }

    /// <summary>The forms of a request as a whole: it has one of them, and by how they are made no second.</summary>
    public IReadOnlyList<RequestForm>? Forms { get; init; }

    public static FieldLimits OneOf(IReadOnlyCollection<string> values) => new() { Values = values };
}

/// <summary>A way in which the fields of a request go together; <c>null</c> counts as left out.</summary>
internal sealed record RequestForm
{
    public IReadOnlyList<string> Given { get; init; } = [];

    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>A field that must have this value.</summary>
    public (string Field, string Value)? Is { get; init; }
}
