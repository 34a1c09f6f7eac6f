using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;

namespace ErzyCall.Api.Platform.OpenApi;

/// <summary>
/// Makes an example of every schema, by its type and limits and, where a field's name says what it is about, by the name. A test holds
/// every example against its schema, and those of requests against their validators.
/// </summary>
internal sealed partial class Examples(SchemaBook schemas, IEnumerable<FieldExamples> fields)
{
    private const string IdSuffix = "01h455vb4pex5vsknk084sn02q";
    private const string Time = "2026-01-15T10:30:00.000Z";

    private readonly Dictionary<string, string> _byName = fields.SelectMany(some => some.ByName).ToDictionary();

    /// <summary>The example that was given for a field, or a header, of this name.</summary>
    public string Named(string name) => _byName[name];

    /// <summary>The example of a response, with every field but those that are left out when all is well.</summary>
    /// <param name="given">
    /// Fields of what the response carries, or of its first item, where its state is another than that of the type's own example.
    /// </param>
    public JsonNode OfResponse(IOpenApiSchema schema, ExampleAttribute? given = null)
    {
        var example = Of("", schema, ShownIn);
        if (given is not null)
        {
            Give((JsonObject)(example["data"] is JsonArray items ? items[0] : example["data"])!, given.Fields);
        }

        return example;
    }

    /// <summary>The example of a request, with the fields that are required, or with the first one when none is.</summary>
    public JsonNode OfRequest(IOpenApiSchema schema) => Of("", schema, static body =>
        body.Required is { Count: > 0 } required ? required.Contains : body.Properties!.Keys.First().Equals);

    private static void Give(JsonObject example, JsonObject given)
    {
        foreach (var (field, value) in given)
        {
            if (value is JsonObject some && example[field] is JsonObject made)
            {
                Give(made, some);
            }
            else
            {
                example[field] = value?.DeepClone();
            }
        }
    }

    private static Func<string, bool> ShownIn(IOpenApiSchema response) =>
        field => field == "data" || response.Required?.Contains(field) is not false;

    private JsonNode Of(string name, IOpenApiSchema schema, Func<IOpenApiSchema, Func<string, bool>> shown)
    {
        if (schema is OpenApiSchemaReference { Reference.Id: { } id })
        {
            var made = Of(name, schemas.Named[id], shown);
            if (made is JsonObject fields && schemas.ExampleOf(id) is { } given)
            {
                Give(fields, given);
            }

            return made;
        }

        if ((schema.OneOf ?? schema.AnyOf) is [var form, ..])
        {
            return Of(name, form, shown);
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
                new JsonObject(properties
                    .Where(property => shown(schema)(property.Key))
                    .Select(property => KeyValuePair.Create(property.Key, (JsonNode?)Of(property.Key, property.Value, shown)))),
            _ => Map(name, schema),
        };
    }

    private JsonObject Map(string name, IOpenApiSchema schema) =>
        schema.AdditionalProperties is { Type: JsonSchemaType.String } ? new JsonObject { ["name"] = "Ada" }
        : schema.AdditionalProperties is { Type: not null } typed ? new JsonObject { ["name"] = Of(name, typed, ShownIn) }
        : new JsonObject { ["provider"] = "platform" };

    private string Text(string name, IOpenApiSchema schema) => schema.Format switch
    {
        "date-time" => Time,
        "date" => Time[..10],
        _ when Prefix().Match(schema.Pattern ?? "") is { Success: true } id => $"{id.Groups[1].Value}_{IdSuffix}",
        _ when _byName.TryGetValue(name, out var known) && (schema.Pattern is null || Regex.IsMatch(known, schema.Pattern)) => known,
        _ when name.Length > 0 && (schema.Pattern is null || Regex.IsMatch(name, schema.Pattern)) => name,
        _ => "text",
    };

    [GeneratedRegex(@"^\^([a-z_]+)_\[0-7\]")]
    private static partial Regex Prefix();
}
