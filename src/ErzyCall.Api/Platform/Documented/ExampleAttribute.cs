using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace ErzyCall.Api.Platform.Documented;

/// <summary>
/// Gives fields of an example, where those that are made of their types would not be good ones: on the type of a request or a response, or
/// on a use case, whose answer shows a resource in another state than its type's own example does.
/// </summary>
/// <param name="json">An object; fields that must be there and that it does not give are made of their types.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ExampleAttribute([StringSyntax(StringSyntaxAttribute.Json)] string json) : Attribute
{
    public string Json => json;

    public JsonObject Fields { get; } = JsonNode.Parse(json)!.AsObject();
}
