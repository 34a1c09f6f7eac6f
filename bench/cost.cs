#:property PublishAot=false
// What calls cost in CPU and on disk, and what one key can make the server hold and store: dotnet run -c Release bench/cost.cs -- <server> <key> <the server's process id>
// <PostgreSQL, as psql takes it> On Linux, as the user that the server runs as: the peak of its memory is read, and set back, in /proc.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

if (args.Length != 4)
{
    await Console.Error.WriteLineAsync("Usage: dotnet run -c Release bench/cost.cs -- http://localhost:5080 ek_test_… 12345 'host=localhost port=5432 dbname=erzycall user=erzycall'");
    return 2;
}

const string From = "+14155559999";
const int Items = 500;
const int Clients = 16;
const int Rounds = 4;
const int Batches = 8;
const int Lives = 3_000;

using var http = new HttpClient { BaseAddress = new Uri(args[0]), Timeout = TimeSpan.FromMinutes(5) };
http.DefaultRequestHeaders.Add("X-API-Key", args[1]);
var process = args[2];
var later = DateTimeOffset.UtcNow.AddDays(1).ToString("O", CultureInfo.InvariantCulture);

// Random text: what PostgreSQL could compress would not show what it takes.
static string Text(int length) => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", length);

var settings = new { provider = "acme", more = Text(3_900) };
var assistant = await CreateAsync("assistants/outbound", new { name = "Long", voice = settings, model = settings, transcriber = settings });
var brief = await CreateAsync("cases", new { title = "Short", prompt = "Be kind to {{name}}." });
var lengthy = await CreateAsync("cases", new { title = "Long", prompt = "Be kind to {{name}}. " + Text(19_900) });

await MeasureLivesAsync();

Console.WriteLine();
Console.WriteLine("| calls of one script, waiting | bytes a call |");
Console.WriteLine("|---|---|");
await MeasureRoomAsync("a short prompt", new { from = From, scheduledAt = later, caseId = brief });
await MeasureRoomAsync("a prompt of 20,000 characters, settings of 12 KB", new { from = From, scheduledAt = later, caseId = lengthy, assistantConfigId = assistant });

Console.WriteLine();
Console.WriteLine($"| {Clients} clients, {Rounds} batches of {Items} each | sent | answered | answers | peak memory, before and then |");
Console.WriteLine("|---|---|---|---|---|");
var values = Enumerable.Range(0, 50).ToDictionary(n => $"v{n}", _ => Text(1_000));
await AttackAsync("a long script", new { from = From, scheduledAt = later, caseId = lengthy, assistantConfigId = assistant });
await AttackAsync("a long script, 50 values of 1,000 characters", new { from = From, scheduledAt = later, caseId = lengthy, assistantConfigId = assistant, variableValues = values });
return 0;

// From the request, alone and with a key, to its events, published and delivered to an endpoint in this process. All numbers end in 0100: the
// simulated carrier has a conversation with them.
async Task MeasureLivesAsync()
{
    using var sink = new HttpListener();
    sink.Prefixes.Add("http://localhost:5999/");
    sink.Start();
    _ = Task.Run(async () =>
    {
        while (true)
        {
            (await sink.GetContextAsync()).Response.Close();
        }
    });
    var endpoint = await CreateAsync("webhooks", new { url = "http://localhost:5999/", events = new[] { "call.started", "call.ended", "call.failed" } });
    var before = (Server: CpuOf(process), Postgres: await PostgresCpuAsync());
    var wal = await AskAsync("SELECT pg_current_wal_insert_lsn() - '0/0'");
    await Parallel.ForAsync(0, Lives, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (n, stop) =>
    {
        using var content = JsonContent.Create(new { to = $"+1{2_000_000_100 + (10_000L * n)}", from = From, caseId = brief, metadata = new { order = $"{n}" } });
        content.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var answer = await http.PostAsync(new Uri("/api/v1/calls", UriKind.Relative), content, stop);
        answer.EnsureSuccessStatusCode();
    });
    const string UnderWay =
        """
        SELECT (SELECT count(*) FROM calls WHERE status IN ('new', 'processing')) + (SELECT count(*) FROM events WHERE sequence IS NULL AND NOT is_private)
          + (SELECT count(*) FROM webhook_deliveries WHERE status = 'pending')
        """;
    while (await AskAsync(UnderWay) > 0)
    {
        await Task.Delay(TimeSpan.FromSeconds(2));
    }

    var after = (Server: CpuOf(process), Postgres: await PostgresCpuAsync());
    var walOfEach = (await AskAsync("SELECT pg_current_wal_insert_lsn() - '0/0'") - wal) / Lives;
    using var deleted = await http.DeleteAsync(new Uri($"/api/v1/webhooks/{endpoint}", UriKind.Relative));
    Console.WriteLine($"| {Lives} calls, from the request to the delivered events | ms of CPU a call | bytes of WAL a call |");
    Console.WriteLine("|---|---|---|");
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| server | {(after.Server - before.Server) * 1000 / Lives:N2} | |"));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| PostgreSQL | {(after.Postgres - before.Postgres) * 1000 / Lives:N2} | {walOfEach:N0} |"));
    Console.WriteLine();
    Console.WriteLine("| bytes on disk a row | rows | table | TOAST | indexes | all |");
    Console.WriteLine("|---|---|---|---|---|---|");
    foreach (var table in (string[])["calls", "events", "webhook_deliveries", "idempotency_records", "simulated_calls", "usage_sums"])
    {
        var rows = await AskAsync($"SELECT greatest(count(*), 1) FROM {table}");
        var sizes = new List<double>();
        foreach (var size in (string[])["pg_relation_size(oid)", "coalesce(pg_total_relation_size(nullif(reltoastrelid, 0)), 0)", "pg_indexes_size(oid)", "pg_total_relation_size(oid)"])
        {
            sizes.Add(await AskAsync($"SELECT {size} FROM pg_class WHERE oid = '{table}'::regclass") / rows);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {table} | {rows:N0} | {string.Join(" | ", sizes.Select(size => size.ToString("N0", CultureInfo.InvariantCulture)))} |"));
    }
}

async Task MeasureRoomAsync(string what, object defaults)
{
    var before = await SizeAsync();
    for (var batch = 0; batch < Batches; batch++)
    {
        using var answer = await http.PostAsJsonAsync("/api/v1/calls/batch", Batch(defaults));
        answer.EnsureSuccessStatusCode();
    }

    var bytes = (await SizeAsync() - before) / (Batches * Items);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {bytes:N0} |"));
}

async Task AttackAsync(string what, object defaults)
{
    var calm = Peak();
    await File.WriteAllTextAsync($"/proc/{process}/clear_refs", "5");
    var body = JsonSerializer.SerializeToUtf8Bytes(Batch(defaults), JsonSerializerOptions.Web);
    var answers = (await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
    {
        List<(HttpStatusCode Status, long Bytes)> own = [];
        for (var round = 0; round < Rounds; round++)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new("application/json");
            using var answer = await http.PostAsync(new Uri("/api/v1/calls/batch", UriKind.Relative), content);
            own.Add((answer.StatusCode, (await answer.Content.ReadAsByteArrayAsync()).Length));
        }

        return own;
    }))).SelectMany(own => own).ToList();
    var statuses = string.Join(", ", answers.CountBy(answer => (int)answer.Status).OrderBy(status => status.Key).Select(status => $"{status.Value} × {status.Key}"));
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {what} | {body.Length / 1024} KB each | {statuses} | {answers.Sum(answer => answer.Bytes) / 1024.0 / 1024:N1} MB | {calm} MB, {Peak()} MB |"));
}

object Batch(object defaults) => new { defaults, calls = Enumerable.Range(0, Items).Select(n => new { to = $"+1415556{n:0000}" }) };

async Task<string> CreateAsync(string path, object body)
{
    using var created = await http.PostAsJsonAsync($"/api/v1/{path}", body);
    created.EnsureSuccessStatusCode();
    return (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").GetProperty("id").GetString()!;
}

// Of calls and what they refer to; not of their events, which hold no script and are forgotten after a month.
Task<double> SizeAsync() => AskAsync("SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname IN ('calls', 'call_scripts', 'waiting_call_changes')");

async Task<double> AskAsync(string sql)
{
    using var psql = Process.Start(new ProcessStartInfo("psql", ["--no-align", "--tuples-only", "--command", sql, args[3]]) { RedirectStandardOutput = true })!;
    var text = await psql.StandardOutput.ReadToEndAsync();
    await psql.WaitForExitAsync();
    return double.Parse(text, CultureInfo.InvariantCulture);
}

// Of the postmaster, the processes that it has now, and those that it had.
async Task<double> PostgresCpuAsync()
{
    var one = (await AskAsync("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'")).ToString(CultureInfo.InvariantCulture);
    var postmaster = StatOf(one)[3];
    return CpuOf(postmaster, ended: true) + Directory.EnumerateDirectories("/proc")
        .Select(path => Path.GetFileName(path))
        .Where(id => int.TryParse(id, out _) && File.Exists($"/proc/{id}/stat") && StatOf(id)[3] == postmaster)
        .Sum(id => CpuOf(id));
}

// In seconds; the kernel counts hundredths.
static double CpuOf(string id, bool ended = false) => StatOf(id)[13..(ended ? 17 : 15)].Sum(ticks => double.Parse(ticks, CultureInfo.InvariantCulture)) / 100;

// The name of a process, in brackets, may hold spaces.
static string[] StatOf(string id) => [id, "", .. File.ReadAllText($"/proc/{id}/stat").Split(") ")[^1].Split(' ')];

int Peak() => int.Parse(File.ReadLines($"/proc/{process}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
