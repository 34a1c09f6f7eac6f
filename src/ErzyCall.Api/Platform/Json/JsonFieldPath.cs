using System.Text;
using System.Text.Json;

namespace ErzyCall.Api.Platform.Json;

/// <summary>
/// Turns the serializer's <c>$.a['b c'][3]</c> into the <c>a.b c[3]</c> of a field error, and finds the place again in the body.
/// </summary>
internal static class JsonFieldPath
{
    public static IReadOnlyList<string> Parse(string? path)
    {
        var segments = new List<string>();
        var rest = (path ?? "$").AsSpan()[1..];
        while (!rest.IsEmpty)
        {
            int end;
            if (rest.StartsWith("['", StringComparison.Ordinal))
            {
                end = EndOfQuoted(rest);
                segments.Add(rest[2..end].ToString());
                rest = rest[Math.Min(end + 2, rest.Length)..];
            }
            else if (rest[0] == '[')
            {
                end = rest.IndexOf(']');
                segments.Add(rest[..(end + 1)].ToString());
                rest = rest[(end + 1)..];
            }
            else
            {
                end = rest[1..].IndexOfAny('.', '[');
                end = end < 0 ? rest.Length : end + 1;
                segments.Add(rest[1..end].ToString());
                rest = rest[end..];
            }
        }

        return segments;
    }

    // The serializer does not escape what it quotes. A "']" that belongs to a name is followed by neither '.' nor '['.
    private static int EndOfQuoted(ReadOnlySpan<char> rest)
    {
        for (var end = 2; end < rest.Length - 1; end++)
        {
            if (rest[end..] is "']" or ['\'', ']', '.' or '[', ..])
            {
                return end;
            }
        }

        return rest.Length;
    }

    public static string Format(IEnumerable<string> segments)
    {
        var text = new StringBuilder();
        foreach (var segment in segments)
        {
            if (text.Length > 0 && !segment.StartsWith('['))
            {
                text.Append('.');
            }

            text.Append(segment);
        }

        return text.ToString();
    }

    /// <summary>Whether the object that holds the last segment has it more than once.</summary>
    public static bool IsRepeated(IReadOnlyList<string> path, ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        JsonDocument parsed;
        try
        {
            parsed = JsonDocument.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            // Items of a batch may be nested deeper than is parsed here; then a field that is there twice is not found out.
            return false;
        }

        using var document = parsed;
        var element = document.RootElement;
        foreach (var segment in path.SkipLast(1))
        {
            var found = segment is ['[', .. var index, ']']
                ? element.ValueKind == JsonValueKind.Array
                    && int.TryParse(index, out var position)
                    && position < element.GetArrayLength()
                    && Step(ref element, element[position])
                : element.ValueKind == JsonValueKind.Object
                    && element.TryGetProperty(segment, out var child)
                    && Step(ref element, child);
            if (!found)
            {
                return false;
            }
        }

        return element.ValueKind == JsonValueKind.Object && element.EnumerateObject().Count(property => property.NameEquals(path[^1])) > 1;
    }

    private static bool Step(ref JsonElement element, JsonElement child)
    {
        element = child;
        return true;
    }
}
