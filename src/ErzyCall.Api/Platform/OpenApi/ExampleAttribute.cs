using System.Diagnostics.CodeAnalysis;

namespace ErzyCall.Api.Platform.OpenApi;

/// <summary>Gives a request or response an example, where one that is made of its fields would not be a good one.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ExampleAttribute([StringSyntax(StringSyntaxAttribute.Json)] string json) : Attribute
{
    public string Json { get; } = json;
}
