using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using ErzyCall.Bench.Machine;

namespace ErzyCall.Bench.Comparison;

/// <summary>
/// How many webhooks are delivered, beside a bare loop that posts the same bodies one after another. Endpoints are made after the events,
/// and ask for them: they are delivered at once, and nothing else happens meanwhile.
/// </summary>
internal static class WebhookFigure
{
    private const int Events = 5_000;
    private const int Endpoints = 5;
    private const int Rounds = 5;

    /// <summary>The first rounds, which are not counted: both sides are being compiled.</summary>
    private const int WarmUps = 3;

    private static readonly string[] s_subscribed = ["contact.created"];

    public static async Task<IEnumerable<Figure>> MeasureAsync(PublishedBuild build, Database database, ComparisonOptions options)
    {
        var tenant = await Tenant.CreateAsync(build, database);
        await using var server = await build.StartAsync(database, ("Webhooks__AllowPrivateTargets", "true"));
        await using var receiver = await Server.StartAsync(
            Receiver.Command, Programs.Own("ErzyCall.Bench.dll", Receiver.Command), Path.Combine(database.Folder, "receiver.log"));
        var http = tenant.At(server);
        var began = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        await MakeEventsAsync(http);

        var delivered = new List<double>();
        var posted = new List<double>();
        for (var round = -WarmUps; round < Rounds; round++)
        {
            var endpoints = await MakeEndpointsAsync(http, $"{receiver.Http.BaseAddress}hooks");
            using var expecting = await receiver.Http.PostAsync(
                new Uri($"/expect/{Events * Endpoints}", UriKind.Relative), content: null);
            var delivery = await TimeAsync(async () =>
            {
                foreach (var endpoint in endpoints)
                {
                    await RecoverAsync(http, endpoint, began);
                }

                using var come = await receiver.Http.GetAsync(new Uri("/expected", UriKind.Relative));
                come.EnsureSuccessStatusCode();
            });
            foreach (var endpoint in endpoints)
            {
                using var deleted = await http.DeleteAsync(new Uri($"/api/v1/webhooks/{endpoint}", UriKind.Relative));
                deleted.EnsureSuccessStatusCode();
            }

            var post = await TimeAsync(async () =>
            {
                using var repeated = await receiver.Http.PostAsync(
                    new Uri($"/repeat/{Events * Endpoints}", UriKind.Relative), content: null);
                repeated.EnsureSuccessStatusCode();
            });
            if (round >= 0)
            {
                delivered.Add(Events * Endpoints / delivery);
                posted.Add(Events * Endpoints / post);
            }
        }

        var ratios = delivered.Zip(posted, (ours, bare) => ours / bare).Order().ToList();
        return
        [
            Figure.Of(
                Invariant($"webhooks, {Events:N0} events to {Endpoints} endpoints : a bare loop"),
                "≥ 0.50",
                build.Name,
                $"{Median.Of(ratios):0.00} ({ratios[0]:0.00}–{ratios[^1]:0.00}): {Median.Of(delivered):0}/s : {Median.Of(posted):0}/s",
                new { delivered, posted }),
        ];
    }

    private static async Task MakeEventsAsync(HttpClient http)
    {
        const int batch = 500;
        for (var made = 0; made < Events; made += batch)
        {
            var contacts = Enumerable.Range(made, batch)
                .Select(n => new { title = "Ada Lovelace", phone = Invariant($"+1415{n:D7}") });
            using var created = await http.PostAsJsonAsync("/api/v1/contacts/batch", new { contacts });
            created.EnsureSuccessStatusCode();
        }
    }

    private static async Task<IReadOnlyList<string>> MakeEndpointsAsync(HttpClient http, string url)
    {
        var ids = new List<string>();
        for (var i = 0; i < Endpoints; i++)
        {
            using var created = await http.PostAsJsonAsync("/api/v1/webhooks", new { url, events = s_subscribed });
            created.EnsureSuccessStatusCode();
            ids.Add((await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").GetProperty("id").GetString()!);
        }

        return ids;
    }

    private static async Task RecoverAsync(HttpClient http, string endpoint, DateTimeOffset since)
    {
        using var recovered = await http.PostAsJsonAsync(
            $"/api/v1/webhooks/{endpoint}/recover",
            new { since = since.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture) });
        recovered.EnsureSuccessStatusCode();
    }

    private static async Task<double> TimeAsync(Func<Task> run)
    {
        var start = Stopwatch.GetTimestamp();
        await run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
