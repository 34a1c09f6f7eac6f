using System.Reflection;
using ErzyCall.Api.Platform.Idempotency.Http;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ErzyCall.Api.Platform.OpenApi.Operations;

/// <summary>
/// Documents what a request brings beside its body: ids in the path, the query, and the headers that its kind of route reads.
/// </summary>
internal sealed class OperationParameters(SchemaBook schemas, XmlComments comments) : IOpenApiOperationTransformer
{
    private const string IdempotencyKey =
        "Makes it safe to send the request again: within 24 hours the same key with the same body gets the same response and does nothing "
        + "twice. Choose one for each thing that is to happen once, such as your own id of it, and keep it when you try again.";

    /// <summary>
    /// The limits of an idempotency key. White space around a header's value is not part of it. A value that begins with a quote is a
    /// structured-field string, whose quotes are not part of the key.
    /// </summary>
    private static readonly FieldLimits s_idempotencyKey = new()
    {
        Pattern = $$"""^(?:[!#-~](?:[ -~]{0,{{KeyedHttpRequest.MaxKeyLength - 2}}}[!-~])?"""
            + $$"""|"(?:[ !#-\[\]-~]|\\["\\]){1,{{KeyedHttpRequest.MaxKeyLength}}}")$""",
    };

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var route = new Route(context.Description);
        operation.Parameters =
        [
            .. route.Path.Select(InPath),
            .. (route.Query?.Parameters() ?? []).Select(parameter => InQuery(parameter, route.Query!.Query)),
            .. route.IsPost
                ? [Header(KeyedHttpRequest.Header, IdempotencyKey, s_idempotencyKey, "order-4711")]
                : Array.Empty<IOpenApiParameter>(),
            .. route.TakesIfMatch
                ? [Header("If-Match", "Acts only on the representation with this `ETag`; else 412.", new FieldLimits())]
                : Array.Empty<IOpenApiParameter>(),
            .. route.TakesIfNoneMatch
                ? [Header("If-None-Match", "Answers 304 when the representation still has this `ETag`.", new FieldLimits())]
                : Array.Empty<IOpenApiParameter>(),
        ];
        return Task.CompletedTask;
    }

    private OpenApiParameter InPath((string Name, string Description, FieldLimits Limits) parameter) => new()
    {
        Name = parameter.Name,
        Description = parameter.Description,
        In = ParameterLocation.Path,
        Required = true,
        Schema = schemas.OfParameter(parameter.Limits, JsonSchemaType.String),
        Example = parameter.Limits.IdPrefix is { } prefix ? $"{prefix}_01h455vb4pex5vsknk084sn02q" : null,
    };

    private OpenApiParameter InQuery(QueryParameter parameter, Type query)
    {
        var documented = new OpenApiParameter
        {
            Name = parameter.Name,
            In = ParameterLocation.Query,
            Required = parameter.Limits.RefusesNull,
            Description = parameter.Description ?? Comment(parameter.Name, query),
            Schema = schemas.OfParameter(
                parameter.Limits, parameter.Limits.Minimum is null ? JsonSchemaType.String : JsonSchemaType.Integer),
        };
        if (parameter.IsMap)
        {
            // name[key]=value
            documented.Schema = Map(parameter.Limits);
            documented.Style = ParameterStyle.DeepObject;
            documented.Explode = true;
        }

        return documented;
    }

    private string? Comment(string name, Type query) =>
        query.GetProperty(name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.IgnoreCase) is { } property
            ? comments.Of(property)
            : null;

    private IOpenApiSchema Map(FieldLimits limits)
    {
        var schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.String },
        };
        return schemas.WithLimits(schema, limits);
    }

    private OpenApiParameter Header(string name, string description, FieldLimits limits, string? example = null) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = schemas.OfParameter(limits, JsonSchemaType.String),
        Example = example,
    };
}
