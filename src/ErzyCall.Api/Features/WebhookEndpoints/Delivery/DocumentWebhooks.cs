using System.Text.Json;
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
            "sha256=5f0b2c8d3e9a4c7719b6e0d2f4a8c3b1e7d5096a2b8f4c1d3e6a7b9c0d1e2f3a"),
        (
            WebhookSignature.PreviousHeader,
            "The same under the secret before, for as long as it still signs after a change.",
            "sha256=0c1d9e7a428b5f6013d2c4e6a8b0917f5e3d1c2b4a69788f0e1d2c3b4a596877"),
        (WebhookSender.EventHeader, "The event's name.", ""),
        (WebhookSignature.IdHeader, "The event's id; the same on every attempt and at every endpoint.", "evt_01h455vb4pex5vsknk084sn02q"),
        (WebhookSignature.TimestampHeader, "Unix seconds of the attempt.", "1768473000"),
        (
            WebhookSignature.StandardHeader,
            "Standard Webhooks: `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base 64, under the bytes that follow `whsec_` in "
                + "base 64; two of them, with a space between, while a secret is being changed.",
            "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="),
    ];

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        // With it the schemas of all bodies are there, to which the operations refer by their names.
        schemas.OfResponse(typeof(WebhookPayload));
        document.Webhooks = events.ToDictionary(description => description.Type, IOpenApiPathItem (description) => new OpenApiPathItem
        {
            Operations = new Dictionary<HttpMethod, OpenApiOperation> { [HttpMethod.Post] = Delivery(description, document) },
        });
        return Task.CompletedTask;
    }

    private OpenApiOperation Delivery(EventDescription description, OpenApiDocument document)
    {
        var body = new OpenApiSchemaReference(description.Variant(WebhookPayload.Suffix).Name);
        return new OpenApiOperation
        {
            OperationId = $"on{description.Name}",
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
                    ["application/json"] = new() { Schema = body, Example = examples.OfResponse(body) },
                },
            },
            Responses = new OpenApiResponses
            {
                ["2XX"] = new OpenApiResponse { Description = $"Taken. It must come within {WebhookSender.Limit.TotalSeconds} seconds." },
                ["410"] = new OpenApiResponse { Description = "Gone: the endpoint is switched off and gets no more." },
                ["default"] = new OpenApiResponse
                {
                    Description = "Not taken, as a redirect or no answer is not: sent again later, over about three days. With 429 and 503 "
                        + "`Retry-After` is kept to. An endpoint that has only failed for five days is switched off.",
                },
            },
        };
    }
}

/// <summary>The body of a request that the server sends to a webhook endpoint.</summary>
/// <param name="Event">The event's name.</param>
/// <param name="Timestamp">When the event happened.</param>
/// <param name="Data">The call, contact or message in its list form, as it stood then.</param>
internal sealed record WebhookPayload(
    [property: OneOf(typeof(DeliveredEvent))] string Event, DateTimeOffset Timestamp, JsonElement Data)
{
    /// <summary>What the name of the schema of one event's body ends with.</summary>
    public const string Suffix = "Webhook";
}
