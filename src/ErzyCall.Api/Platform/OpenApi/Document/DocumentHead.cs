using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ErzyCall.Api.Platform.OpenApi.Document;

/// <summary>Describes the API as a whole: its purpose, its guides and its keys.</summary>
internal sealed class DocumentHead(ApiSummary summary) : IOpenApiDocumentTransformer
{
    private const string Repository = "https://github.com/erzycall/erzycall";

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "ErzyCall API",
            Version = "1.0",
            Summary = summary.Text,
            Description = summary.Introduction,
            Contact = new OpenApiContact { Name = "ErzyCall", Url = new Uri(Repository) },
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
        };
        document.ExternalDocs = new OpenApiExternalDocs
        {
            Description = "Guides for integrators",
            Url = new Uri($"{Repository}/tree/main/docs/api"),
        };

        var components = document.Components ??= new OpenApiComponents();
        components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [ApiKeyScheme.Name] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = ApiKeyScheme.Header,
                Description = $"`ek_live_…` or `ek_test_…`. {summary.Keys}",
            },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(ApiKeyScheme.Name, document)] = [] }];
        return Task.CompletedTask;
    }
}
