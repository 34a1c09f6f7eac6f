using System.Text.Json.Serialization.Metadata;

namespace ErzyCall.Client;

/// <summary>What can be asked of the API, and is answered with nothing, or with what is no JSON.</summary>
/// <param name="Path">With the names of its parameters in braces.</param>
internal record Operation(HttpMethod Method, string Path)
{
    /// <summary>The path with its parameters in their order.</summary>
    /// <exception cref="ArgumentException">One of them would make another path.</exception>
    public string At(params ReadOnlySpan<string> values)
    {
        var path = Path;
        foreach (var value in values)
        {
            if (value is null or "" or "." or "..")
            {
                throw new ArgumentException($"'{value}' is no id");
            }

            var (start, end) = (path.IndexOf('{', StringComparison.Ordinal), path.IndexOf('}', StringComparison.Ordinal));
            path = $"{path[..start]}{Uri.EscapeDataString(value)}{path[(end + 1)..]}";
        }

        return path;
    }
}

/// <summary>One that is answered with a <typeparamref name="TAnswer"/>.</summary>
internal record Operation<TAnswer>(HttpMethod Method, string Path, JsonTypeInfo<Envelope<TAnswer>> AnswerInfo) : Operation(Method, Path);

/// <summary>One that also takes a <typeparamref name="TBody"/>.</summary>
internal sealed record Operation<TBody, TAnswer>(HttpMethod Method, string Path, JsonTypeInfo<TBody> BodyInfo, JsonTypeInfo<Envelope<TAnswer>> AnswerInfo)
    : Operation<TAnswer>(Method, Path, AnswerInfo);

/// <summary>One that lists, a page at a time.</summary>
/// <param name="Cursor">The name of the parameter that names the page.</param>
internal sealed record ListOperation<TItem>(string Path, string Cursor, JsonTypeInfo<Page<TItem>> PageInfo) : Operation(HttpMethod.Get, Path);

/// <summary>What every answer is wrapped in.</summary>
internal sealed record Envelope<T>(T Data);
