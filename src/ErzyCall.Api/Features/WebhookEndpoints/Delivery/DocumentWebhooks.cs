using System.Text.Json.Nodes;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Platform.OpenApi;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>Documents the requests that the server sends: one for each event, with what it carries and how it is signed.</summary>
internal sealed class DocumentWebhooks(
    IEnumerable<EventDescription> events, SchemaBook schemas, Examples examples) : IOpenApiDocumentTransformer
{
    private static readonly (string Name, string Description, string Example)[] s_headers =
    [
        (
            WebhookSignature.Header,
            "`sha256=` and the HMAC-SHA256 of the raw body in lower-case hex, under the whole secret.",
            "sha256=5f0b2c8d3e"),
        (
            WebhookSignature.PreviousHeader,
            "The same under the secret before, for as long as it still signs after a change.",
            "sha256=0c1d9e7a42"),
        (WebhookSender.EventHeader, "The event's name.", ""),
        (WebhookSignature.IdHeader, "The event's id; the same on every attempt and at every endpoint.", "evt_01h455vb4pex5vsknk084sn02q"),
        (WebhookSignature.TimestampHeader, "Unix seconds of the attempt.", "1768473000"),
        (
            WebhookSignature.StandardHeader,
            "Standard Webhooks: `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base 64; two of them while a secret is being changed.",
            "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="),
    ];

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Webhooks = events.ToDictionary(description => description.Type, IOpenApiPathItem (description) => new OpenApiPathItem
        {
            Operations = new Dictionary<HttpMethod, OpenApiOperation> { [HttpMethod.Post] = Delivery(description, document) },
        });
        return Task.CompletedTask;
    }

    private OpenApiOperation Delivery(EventDescription description, OpenApiDocument document)
    {
        var data = schemas.OfResponse(description.Data);
        var name = string.Concat(description.Type.Split('.', '_').Select(word => $"{char.ToUpperInvariant(word[0])}{word[1..]}"));
        return new OpenApiOperation
        {
            OperationId = $"on{name}",
            Summary = description.Type,
            Description = description.Description,
            Tags = new HashSet<OpenApiTagReference> { new(description.Tag, document) },
            Security = [],
            Parameters =
            [
                .. s_headers.Select(header => new OpenApiParameter
                {
                    Name = header.Name,
                    In = ParameterLocation.Header,
                    Required = header.Name != WebhookSignature.PreviousHeader,
                    Description = header.Description,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                    Example = header.Name == WebhookSender.EventHeader ? description.Type : header.Example,
                }),
            ],
            RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/json"] = new()
                    {
                        Schema = Body(description, data),
                        Example = new JsonObject
                        {
                            ["event"] = description.Type,
                            ["timestamp"] = "2026-01-15T10:30:00.000Z",
                            ["data"] = examples.OfResponse(data),
                        },
                    },
                },
            },
            Responses = new OpenApiResponses
            {
                ["2XX"] = new OpenApiResponse { Description = $"Taken. It must come within {WebhookSender.Limit.TotalSeconds} seconds." },
                ["410"] = new OpenApiResponse { Description = "Gone: the endpoint is switched off and gets no more." },
                ["4XX"] = new OpenApiResponse { Description = "Not taken: sent again later, over about three days." },
            },
        };
    }

    private static OpenApiSchema Body(EventDescription description, IOpenApiSchema data) => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "event", "timestamp", "data" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["event"] = new OpenApiSchema { Type = JsonSchemaType.String, Const = description.Type },
            ["timestamp"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time", Description = "When it happened." },
            ["data"] = data,
        },
    };
}
