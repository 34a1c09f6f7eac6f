using System.Text.Json;
using System.Text.RegularExpressions;

namespace ErzyCall.IntegrationTests.Fuzzing;

/// <summary>
/// What answers have shown: ids and phone numbers that later requests may name, and which of them belong together. What was shown last comes to be named most: of each kind
/// only the newest are kept.
/// </summary>
/// <param name="reserved">Ids that no request may name, lest the fuzzer revoke its own key.</param>
internal sealed partial class ResourcePool(IReadOnlyCollection<string> reserved)
{
    private const int MaxOfAKind = 25;

    private readonly Dictionary<string, List<string>> _ids = [];
    private readonly Dictionary<string, List<string>> _phones = [];
    private readonly Dictionary<string, HashSet<string>> _related = [];

    /// <summary>The prefix of the ids that a pattern lets in, or <c>null</c> when it is no id's.</summary>
    public static string? PrefixOf(string pattern) => IdPattern().Match(pattern) is { Success: true } match ? match.Groups[1].Value : null;

    public static bool IsPhone(string pattern) => pattern.StartsWith(@"^\+", StringComparison.Ordinal);

    public IReadOnlyList<string> Ids(string prefix) => _ids.GetValueOrDefault(prefix) ?? [];

    /// <param name="field">The name of the field that they were seen in; <c>null</c> for all.</param>
    public IReadOnlyList<string> Phones(string? field = null) => field is null ? [.. _phones.Values.SelectMany(phones => phones)] : _phones.GetValueOrDefault(field) ?? [];

    /// <summary>Ids that were shown together with this one.</summary>
    public IEnumerable<string> RelatedTo(string id) => _related.GetValueOrDefault(id) ?? [];

    /// <param name="path">The ids in the path that answered.</param>
    public void Harvest(JsonElement answer, IEnumerable<string> path)
    {
        switch (answer.ValueKind)
        {
            case JsonValueKind.Object:
                string[] own = [.. path, .. answer.EnumerateObject().Where(field => field.Name is "id").Select(field => field.Value.ToString())];
                foreach (var field in answer.EnumerateObject())
                {
                    Add(field.Name, field.Value);
                    Harvest(field.Value, own);
                }

                foreach (var id in IdText().Matches(answer.GetRawText()).Select(match => match.Value))
                {
                    Relate(id, own);
                }

                break;

            case JsonValueKind.Array:
                foreach (var item in answer.EnumerateArray())
                {
                    Add("", item);
                    Harvest(item, path);
                }

                break;
        }
    }

    public void Forget(string id)
    {
        foreach (var ids in _ids.Values)
        {
            ids.Remove(id);
        }
    }

    private void Add(string field, JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.String || value.GetString() is not { } text || reserved.Contains(text))
        {
            return;
        }

        if (IdText().Match(text) is { Success: true } id && id.Length == text.Length)
        {
            Keep(_ids, id.Groups[1].Value, text);
        }
        else if (Phone().IsMatch(text))
        {
            Keep(_phones, field, text);
        }
    }

    private static void Keep(Dictionary<string, List<string>> all, string kind, string text)
    {
        if (!all.TryGetValue(kind, out var known))
        {
            all.Add(kind, known = []);
        }

        if (known.Contains(text))
        {
            return;
        }

        known.Add(text);
        if (known.Count > MaxOfAKind)
        {
            known.RemoveAt(0);
        }
    }

    private void Relate(string id, IEnumerable<string> others)
    {
        foreach (var other in others.Where(other => other != id))
        {
            foreach (var (one, its) in new[] { (id, other), (other, id) })
            {
                if (!_related.TryGetValue(one, out var known))
                {
                    _related.Add(one, known = []);
                }

                known.Add(its);
            }
        }
    }

    [GeneratedRegex(@"^\^([a-z_]+)_\[0-7\]")]
    private static partial Regex IdPattern();

    [GeneratedRegex("([a-z]+(?:_[a-z]+)*)_[0-7][0-9a-hjkmnp-tv-z]{25}")]
    private static partial Regex IdText();

    [GeneratedRegex(@"^\+[1-9][0-9]{1,14}\z")]
    private static partial Regex Phone();
}
