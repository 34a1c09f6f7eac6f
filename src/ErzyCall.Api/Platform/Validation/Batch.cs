using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using ErzyCall.Api.Platform.Json;
using FluentValidation;

namespace ErzyCall.Api.Platform.Validation;

/// <summary>One item of a batch as it came. It is read by itself, so that its problem is its own error and no other item's.</summary>
/// <typeparam name="T">The type that the item is read as.</typeparam>
[JsonConverter(typeof(BatchItemConverterFactory))]
internal sealed record BatchItem<T>(ReadOnlyMemory<byte> Json) : IReadByItself
    where T : class
{
    /// <summary>The field that is nested deeper than it may be, if one is; such an item is not kept.</summary>
    public string? TooDeep { get; init; }

    /// <summary>The fields whose <c>null</c> has a meaning of its own.</summary>
    private static readonly HashSet<string> s_nullable = [.. typeof(T).GetProperties()
        .Where(property => property.PropertyType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Optional<>))
        .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))];

    public bool IsNull => Json.Span.SequenceEqual("null"u8);

    /// <summary>Whether the item is an object that has no field twice.</summary>
    public bool IsObject
    {
        get
        {
            using var document = JsonDocument.Parse(Json);
            return document.RootElement.ValueKind is JsonValueKind.Object
                && document.RootElement.EnumerateObject().CountBy(own => own.Name).All(own => own.Value == 1);
        }
    }

    /// <summary>
    /// This item with the fields of <paramref name="defaults"/> that it leaves out. Such a field may also be <c>null</c>, unless its
    /// <c>null</c> has a meaning of its own. An item that is no object stays as it is, for its reader to refuse.
    /// </summary>
    /// <param name="defaults">The defaults, an object.</param>
    public BatchItem<T> Over(BatchItem<T> defaults)
    {
        if (TooDeep is not null)
        {
            return this;
        }

        using var own = JsonDocument.Parse(Json);
        using var common = JsonDocument.Parse(defaults.Json);
        if (own.RootElement.ValueKind is not JsonValueKind.Object)
        {
            return this;
        }

        var given = own.RootElement.EnumerateObject()
            .Where(field => field.Value.ValueKind is not JsonValueKind.Null || s_nullable.Contains(field.Name))
            .ToList();
        var names = given.Select(field => field.Name).ToHashSet(StringComparer.Ordinal);
        var missing = common.RootElement.EnumerateObject().Where(field => !names.Contains(field.Name));

        // Fields are copied as they were written: what is wrong with them is for the item's reader to say.
        var json = new ArrayBufferWriter<byte>(Json.Length + defaults.Json.Length + 2);
        foreach (var field in missing.Concat(given))
        {
            json.Write(json.WrittenCount == 0 ? "{\""u8 : ",\""u8);
            json.Write(JsonMarshal.GetRawUtf8PropertyName(field));
            json.Write("\":"u8);
            json.Write(JsonMarshal.GetRawUtf8Value(field.Value));
        }

        json.Write(json.WrittenCount == 0 ? "{}"u8 : "}"u8);
        return new BatchItem<T>(json.WrittenMemory);
    }
}

internal sealed class BatchItemConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(BatchItem<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert.GenericTypeArguments))!;

    private sealed class Converter<T> : JsonConverter<BatchItem<T>>
        where T : class
    {
        public override bool HandleNull => true;

        public override BatchItem<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            // The depth is looked at before the item is parsed, which takes the square of it.
            if (FieldTooDeep(reader) is { } field)
            {
                reader.Skip();
                return new BatchItem<T>(ReadOnlyMemory<byte>.Empty) { TooDeep = field };
            }

            // Duplicate fields included: the item's own reader refuses them.
            using var document = JsonDocument.ParseValue(ref reader);
            return new BatchItem<T>(JsonMarshal.GetRawUtf8Value(document.RootElement).ToArray());
        }

        public override void Write(Utf8JsonWriter writer, BatchItem<T> value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Only request bodies have batch items.");

        /// <param name="reader">A copy of the reader, at the item's beginning.</param>
        private static string? FieldTooDeep(Utf8JsonReader reader)
        {
            var outside = reader.CurrentDepth;
            var field = "";
            if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            {
                return null;
            }

            while (reader.Read() && reader.CurrentDepth > outside)
            {
                if (reader.TokenType is JsonTokenType.PropertyName && reader.CurrentDepth == outside + 1)
                {
                    field = reader.GetString()!;
                }
                else if (reader.TokenType is (JsonTokenType.StartObject or JsonTokenType.StartArray)
                    && reader.CurrentDepth >= outside + StrictJson.MaxDepth)
                {
                    return field;
                }
            }

            return null;
        }
    }
}

/// <summary>Reads items as <see cref="Body{T}"/> reads a body: the same problems, with field paths that begin at the item.</summary>
internal sealed class BatchReader<T>(RequestReader<T> reader)
    where T : class
{
    /// <summary>
    /// The most bytes of a batch whose defaults are written out in every item. That is what is read, and a batch at its longest could
    /// otherwise bring defaults of several MiB a thousand times.
    /// </summary>
    private const int MaxWrittenOut = 32 * 1024 * 1024;

    /// <summary>Reads items over their defaults. What many items of a batch have from these is held in memory once.</summary>
    /// <param name="share">Replaces what an item has in common with the defaults by the same objects.</param>
    /// <exception cref="ApiException"><c>PAYLOAD_TOO_LARGE</c>.</exception>
    public List<(T? Value, ApiError? Error)> Read(IReadOnlyList<BatchItem<T>> items, BatchItem<T>? defaults, Func<T, T, T> share)
    {
        if (defaults is null or { IsNull: true })
        {
            return [.. items.Select(Read)];
        }

        if ((long)defaults.Json.Length * items.Count > MaxWrittenOut)
        {
            throw new ApiException(ApiError.StoresTooMuch(WriteLimit.Mebibytes));
        }

        var common = ReadShape(defaults).Value;
        return [.. items.Select(item => Read(item.Over(defaults)) switch
        {
            ({ } value, null) when common is not null => (share(value, common), null),
            var read => read,
        })];
    }

    /// <returns>The item, or what is wrong with it.</returns>
    public (T? Value, ApiError? Error) Read(BatchItem<T> item)
    {
        var (value, problem) = ReadShape(item);
        problem ??= reader.ProblemOf(value!);
        return problem is null ? (value, null) : (null, problem);
    }

    private (T? Value, ApiError? Error) ReadShape(BatchItem<T> item)
    {
        if (item.TooDeep is { } field)
        {
            return (null, StrictJson.TooDeep(field));
        }

        try
        {
            return (reader.ReadShape(item.Json.Span), null);
        }
        catch (ApiException problem)
        {
            return (null, problem.Error);
        }
    }
}

/// <summary>The outcome of one item of a batch: <c>data</c> or <c>error</c>.</summary>
/// <param name="Index">The item's place in the request, from 0.</param>
/// <param name="Status">The HTTP status that the item alone would have been answered with.</param>
/// <param name="Data">What the item has made, changed or found there already; present only when it was not refused.</param>
/// <param name="Error">Why the item was refused; present only then. The fields at fault are named from the item on.</param>
internal sealed record BatchResult<T>(
    int Index,
    int Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] T? Data,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ErrorBody? Error)
    where T : class
{
    public static BatchResult<T> Of(int index, int status, T data) => new(index, status, data, Error: null);

    public static BatchResult<T> Of(int index, ApiError error) => new(index, error.Status, Data: null, ErrorBody.Of(error));
}

/// <summary>
/// Marks the batch items of a request: fields that a whole item must have may be missing in them, because another part of the request has
/// them.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PartialAttribute : Attribute;

internal static class BatchRules
{
    /// <summary>The most items of a batch: as many as one transaction should hold.</summary>
    public const int MaxItems = 1_000;

    public static void BatchItems<T, TItem>(this IRuleBuilder<T, IReadOnlyList<BatchItem<TItem>>?> rule, int max = MaxItems)
        where TItem : class => rule
        .Required($"Must have 1 to {max} items")
        .Is(Constraints.Of<IReadOnlyList<BatchItem<TItem>>>(
            new FieldLimits { MinCount = 1, MaxCount = max },
            items => items.Count >= 1 && items.Count <= max,
            $"Must have 1 to {max} items"));

    /// <summary>Constrains the defaults of a batch, which its items have in common.</summary>
    public static void BatchDefaults<T, TItem>(this IRuleBuilder<T, BatchItem<TItem>?> rule)
        where TItem : class => rule
        .Must(defaults => defaults is null || defaults.IsNull || defaults.IsObject)
        .WithMessage("Must be an object without duplicate fields");
}
