using System.Text;
using System.Text.RegularExpressions;
using ErzyCall.Bench.Machine;

namespace ErzyCall.Bench.Comparison;

/// <summary>
/// Compares what two servers answer, header by header and byte by byte, but for what no two answers share: ids and times that are made for
/// one, what is left of a limit, cursors. A ratio says little when one side answers less.
/// </summary>
internal static partial class Likeness
{
    private const string Made = "…";

    /// <summary>The characters that are shown of each of two answers that differ; some of them are before the difference.</summary>
    private const int Shown = 120;
    private const int Before = 40;

    /// <returns>A sentence for each path that is answered differently.</returns>
    public static async Task<IReadOnlyList<string>> CompareAsync(
        Server first, Server second, Workload work, IReadOnlyList<string> searches)
    {
        var differences = new List<string>();
        foreach (var (method, path, key) in (IEnumerable<(HttpMethod, string, string)>)
        [
            (HttpMethod.Get, $"/api/v1/calls/{work.Calls[0]}", work.Key),
            (HttpMethod.Get, "/api/v1/calls?limit=25", work.Key),
            (HttpMethod.Post, "/api/v1/calls", work.Key),
            (HttpMethod.Get, $"/api/v1/calls/{work.Calls[0]}", work.UsedUpKey),
            .. searches.Select(words => (HttpMethod.Get, $"/api/v1/contacts/search?q={words}", work.Key)),
        ])
        {
            // A key whose limit is to be used up still has one request to make.
            _ = await AskAsync(first, method, path, key, work);
            var (one, two) = (await AskAsync(first, method, path, key, work), await AskAsync(second, method, path, key, work));
            if (one != two)
            {
                var from = Math.Max(0, one.Zip(two).TakeWhile(pair => pair.First == pair.Second).Count() - Before);
                string Excerpt(string answer) => answer[from..Math.Min(answer.Length, from + Shown)].ReplaceLineEndings(" ");
                differences.Add(
                    $"{method} {path} is answered differently:\n  {first.Name}: {Excerpt(one)}\n  {second.Name}: {Excerpt(two)}");
            }
        }

        return differences;
    }

    private static async Task<string> AskAsync(Server server, HttpMethod method, string path, string key, Workload work)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Add("X-API-Key", key);
        if (method == HttpMethod.Post)
        {
            request.Headers.Add("Idempotency-Key", $"likeness-{server.Name}-{Guid.CreateVersion7()}");
            request.Content = new StringContent(work.Body, Encoding.UTF8, "application/json");
        }

        using var answer = await server.Http.SendAsync(request);
        var names = answer.Headers.Concat(answer.Content.Headers).Select(header => header.Key).Order(StringComparer.Ordinal);
        var body = await answer.Content.ReadAsStringAsync();
        if (method == HttpMethod.Post)
        {
            body = NewId().Replace(NewTime().Replace(body, Made), Made);
        }

        return $"{(int)answer.StatusCode} {string.Join(", ", names)}\n{Seconds().Replace(Cursor().Replace(body, Same), Made)}";
    }

    /// <summary>A run of dots that is as long as what it stands for.</summary>
    private static string Same(Match match) => new('.', match.Length);

    [GeneratedRegex("(?<=\"cursor\":\")[^\"]+")]
    private static partial Regex Cursor();

    [GeneratedRegex("call_[0-9a-z]{26}")]
    private static partial Regex NewId();

    [GeneratedRegex("(?<=(created|updated)At\":\")[^\"]+")]
    private static partial Regex NewTime();

    [GeneratedRegex("(?<=Retry after )[0-9]+")]
    private static partial Regex Seconds();
}
