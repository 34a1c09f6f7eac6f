using System.Text.RegularExpressions;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ErzyCall.Api.Platform.OpenApi.Operations;

/// <summary>
/// Names an operation after its use case (<c>CreateCall</c> becomes <c>createCall</c>, "Create call") and describes it by the comment of
/// the class and the scope. A name or a summary that its route gives (<c>WithName</c>, <c>WithSummary</c>) stays.
/// </summary>
internal sealed class OperationNames(XmlComments comments, ApiSummary summary) : IOpenApiOperationTransformer
{
    private readonly Regex _word = new($"{string.Join('|', summary.Terms.Keys)}|[A-Z][a-z0-9]*");

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

    private string Sentence(string name)
    {
        var words = _word.Matches(name).Select(word =>
            summary.Terms.TryGetValue(word.Value, out var term) ? term : word.Value.ToLowerInvariant());
        var sentence = string.Join(' ', words);
        return $"{char.ToUpperInvariant(sentence[0])}{sentence[1..]}";
    }
}
