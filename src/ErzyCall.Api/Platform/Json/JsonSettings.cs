using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ErzyCall.Api.Platform.Json;

/// <summary>The settings by which JSON is read and written everywhere: in requests, in responses and in events.</summary>
internal static class JsonSettings
{
    /// <summary>
    /// The converters, the same instances for all settings: settings that are alike share what is worked out about each type.
    /// </summary>
    private static readonly JsonConverter[] s_converters =
    [
        new TimestampJsonConverter(),
        new IdJsonConverterFactory(),
        new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false),
    ];

    /// <summary>The resolver of the JSON shape of each type, which leaves required fields to the validator.</summary>
    private static readonly DefaultJsonTypeInfoResolver s_types = new() { Modifiers = { RequiredFields.LeaveToValidator } };

    /// <summary>The settings for what the server writes for itself.</summary>
    public static JsonSerializerOptions Default { get; } = Frozen();

    /// <summary>
    /// The settings for the data of events, whose bytes are the same after JavaScript's <c>JSON.parse</c> and <c>JSON.stringify</c>.
    /// </summary>
    public static JsonSerializerOptions Events { get; } = Frozen(new PropertyOrderConverter());

    public static void Apply(JsonSerializerOptions options, UnknownFields unknownFields)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.AllowDuplicateProperties = false;
        options.UnmappedMemberHandling = unknownFields is UnknownFields.Ignore
            ? JsonUnmappedMemberHandling.Skip
            : JsonUnmappedMemberHandling.Disallow;
        options.RespectNullableAnnotations = true;

        // How deep a body may be nested is a rule about its fields, which StrictJson enforces beforehand, and not about what JSON is.
        options.MaxDepth = int.MaxValue;
        options.Encoder = StringifyEncoder.Instance;
        options.TypeInfoResolver = s_types;
        foreach (var converter in s_converters)
        {
            options.Converters.Add(converter);
        }
    }

    private static JsonSerializerOptions Frozen(params ReadOnlySpan<JsonConverter> converters)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Apply(options, UnknownFields.Ignore);
        foreach (var converter in converters)
        {
            options.Converters.Add(converter);
        }

        options.MakeReadOnly();
        return options;
    }
}
