using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ErzyCall.Api.Platform.OpenApi.Document;

/// <summary>Adds the schemas and headers that operations refer to by name.</summary>
internal sealed class DocumentComponents(SchemaBook schemas, Examples examples) : IOpenApiDocumentTransformer
{
    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        var components = document.Components ??= new OpenApiComponents();
        components.Schemas = schemas.Named;
        components.Headers = ResponseHeaders.All(examples).ToDictionary(header => header.Key, IOpenApiHeader (header) => header.Value);
        return Task.CompletedTask;
    }
}
