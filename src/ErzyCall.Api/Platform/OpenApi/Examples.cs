using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;

namespace ErzyCall.Api.Platform.OpenApi;

/// <summary>
/// Makes an example of every schema: of its type and limits, and where a field's name says what it is about, of that. A test holds every example
/// against its schema, and those of requests against their validators.
/// </summary>
internal sealed partial class Examples(SchemaBook schemas)
{
    private const string IdSuffix = "01h455vb4pex5vsknk084sn02q";
    private const string Phone = "+14155550100";
    private const string Time = "2026-01-15T10:30:00.000Z";

    /// <summary>What fields of these names hold, wherever they are.</summary>
    private static readonly Dictionary<string, string> s_byName = new()
    {
        ["category"] = "UTILITY",
        ["code"] = "VALIDATION_ERROR",
        ["country"] = "US",
        ["cursor"] = "Q2ZESjhPcGFxdWU",
        ["defaultValue"] = "there",
        ["description"] = "Reminds of an appointment",
        ["detail"] = "Invalid request body",
        ["displayPhoneNumber"] = "+14155559999",
        ["email"] = "ada@example.com",
        ["disabledReason"] = "It answered 410 Gone",
        ["endedReason"] = "assistant-ended-call",
        ["error"] = "Not delivered",
        ["event"] = "call.ended",
        ["events"] = "call.ended",
        ["fallbackTimeZone"] = "UTC",
        ["field"] = "phone",
        ["firstMessage"] = "Hello Ada, this is the dental practice.",
        ["from"] = "+14155559999",
        ["instance"] = $"req_{IdSuffix}",
        ["label"] = "Reception",
        ["language"] = "en",
        ["lastMessagePreview"] = "Yes, see you then.",
        ["message"] = "Hello Ada, this is the dental practice.",
        ["name"] = "Appointment reminder",
        ["notes"] = "Prefers the morning",
        ["phone"] = Phone,
        ["phoneNumber"] = "+14155559999",
        ["prompt"] = "Remind the customer of the appointment.",
        ["provider"] = "simulator",
        ["reason"] = "Asked not to be called",
        ["recordingUrl"] = "https://recordings.example.com/call.mp3",
        ["responseBody"] = "ok",
        ["secret"] = "shown-only-here",
        ["systemPrompt"] = "You are the assistant of a dental practice.",
        ["tags"] = "vip",
        ["text"] = "You are the assistant of a dental practice.",
        ["timeZone"] = "recipient",
        ["title"] = "Ada Lovelace",
        ["to"] = Phone,
        ["toolIds"] = "calendar",
        ["keyterms"] = "Lovelace",
        ["unresolvedVariables"] = "doctor",
        ["url"] = "https://example.com/hooks/erzycall",
        ["verifiedName"] = "Dental Practice",
        ["voiceId"] = "default",
        ["waUserName"] = "Ada",
        ["waUserPhone"] = Phone,
    };

    /// <summary>With every field.</summary>
    public JsonNode OfResponse(IOpenApiSchema schema) => Of("", schema, static _ => true);

    /// <summary>With the fields that are required; with the first one when none is.</summary>
    public JsonNode OfRequest(IOpenApiSchema schema) => Of("", schema, static body => body.Required is { Count: > 0 } required ? required.Contains : body.Properties!.Keys.First().Equals);

    private JsonNode OfResponseField(string name, IOpenApiSchema schema) => Of(name, schema, static _ => static _ => true);

    private JsonNode Of(string name, IOpenApiSchema schema, Func<string, bool> shows) => Of(name, schema, _ => shows);

    private JsonNode Of(string name, IOpenApiSchema schema, Func<IOpenApiSchema, Func<string, bool>> shown)
    {
        if (schema is OpenApiSchemaReference { Reference.Id: { } id })
        {
            return schemas.TypeOf(id).GetCustomAttribute<ExampleAttribute>() is { } given ? JsonNode.Parse(given.Json)! : Of(name, schemas.Named[id], shown);
        }

        if (schema.AnyOf is [var first, ..])
        {
            return Of(name, first, shown);
        }

        if (schema.Enum is [var value, ..])
        {
            return value.DeepClone();
        }

        return (schema.Type & ~JsonSchemaType.Null) switch
        {
            JsonSchemaType.String => Text(name, schema),
            JsonSchemaType.Boolean => true,
            JsonSchemaType.Integer => int.Parse(schema.Minimum ?? "1", CultureInfo.InvariantCulture),
            JsonSchemaType.Number => 0.5,
            JsonSchemaType.Array => new JsonArray(Of(name, schema.Items!, shown)),
            _ when schema.Properties is { Count: > 0 } properties =>
                new JsonObject(properties.Where(property => shown(schema)(property.Key)).Select(property => KeyValuePair.Create(property.Key, (JsonNode?)Of(property.Key, property.Value, shown)))),
            _ => Map(name, schema),
        };
    }

    private JsonObject Map(string name, IOpenApiSchema schema) => schema.AdditionalProperties is { Type: JsonSchemaType.String }
        ? new JsonObject { ["name"] = "Ada" }
        : schema.AdditionalProperties is { Type: not null } typed ? new JsonObject { ["name"] = OfResponseField(name, typed) } : new JsonObject { ["provider"] = "platform" };

    private static string Text(string name, IOpenApiSchema schema) => schema.Format switch
    {
        "date-time" => Time,
        "date" => Time[..10],
        _ when Prefix().Match(schema.Pattern ?? "") is { Success: true } id => $"{id.Groups[1].Value}_{IdSuffix}",
        _ when s_byName.TryGetValue(name, out var known) && (schema.Pattern is null || Regex.IsMatch(known, schema.Pattern)) => known,
        _ when name.Length > 0 && (schema.Pattern is null || Regex.IsMatch(name, schema.Pattern)) => name,
        _ when schema.Pattern is not null && Regex.IsMatch(Phone, schema.Pattern) => Phone,
        _ => "text",
    };

    [GeneratedRegex(@"^\^([a-z_]+)_\[0-7\]")]
    private static partial Regex Prefix();
}
