using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ErzyCall.IntegrationTests.Documents;

/// <summary>
/// What a document shows that a command prints. It is meant to the letter, but for ids and times, which are of another day, and for <c>…</c>, which stands for whatever is left out: a value, a part
/// of a text, all other members of an object, any elements of an array.
/// </summary>
internal abstract partial class ShownAnswer
{
    private const string LeftOut = "…";

    /// <summary>Whether it is one of an error.</summary>
    public abstract bool IsError { get; }

    /// <summary><c>null</c> for a block that is no answer.</summary>
    public static ShownAnswer? Of(string language, string text) => language switch
    {
        "json" => new Json(JsonElement.Parse(WithMarks(text))),
        "http" => new Head(text),
        _ => null,
    };

    /// <summary>Tells where what was printed is not what is shown.</summary>
    public abstract IEnumerable<string> Differences(string printed);

    private static bool IsSame(string shown, string printed) =>
        Regex.IsMatch(WithoutDay(printed), $"^{string.Join(".*", WithoutDay(shown).Split(LeftOut).Select(Regex.Escape))}$", RegexOptions.Singleline);

    private static string WithoutDay(string text) => Time().Replace(Id().Replace(text, "$1<id>"), "<time>");

    /// <summary>JSON in which a text or a member stands where something is left out.</summary>
    private static string WithMarks(string text)
    {
        var json = new StringBuilder();
        var open = new Stack<string>();
        var before = "";
        foreach (var token in Token().Matches(text).Select(match => match.Value))
        {
            if (token is "{" or "[")
            {
                open.Push(token);
            }
            else if (token is "}" or "]")
            {
                open.Pop();
            }

            json.Append(token != LeftOut ? token : open.Peek() == "{" && before != ":" ? $"\"{LeftOut}\":0" : $"\"{LeftOut}\"");
            before = token;
        }

        return json.ToString();
    }

    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"|\S
        """)]
    private static partial Regex Token();

    [GeneratedRegex(@"\b([a-z_]+_)[0-9a-hjkmnp-tv-z]{26}\b")]
    private static partial Regex Id();

    [GeneratedRegex(@"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")]
    private static partial Regex Time();

    private sealed class Json(JsonElement shown) : ShownAnswer
    {
        public override bool IsError => shown.TryGetProperty("error", out _);

        public override IEnumerable<string> Differences(string printed)
        {
            try
            {
                return Differences(shown, JsonElement.Parse(printed), "$");
            }
            catch (JsonException)
            {
                return [$"it printed no JSON but: {printed}"];
            }
        }

        private static IEnumerable<string> Differences(JsonElement shown, JsonElement printed, string at) => (shown.ValueKind, printed.ValueKind) switch
        {
            (JsonValueKind.String, _) when shown.GetString() == LeftOut => [],
            (JsonValueKind.Object, JsonValueKind.Object) => OfMembers(shown, printed, at),
            (JsonValueKind.Array, JsonValueKind.Array) => OfElements([.. shown.EnumerateArray()], [.. printed.EnumerateArray()], at),
            (JsonValueKind.String, JsonValueKind.String) when IsSame(shown.GetString()!, printed.GetString()!) => [],
            (JsonValueKind.Number, JsonValueKind.Number) when shown.GetRawText() == printed.GetRawText() => [],
            (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null, _) when shown.ValueKind == printed.ValueKind => [],
            _ => [$"{at} is {printed.GetRawText()} and not {shown.GetRawText()}"],
        };

        private static IEnumerable<string> OfMembers(JsonElement shown, JsonElement printed, string at)
        {
            foreach (var member in shown.EnumerateObject().Where(member => member.Name != LeftOut))
            {
                foreach (var difference in printed.TryGetProperty(member.Name, out var value) ? Differences(member.Value, value, $"{at}.{member.Name}") : [$"{at}.{member.Name} is not there"])
                {
                    yield return difference;
                }
            }

            if (!shown.TryGetProperty(LeftOut, out _))
            {
                foreach (var other in printed.EnumerateObject().Where(member => !shown.TryGetProperty(member.Name, out _)))
                {
                    yield return $"{at}.{other.Name} is not shown, and no {LeftOut} either";
                }
            }
        }

        private static IEnumerable<string> OfElements(List<JsonElement> shown, List<JsonElement> printed, string at)
        {
            var cut = shown.FindIndex(element => element.ValueKind is JsonValueKind.String && element.GetString() == LeftOut);
            var (first, last) = cut < 0 ? (shown, []) : (shown[..cut], shown[(cut + 1)..]);
            return (cut < 0 ? printed.Count != first.Count : printed.Count < first.Count + last.Count)
                ? [$"{at} has {printed.Count} elements: [{string.Join(',', printed)}]"]
                : [
                    .. first.SelectMany((element, index) => Differences(element, printed[index], $"{at}[{index}]")),
                    .. last.SelectMany((element, index) => Differences(element, printed[printed.Count - last.Count + index], $"{at}[{printed.Count - last.Count + index}]")),
                ];
        }
    }

    /// <summary>Lines of an answer's head, of which the others are left out.</summary>
    private sealed class Head(string shown) : ShownAnswer
    {
        public override bool IsError => Regex.IsMatch(shown, @"^HTTP/1\.1 [45]");

        public override IEnumerable<string> Differences(string printed) => Lines(shown)
            .Where(line => !Lines(printed).Any(answered => IsSame(line, answered)))
            .Select(line => $"'{line}' is not in: {printed}");

        private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }
}
