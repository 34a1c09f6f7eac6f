using System.Reflection;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ErzyCall.Api.Platform.OpenApi.Operations;

/// <summary>Documents the request body and the answers below 400, each with an example, and the headers that they carry.</summary>
internal sealed class OperationBodies(SchemaBook schemas, Examples examples) : IOpenApiOperationTransformer
{
    private const string Json = "application/json";

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var route = new Route(context.Description);
        operation.RequestBody = route.Body is null ? null : Request(route.Body);
        operation.Responses = [];
        foreach (var answer in route.Answers)
        {
            operation.Responses.Add($"{answer.StatusCode}", new OpenApiResponse
            {
                Description = DescriptionOf(answer.StatusCode),
                Headers = ResponseHeaders.Of(HeadersOf(answer.StatusCode, route)),
                Content = answer.Type is null || answer.Type == typeof(void) ? null : Content(answer.Type, route),
            });
        }

        return Task.CompletedTask;
    }

    private OpenApiRequestBody Request(Type type)
    {
        var schema = schemas.OfRequest(type);
        return new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType> { [Json] = new() { Schema = schema, Example = examples.OfRequest(schema) } },
        };
    }

    private Dictionary<string, OpenApiMediaType> Content(Type type, Route route)
    {
        // Bytes have no schema.
        if (type == typeof(Stream))
        {
            return new Dictionary<string, OpenApiMediaType> { ["audio/*"] = new() };
        }

        var schema = schemas.OfResponse(type);
        var given = route.UseCase.GetCustomAttribute<ExampleAttribute>();
        var example = examples.OfResponse(schema, given);
        return new Dictionary<string, OpenApiMediaType> { [Json] = new() { Schema = schema, Example = example } };
    }

    private static IEnumerable<string> HeadersOf(int status, Route route) =>
    [
        ResponseHeaders.RequestId,
        .. ResponseHeaders.Limits,
        .. route.TakesIfNoneMatch ? [ResponseHeaders.EntityTag] : Array.Empty<string>(),
        .. status == StatusCodes.Status201Created && !route.IsBatch ? [ResponseHeaders.Location] : Array.Empty<string>(),
        .. route.IsPost ? [ResponseHeaders.Replayed] : Array.Empty<string>(),
    ];

    private static string DescriptionOf(int status) => status switch
    {
        StatusCodes.Status200OK => "Done.",
        StatusCodes.Status201Created => "Created.",
        StatusCodes.Status206PartialContent => "The part that was asked for.",
        StatusCodes.Status204NoContent => "Done; there is nothing to say.",
        StatusCodes.Status304NotModified => "The client has the present representation.",
        _ => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
    };
}
