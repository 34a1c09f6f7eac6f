using System.Diagnostics.CodeAnalysis;

namespace ErzyCall.Api.Platform.OpenApi;

/// <summary>An example of a request or response, for those that one made of its fields would not be a good one of.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ExampleAttribute([StringSyntax(StringSyntaxAttribute.Json)] string json) : Attribute
{
    public string Json { get; } = json;
}
