using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using ErzyCall.Bench.Comparison;
using ErzyCall.Bench.Machine;

namespace ErzyCall.Bench.Cost;

/// <summary>Measures what calls take on disk and of the processors, and how much one key can make the server hold and store.</summary>
internal static class CostCommand
{
    private const int BatchSize = 500;
    private const int Clients = 16;
    private const int BatchesOfClient = 4;

    private static readonly Option<int> s_calls =
        new("--calls") { Description = "Calls that are made from end to end", DefaultValueFactory = _ => 10_000 };

    private static readonly string[] s_everyEvent = ["call.scheduled", "call.started", "call.ended", "call.failed", "call.cancelled"];

    private static readonly string s_later = TimeProvider.System.GetUtcNow().AddDays(1).ToString("O", CultureInfo.InvariantCulture);

    public static Command Create()
    {
        var command = new Command("cost", "Measure what calls cost on disk and of the processors, and what one key can cost") { s_calls };
        command.SetAction((line, _) => RunAsync(line.GetValue(s_calls)));
        return command;
    }

    private static async Task RunAsync(int calls)
    {
        await using var folder = new RunFolder();
        Progress.Say("publishing the server");
        var build = await PublishedBuild.PublishAsync(folder.Path);
        await using var databases = await Databases.StartAsync(folder.Path);
        using var report = new Report("cost", databases, new { calls });
        await MeasureCallsAsync(build, await databases.CreateAsync("calls", build), calls, report);
        await MeasureScriptsAsync(build, await databases.CreateAsync("scripts", build), report);
    }

    /// <summary>Makes calls from their creation to their last webhook, and tells what each table holds of them then.</summary>
    private static async Task MeasureCallsAsync(PublishedBuild build, Database database, int calls, Report report)
    {
        var tenant = await Tenant.CreateAsync(build, database, maxCalls: 1_000);
        await using var receiver = await Server.StartAsync(
            Receiver.Command, Programs.Own("ErzyCall.Bench.dll", Receiver.Command), Path.Combine(database.Folder, "receiver.log"));
        await using var server = await build.StartAsync(database, ("Simulator__Speed", "0"), ("Webhooks__AllowPrivateTargets", "true"));
        var http = tenant.At(server);
        using var subscribed = await http.PostAsJsonAsync(
            "/api/v1/webhooks", new { url = $"{receiver.Http.BaseAddress}hooks", events = s_everyEvent });
        subscribed.EnsureSuccessStatusCode();
        var before = await SizesAsync(database);
        var processors = new Processors(new Dictionary<string, int>
        {
            ["PostgreSQL"] = database.Cluster.PostgresProcessId,
            ["server"] = server.ProcessId,
        });
        var (_, used) = await processors.MeasureAsync(async () =>
        {
            await Dispatching.PlaceAsync(http, calls, "cost");
            return await Dispatching.WhenPublishedAsync(database, calls, "cost");
        });
        await database.BecomesAsync("NOT EXISTS (SELECT FROM webhook_deliveries WHERE status = 'pending')", Dispatching.Patience);
        var after = await SizesAsync(database);
        var tables = after.Select(table => (
            Name: table.Key,
            Rows: table.Value.Rows - before[table.Key].Rows,
            Data: table.Value.Data - before[table.Key].Data,
            Indexes: table.Value.Indexes - before[table.Key].Indexes))
            .Where(table => table.Data + table.Indexes > calls)
            .OrderByDescending(table => table.Data + table.Indexes)
            .ToList();
        report.Add(
            "bytes",
            [
                Invariant($"| table, after {calls:N0} calls | rows a call | bytes a row: data | indexes | bytes a call |"),
                "|---|---|---|---|---|",
                .. tables.Select(table => Invariant($"| {table.Name} | {(double)table.Rows / calls:0.0} | {table.Data / Math.Max(1, table.Rows):N0} ")
                    + Invariant($"| {table.Indexes / Math.Max(1, table.Rows):N0} | {(table.Data + table.Indexes) / calls:N0} |")),
                Invariant($"| together | | | | {tables.Sum(table => table.Data + table.Indexes) / calls:N0} |"),
                "",
                "CPU of one call, from its creation until its events are published: "
                + Invariant($"PostgreSQL {used.Seconds["PostgreSQL"] / calls * 1000:0.00} ms, ")
                + Invariant($"server {used.Seconds["server"] / calls * 1000:0.00} ms."),
            ],
            new { tables = tables.Select(table => new { table.Name, table.Rows, table.Data, table.Indexes }), used });
    }

    private static async Task<Dictionary<string, (long Rows, long Data, long Indexes)>> SizesAsync(Database database)
    {
        // Afterwards no dead rows are counted, whose room is used again.
        await database.ExecuteAsync("VACUUM (ANALYZE)");
        return (await database.QueryAsync(
            """
            SELECT relname::text, greatest(reltuples, 0)::bigint, pg_table_size(oid), pg_indexes_size(oid) FROM pg_class
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
            """)).ToDictionary(row => (string)row[0], row => ((long)row[1], (long)row[2], (long)row[3]));
    }

    private static async Task MeasureScriptsAsync(PublishedBuild build, Database database, Report report)
    {
        var tenant = await Tenant.CreateAsync(build, database);
        await using var server = await build.StartAsync(database, ("Workers__Enabled", "false"));
        var http = tenant.At(server);
        var settings = new { provider = "acme", more = Text(3_900) };
        var assistant = await CreateAsync(
            http, "assistants/outbound", new { name = "Long", voice = settings, model = settings, transcriber = settings });
        var brief = await CreateAsync(http, "cases", new { title = "Short", prompt = "Be kind to {{name}}." });
        var lengthy = await CreateAsync(http, "cases", new { title = "Long", prompt = $"Be kind to {{{{name}}}}. {Text(19_900)}" });
        const string from = "+14155559999";
        var shortScript = new { from, scheduledAt = s_later, caseId = brief };
        var longScript = new { from, scheduledAt = s_later, caseId = lengthy, assistantConfigId = assistant };
        var values = Enumerable.Range(0, 50).ToDictionary(n => $"v{n}", _ => Text(1_000));
        var longValues = new { from, scheduledAt = s_later, caseId = lengthy, assistantConfigId = assistant, variableValues = values };

        var ofShort = await RoomAsync(http, database, shortScript);
        var ofLong = await RoomAsync(http, database, longScript);
        report.Add(
            "scripts",
            [
                "| calls of one script, waiting | bytes a call |",
                "|---|---|",
                Invariant($"| a short prompt | {ofShort:N0} |"),
                Invariant($"| a prompt of 20,000 characters, settings of 12 KB | {ofLong:N0} |"),
            ],
            new { ofShort, ofLong });

        var (attack, attackByValues) = (await AttackAsync(http, server, longScript), await AttackAsync(http, server, longValues));
        report.Add(
            "attacks",
            [
                $"| {Clients} clients of one key, {BatchesOfClient} batches of {BatchSize} each "
                + "| sent | answered | answers | peak memory, before and then |",
                "|---|---|---|---|---|",
                $"| a long script | {attack}",
                $"| a long script, 50 values of 1,000 characters | {attackByValues}",
            ],
            new { attack, attackByValues });
    }

    /// <summary>Text that is random: what PostgreSQL could compress would not show what it takes.</summary>
    private static string Text(int length) =>
        RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", length);

    private static object Batch(object defaults) => new
    {
        defaults,
        calls = Enumerable.Range(0, BatchSize).Select(n => new { to = Invariant($"+1415556{n:0000}") }),
    };

    /// <summary>The bytes that a call takes with what it refers to, which its events do not.</summary>
    private static async Task<double> RoomAsync(HttpClient http, Database database, object defaults)
    {
        const int batches = 8;
        async Task<double> SizeAsync() => (double)(await database.QueryAsync(
            """
            SELECT sum(pg_total_relation_size(oid))::float8 FROM pg_class
            WHERE relname IN ('calls', 'call_scripts', 'waiting_call_changes')
            """))[0][0];
        var before = await SizeAsync();
        for (var i = 0; i < batches; i++)
        {
            using var placed = await http.PostAsJsonAsync("/api/v1/calls/batch", Batch(defaults));
            placed.EnsureSuccessStatusCode();
        }

        return (await SizeAsync() - before) / (batches * BatchSize);
    }

    private static async Task<string> AttackAsync(HttpClient http, Server server, object defaults)
    {
        var calm = server.PeakMegabytes;
        server.ForgetPeak();
        var body = JsonSerializer.SerializeToUtf8Bytes(Batch(defaults), JsonSerializerOptions.Web);
        var answers = (await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            var own = new List<(HttpStatusCode Status, long Bytes)>();
            for (var i = 0; i < BatchesOfClient; i++)
            {
                using var content = new ByteArrayContent(body);
                content.Headers.ContentType = new("application/json");
                using var answer = await http.PostAsync(new Uri("/api/v1/calls/batch", UriKind.Relative), content);
                own.Add((answer.StatusCode, (await answer.Content.ReadAsByteArrayAsync()).Length));
            }

            return own;
        }))).SelectMany(own => own).ToList();
        var statuses = string.Join(
            ", ", answers.CountBy(answer => (int)answer.Status).OrderBy(status => status.Key).Select(status => $"{status.Value} × {status.Key}"));
        return Invariant($"{body.Length / 1024} KB each | {statuses} | {answers.Sum(answer => answer.Bytes) / 1024.0 / 1024:N1} MB ")
            + Invariant($"| {calm:0} MB, {server.PeakMegabytes:0} MB |");
    }

    private static async Task<string> CreateAsync(HttpClient http, string path, object body)
    {
        using var created = await http.PostAsJsonAsync($"/api/v1/{path}", body);
        created.EnsureSuccessStatusCode();
        return (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").GetProperty("id").GetString()!;
    }
}
