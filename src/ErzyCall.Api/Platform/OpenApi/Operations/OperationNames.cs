using System.Text.RegularExpressions;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ErzyCall.Api.Platform.OpenApi.Operations;

/// <summary>
/// Names an operation after its use case (<c>CreateCall</c> becomes <c>createCall</c>, "Create call") and describes it by the comment of
/// the class and the scope. A name or a summary that its route gives (<c>WithName</c>, <c>WithSummary</c>) stays.
/// </summary>
internal sealed partial class OperationNames(XmlComments comments) : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var route = new Route(context.Description);
        var name = route.UseCase.Name;
        operation.OperationId ??= $"{char.ToLowerInvariant(name[0])}{name[1..]}";
        operation.Summary ??= Sentence(name);
        var scope = route.Scope is null ? "Any valid key will do." : $"Scope: `{route.Scope}`";
        operation.Description = comments.Of(route.UseCase) is { } comment ? $"{comment}\n\n{scope}" : scope;
        return Task.CompletedTask;
    }

    private static string Sentence(string name)
    {
        var words = Word().Matches(name).Select(word => word.Value is "Api" ? "API" : word.Value.ToLowerInvariant());
        var sentence = string.Join(' ', words);
        return $"{char.ToUpperInvariant(sentence[0])}{sentence[1..]}";
    }

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex Word();
}
