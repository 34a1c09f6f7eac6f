using System.Net.Mime;
using System.Text.Json;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.OpenApi.Document;
using ErzyCall.Api.Platform.OpenApi.Operations;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ErzyCall.Api.Platform.OpenApi;

/// <summary>
/// The OpenAPI document of the routes that are served. It is made on the first request for it; who asks at another address gets the same
/// with that address in it.
/// </summary>
internal sealed class ApiDocument([FromKeyedServices(ApiDocument.Name)] IOpenApiDocumentProvider provider) : IDisposable
{
    public const string Name = "v1";

    /// <summary>
    /// The address that the document is made with, in whose place that of whoever asks is put. Nobody can have it (RFC 6761).
    /// </summary>
    private const string ServerMark = "https://server.invalid";

    private readonly SemaphoreSlim _making = new(1, 1);
    private (string BeforeServer, string AfterServer)? _made;

    /// <param name="server">The address that the paths of the document follow, such as <c>https://voice.example.com/erzy</c>.</param>
    public async Task<string> ReadAsync(string server, CancellationToken cancellationToken)
    {
        if (_made is null)
        {
            await _making.WaitAsync(cancellationToken);
            try
            {
                _made ??= await MakeAsync(cancellationToken);
            }
            finally
            {
                _making.Release();
            }
        }

        return $"{_made.Value.BeforeServer}{JsonEncodedText.Encode(server)}{_made.Value.AfterServer}";
    }

    public void Dispose() => _making.Dispose();

    private async Task<(string BeforeServer, string AfterServer)> MakeAsync(CancellationToken cancellationToken)
    {
        var document = await provider.GetOpenApiDocumentAsync(cancellationToken);
        document.Servers = [new OpenApiServer { Url = ServerMark, Description = "The server that this document comes from" }];
        var json = await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellationToken);
        return json.Split(ServerMark) is [var before, var after]
            ? (before, $"{after}\n")
            : throw new InvalidOperationException("The document does not name its server exactly once.");
    }
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
            .AddSingleton<Enumerations>()
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
                TypedResults.Text(await document.ReadAsync(address.AbsoluteFor(request), cancelled), MediaTypeNames.Application.Json))
            .ExcludeFromDescription();

        // The first address that somebody opens who has just started the server.

        routes.MapReferencePage(DocumentPath);
    }
}
