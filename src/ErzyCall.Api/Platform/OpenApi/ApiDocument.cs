using System.Net.Mime;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.OpenApi.Document;
using ErzyCall.Api.Platform.OpenApi.Operations;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ErzyCall.Api.Platform.OpenApi;

/// <summary>The OpenAPI document: made once, on the first request for it, of the routes that are served.</summary>
internal sealed class ApiDocument([FromKeyedServices(ApiDocument.Name)] IOpenApiDocumentProvider provider) : IDisposable
{
    public const string Name = "v1";

    private readonly SemaphoreSlim _making = new(1, 1);
    private string? _json;

    public async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        await _making.WaitAsync(cancellationToken);
        try
        {
            return _json ??= await (await provider.GetOpenApiDocumentAsync(cancellationToken)).SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellationToken) + "\n";
        }
        finally
        {
            _making.Release();
        }
    }

    public void Dispose() => _making.Dispose();
}

internal static class ApiDocumentSetup
{
    private const string DocumentPath = "/openapi/v1.json";

    public static void AddApiDocument(this IServiceCollection services)
    {
        services.AddSingleton<XmlComments>().AddSingleton<RequestLimits>().AddSingleton<SchemaBook>().AddSingleton<Examples>().AddSingleton<ApiDocument>();
        services.AddOpenApi(ApiDocument.Name, static options =>
        {
            options.ShouldInclude = static route => $"/{route.RelativePath}".StartsWith(ApiPath.V1, StringComparison.Ordinal);
            options
                .AddOperationTransformer<OperationNames>()
                .AddOperationTransformer<OperationParameters>()
                .AddOperationTransformer<OperationBodies>()
                .AddOperationTransformer<OperationErrors>()
                .AddDocumentTransformer<DocumentHead>()
                .AddDocumentTransformer<DocumentTags>()
                .AddDocumentTransformer<DocumentPaths>()
                .AddDocumentTransformer<DocumentWebhooks>()
                .AddDocumentTransformer<DocumentComponents>();
        });
    }

    /// <summary>The document and its interactive form, for anybody: who may call the API is not told by what it looks like.</summary>
    public static void MapApiDocument(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(DocumentPath, async (ApiDocument document, CancellationToken cancellationToken) =>
            TypedResults.Text(await document.ReadAsync(cancellationToken), MediaTypeNames.Application.Json)).ExcludeFromDescription();

        routes.MapReferencePage(DocumentPath);
    }
}
