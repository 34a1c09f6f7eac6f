using System.Net.Mime;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.OpenApi.Document;
using ErzyCall.Api.Platform.OpenApi.Operations;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ErzyCall.Api.Platform.OpenApi;

/// <summary>
/// The OpenAPI document of the routes that are served. It is made on the first request for it, and again only when another address is asked
/// for.
/// </summary>
internal sealed class ApiDocument([FromKeyedServices(ApiDocument.Name)] IOpenApiDocumentProvider provider) : IDisposable
{
    public const string Name = "v1";

    private readonly SemaphoreSlim _making = new(1, 1);
    private (string Server, string Json)? _last;

    /// <param name="server">The address of the paths; when it is not known, they are relative to whoever serves the document.</param>
    public async Task<string> ReadAsync(CancellationToken cancellationToken, string server = "")
    {
        await _making.WaitAsync(cancellationToken);
        try
        {
            if (_last?.Server != server)
            {
                var document = await provider.GetOpenApiDocumentAsync(cancellationToken);
                document.Servers =
                [
                    new OpenApiServer { Url = server.Length > 0 ? server : "/", Description = "The server that this document comes from" },
                ];
                _last = (server, await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellationToken) + "\n");
            }

            return _last.Value.Json;
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

    public static void AddApiDocument(this IServiceCollection services, ApiSummary summary)
    {
        services.AddSingleton(summary);
        services
            .AddSingleton<XmlComments>()
            .AddSingleton<RequestLimits>()
            .AddSingleton<SchemaBook>()
            .AddSingleton<Examples>()
            .AddSingleton<ApiDocument>();
        services.AddExamples(new()
        {
            ["code"] = ApiError.InvalidBody().Code,
            ["cursor"] = "Q2ZESjhPcGFxdWU",
            ["secret"] = "shown-only-here",
        });
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
                .AddDocumentTransformer<DocumentComponents>();
        });
    }

    /// <summary>Lets a feature add to the document what follows from no route.</summary>
    public static IServiceCollection AddToApiDocument<TTransformer>(this IServiceCollection services)
        where TTransformer : IOpenApiDocumentTransformer =>
        services.Configure<OpenApiOptions>(ApiDocument.Name, static options => options.AddDocumentTransformer<TTransformer>());

    /// <summary>
    /// Serves the document and its interactive form to anybody: to know what the API looks like gives no right to call it.
    /// </summary>
    public static void MapApiDocument(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(DocumentPath, async (ApiDocument document, PublicAddress address, HttpRequest request, CancellationToken cancelled) =>
                TypedResults.Text(await document.ReadAsync(cancelled, address.For(request)), MediaTypeNames.Application.Json))
            .ExcludeFromDescription();

        // The first address that somebody opens who has just started the server.
        routes.MapGet("/", static () => TypedResults.Redirect(ReferencePage.Path)).ExcludeFromDescription();

        routes.MapReferencePage(DocumentPath);
    }
}
