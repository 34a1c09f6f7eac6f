using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ErzyCall.Api.Platform.OpenApi.Document;

/// <summary>Describes each tag by the comment of the class that maps its routes: <c>PromptRoutes</c>, in the room of prompts.</summary>
internal sealed class DocumentTags(XmlComments comments) : IOpenApiDocumentTransformer
{
    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        var routes = context.DescriptionGroups.SelectMany(group => group.Items)
            .Select(description => (description, Table: TableOf(new Route(description).UseCase)))
            .Where(route => route.Table is not null);
        var descriptions = routes
            .SelectMany(route => route.description.ActionDescriptor.EndpointMetadata.OfType<ITagsMetadata>()
                .SelectMany(metadata => metadata.Tags.Select(tag => (tag, route.Table))))
            .DistinctBy(tag => tag.tag)
            .OrderBy(tag => tag.tag, StringComparer.Ordinal);
        document.Tags = descriptions.Select(tag => new OpenApiTag { Name = tag.tag, Description = comments.Of(tag.Table!) }).ToHashSet();
        return Task.CompletedTask;
    }

    /// <summary>The table of routes in the use case's own folder, or in the nearest one around it.</summary>
    private static Type? TableOf(Type useCase) => useCase.Assembly.GetTypes()
        .Where(type => type.Name.EndsWith("Routes", StringComparison.Ordinal))
        .Where(type => $"{useCase.Namespace}.".StartsWith($"{type.Namespace}.", StringComparison.Ordinal))
        .MaxBy(type => type.Namespace!.Length);
}
