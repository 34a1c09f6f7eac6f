using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using ErzyCall.Bench.Comparison;
using ErzyCall.Bench.Machine;

namespace ErzyCall.Bench.Scale;

internal sealed record ScaleOptions(int Calls, int Contacts, int Organizations, int Samples, string? Data, string? Only)
{
    private static readonly Option<int> s_calls = Number("--calls", "Calls of the busy organization", 10_000_000);
    private static readonly Option<int> s_contacts = Number("--contacts", "Contacts of the busy organization", 1_000_000);
    private static readonly Option<int> s_organizations = Number("--organizations", "Organizations beside it", 10_000);
    private static readonly Option<int> s_samples = Number("--samples", "Times that everything is asked for", 15);
    private static readonly Option<string?> s_data = new("--data") { Description = "Folder that keeps the databases for the next run" };
    private static readonly Option<string?> s_only = new("--only") { Description = "Part of the name of what is asked for" };

    public static Command Command()
    {
        var command = new Command("scale", "Ask everything of a large database, and of one with a hundredth of it");
        foreach (var option in (Option[])[s_calls, s_contacts, s_organizations, s_samples, s_data, s_only])
        {
            command.Add(option);
        }

        command.SetAction((line, _) => Scaling.RunAsync(new ScaleOptions(
            line.GetValue(s_calls),
            line.GetValue(s_contacts),
            line.GetValue(s_organizations),
            line.GetValue(s_samples),
            line.GetValue(s_data),
            line.GetValue(s_only))));
        return command;
    }

    private static Option<int> Number(string name, string description, int value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };
}

/// <summary>Asks a large database and a small one for the same, in turn, and compares how long both take.</summary>
internal static class Scaling
{
    /// <summary>How many times larger the large one is.</summary>
    private const int Factor = 100;

    private const double MostMilliseconds = 50;
    private const double MostRatio = 1.3;

    /// <summary>The time after which a request that takes long is not asked again.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(ScaleOptions options)
    {
        await using var folder = new RunFolder(options.Data);
        Progress.Say("publishing the server");
        var build = await PublishedBuild.PublishAsync(folder.Path);
        await using var databases = await Databases.StartAsync(folder.Path);
        using var report = new Report("scale", databases, options);
        var (largeTenant, smallTenant) =
            (await PrepareAsync(build, databases, "large", options, 1), await PrepareAsync(build, databases, "small", options, Factor));

        // They run no jobs, which are measured elsewhere.
        await using var largeServer = await build.StartAsync(largeTenant.Database, ("Workers__Enabled", "false"));
        await using var smallServer = await build.StartAsync(smallTenant.Database, ("Workers__Enabled", "false"));
        var large = await ScaledTenant.OfAsync(largeTenant.At(largeServer));
        var small = await ScaledTenant.OfAsync(smallTenant.At(smallServer));
        var requests = ScaleRequest.All
            .Where(request => options.Only is null || request.What.Contains(options.Only, StringComparison.OrdinalIgnoreCase));
        var found = new List<object>();
        var over = 0;
        Report.Print(Invariant($"| request | {options.Calls:N0} calls: median (worst) ms, rows | {options.Calls / Factor:N0} calls | ratio |"));
        Report.Print("|---|---|---|---|");
        foreach (var request in requests)
        {
            foreach (var isFar in request.IsPaged ? (bool[])[false, true] : [false])
            {
                var (pathOfLarge, pathOfSmall) = (await large.PathAsync(request, isFar), await small.PathAsync(request, isFar));
                if (pathOfLarge is null || pathOfSmall is null)
                {
                    continue;
                }

                var (largest, smallest) = await AskAsync(large, pathOfLarge, small, pathOfSmall, options.Samples);
                var what = isFar ? $"{request.What}: far" : request.What;
                var ratio = largest.Median / smallest.Median;
                var isOver = largest.Median > MostMilliseconds || (ratio > MostRatio && largest.Median - smallest.Median > 1);
                over += isOver ? 1 : 0;
                Report.Print(Invariant($"| {what} | {largest} | {smallest} | {(isOver ? "**" : "")}{ratio:0.0}{(isOver ? "**" : "")} |"));
                found.Add(new { what, large = largest, small = smallest });
            }
        }

        report.Add(
            "requests",
            [
                $"{found.Count} requests; {over} took more than {MostMilliseconds} ms, "
                + Invariant($"or more than {MostRatio} of the small one's time and a millisecond (bold)."),
            ],
            found);
    }

    /// <summary>Fills a database, unless an earlier run has.</summary>
    /// <param name="share">How many times less it holds than the options say.</param>
    private static async Task<Tenant> PrepareAsync(
        PublishedBuild build, Databases databases, string name, ScaleOptions options, int share)
    {
        var database = await databases.CreateAsync(name, build);
        var isFilled = await ScaleData.IsFilledAsync(database);
        Progress.Say($"{name}: {(isFilled ? "is there already" : "contacts")}");
        var tenant = await Tenant.CreateAsync(build, database, calls: isFilled ? 0 : 1, contacts: isFilled ? 0 : options.Contacts / share);
        if (!isFilled)
        {
            await using var seeding = await build.StartAsync(database, ("Workers__Enabled", "false"));
            for (var i = 0; i < 10; i++)
            {
                using var made = await tenant.At(seeding).PostAsJsonAsync("/api/v1/cases", new { title = $"Case {i}", prompt = "Be kind." });
                made.EnsureSuccessStatusCode();
            }

            var organization = Floor.FloorIds.Read(tenant.Organization);
            await ScaleData.FillAsync(database, organization, options.Calls / share, options.Organizations / share);
        }

        return tenant;
    }

    private static async Task<(Times Large, Times Small)> AskAsync(
        ScaledTenant large, string pathOfLarge, ScaledTenant small, string pathOfSmall, int samples)
    {
        var (times, timesOfSmall) = (new Times(), new Times());
        var began = Stopwatch.GetTimestamp();

        // The first one is not counted: it reads from disk, and is planned.
        for (var i = -1; i < samples && (times.All.Count < 2 || Stopwatch.GetElapsedTime(began) < s_patience); i++)
        {
            await times.AddAsync(large, pathOfLarge, isCounted: i >= 0);
            await timesOfSmall.AddAsync(small, pathOfSmall, isCounted: i >= 0);
        }

        return (times, timesOfSmall);
    }

    /// <summary>How long one request took each time.</summary>
    private sealed class Times
    {
        public List<double> All { get; } = [];

        public int Rows { get; private set; }

        public int Status { get; private set; }

        public double Median => Comparison.Median.Of(All);

        public async Task AddAsync(ScaledTenant tenant, string path, bool isCounted)
        {
            var began = Stopwatch.GetTimestamp();
            using var answer = await tenant.Http.GetAsync(new Uri($"/api/v1/{path}", UriKind.Relative));
            var body = await answer.Content.ReadAsByteArrayAsync();
            if (isCounted)
            {
                All.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            Status = (int)answer.StatusCode;
            Rows = JsonElement.Parse(body) is var json && json.TryGetProperty("data", out var data) && data.ValueKind is JsonValueKind.Array
                ? data.GetArrayLength()
                : 1;
        }

        public override string ToString() =>
            Invariant($"{Median:0.0} ({All.Max():0.0}), {Rows}{(Status == StatusCodes.Status200OK ? "" : $", **{Status}**")}");
    }
}

/// <summary>The busy organization of one of the databases, as a client of its server sees it.</summary>
internal sealed class ScaledTenant
{
    private const int LongPage = 100;
    private const int ShortPage = 10;
    private const int FarPage = 10_000;

    /// <summary>The time after which the way to a far page is given up.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private Dictionary<string, string> _ids = [];

    private ScaledTenant(HttpClient http) => Http = http;

    public HttpClient Http { get; }

    public static async Task<ScaledTenant> OfAsync(HttpClient http)
    {
        var tenant = new ScaledTenant(http);
        await tenant.FindIdsAsync();
        return tenant;
    }

    /// <summary>
    /// The path of a request with this database's ids in it; of its first page or of a far one, which is page 10,000, or the last where
    /// there are fewer. It is <c>null</c> when there is one page only, or the way to the far one takes too long.
    /// </summary>
    public async Task<string?> PathAsync(ScaleRequest request, bool isFar)
    {
        var path = _ids.Aggregate(request.Path, (text, id) => text.Replace($"{{{id.Key}}}", id.Value, StringComparison.Ordinal));
        if (!isFar)
        {
            return path;
        }

        // A cursor belongs to the filters and not to the size of a page: so the way there is gone in longer steps.
        var began = Stopwatch.GetTimestamp();
        string? cursor = null;
        var longer = path.Replace($"limit={ShortPage}", $"limit={LongPage}", StringComparison.Ordinal);
        for (var rows = 0; rows < (FarPage - 1) * ShortPage; rows += LongPage)
        {
            if (Stopwatch.GetElapsedTime(began) > s_patience)
            {
                Progress.Say($"The way to the far page of {request.What} was given up after {rows} rows.");
                return null;
            }

            using var answer = await Http.GetAsync(new Uri($"/api/v1/{longer}{cursor}", UriKind.Relative));
            var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
            if (!json.TryGetProperty("pagination", out var page) || page.GetProperty("cursor").GetString() is not { } next)
            {
                break;
            }

            cursor = $"&cursor={next}";
        }

        return cursor is null ? null : path + cursor;
    }

    /// <summary>Finds the ids of what is there, and makes a contact and a case that no call has.</summary>
    private async Task FindIdsAsync()
    {
        var calls = (await ReadAsync("calls?limit=100")).EnumerateArray().ToList();
        string With(string name) => calls.Select(call => call.GetProperty(name).GetString()).First(id => id is not null)!;
        var phone = Invariant($"+1303{RandomNumberGenerator.GetInt32(10_000_000):D7}");
        _ids = new Dictionary<string, string>
        {
            ["call"] = With("id"),
            ["contact"] = With("contactId"),
            ["case"] = With("caseId"),
            ["group"] = (await ReadAsync("contact-groups"))[0].GetProperty("id").GetString()!,
            ["lonelyContact"] = await MakeAsync("contacts", new { title = "Nobody", phone }),
            ["lonelyCase"] = await MakeAsync("cases", new { title = "Nobody's", prompt = "Be kind." }),
        };
    }

    private async Task<JsonElement> ReadAsync(string path) =>
        (await Http.GetFromJsonAsync<JsonElement>(new Uri($"/api/v1/{path}", UriKind.Relative))).GetProperty("data");

    private async Task<string> MakeAsync(string path, object body)
    {
        using var made = await Http.PostAsJsonAsync($"/api/v1/{path}", body);
        made.EnsureSuccessStatusCode();
        return (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").GetProperty("id").GetString()!;
    }
}
