using ErzyCall.Bench.Load;
using ErzyCall.Bench.Machine;

namespace ErzyCall.Bench.Comparison;

/// <summary>The keys, the calls that are there and the call to be placed that the measured requests speak of.</summary>
internal sealed record Workload(string Key, string UsedUpKey, IReadOnlyList<string> Calls)
{
    /// <summary>The number of idempotency keys that replays ask for in turn.</summary>
    public const int Replays = 500;

    /// <summary>Each finds more than a page of contacts, in another way: by name, by the inside of a word, by two words, by email.</summary>
    public static IReadOnlyList<string> Searches { get; } =
        ["joh", "lovel", "nguy", "garc%C3%ADa", "ohn", "ovelac", "xampl", "ada%20lo", "sof%C3%ADa%20m", "grace.hopper1"];

    /// <summary>
    /// A call for a later day, so that its placing is measured and not its dialling: a row with what the triggers add, its first event, and,
    /// under a key, the kept response.
    /// </summary>
    public string Body { get; } =
        $$$"""
        {"to":"+14155550100","from":"+14155559999","firstMessage":"Hello {{name}}, this is a call from Acme.","variableValues":{"name":"Ada"},
        "metadata":{"order":"{{{NumberedRequests.Number}}}"},"scheduledAt":"{{{TimeProvider.System.GetUtcNow().AddDays(20):yyyy-MM-dd'T'HH:mm:ss'Z'}}}"}
        """.ReplaceLineEndings("");

    public static async Task<Workload> PrepareAsync(PublishedBuild build, Tenant tenant)
    {
        // Seeded metadata has spaces in it that a call's metadata has not when it comes by the API.
        await tenant.Database.ExecuteAsync("UPDATE calls SET metadata = replace(metadata::text, ' : ', ':')::json");
        await tenant.Database.ExecuteAsync("VACUUM (ANALYZE) calls");
        var calls = await tenant.Database.QueryAsync("SELECT id FROM calls WHERE status = 'ended' ORDER BY md5(id::text) LIMIT 1000");
        return new Workload(
            tenant.Key,
            await tenant.CreateKeyAsync(build, "1"),
            [.. calls.Select(row => Floor.FloorIds.Text("call_", (Guid)row[0]))]);
    }

    /// <summary>The replays that a server is asked for. Each server answers its own.</summary>
    public IReadOnlyList<byte[]> ReplaysOf(Server server) =>
        [.. Enumerable.Range(0, Replays).Select(n => RequestSource.Post("/api/v1/calls", Key, Body, $"replay-{server.Name}-{n:D4}"))];
}

/// <summary>A path of the table.</summary>
/// <param name="Name">How an option names it.</param>
/// <param name="Aim">The least ratio to the floor that is good enough; <c>null</c> where none was set.</param>
/// <param name="Status">The status that every answer must have.</param>
/// <param name="Requests">Makes the requests of a connection, given by its number, to a server.</param>
internal sealed record RequestPath(
    string Name, string Title, double? Aim, int Status, Func<Workload, Server, Func<int, RequestSource>> Requests)
{
    private const string Calls = "/api/v1/calls";

    public static IReadOnlyList<RequestPath> All { get; } =
    [
        new("get", "`GET /calls/{id}`", 0.75, StatusCodes.Status200OK, (work, _) =>
            Repeated([.. work.Calls.Select(id => RequestSource.Get($"{Calls}/{id}", work.Key))])),
        new("list", "`GET /calls?limit=25`", 0.70, StatusCodes.Status200OK, (work, _) =>
            Repeated([RequestSource.Get($"{Calls}?limit=25", work.Key)])),
        new("post", "`POST /calls`, new key", 0.65, StatusCodes.Status201Created, (work, _) =>
            Numbered(RequestSource.Post(Calls, work.Key, work.Body, $"bench-{NumberedRequests.Number}"))),
        new("post-unkeyed", "`POST /calls` without a key", null, StatusCodes.Status201Created, (work, _) =>
            Numbered(RequestSource.Post(Calls, work.Key, work.Body))),
        new("replay", "replay of a finished key", 0.85, StatusCodes.Status201Created, (work, server) => Repeated(work.ReplaysOf(server))),
        new("limited", "refused by the limit", 0.95, StatusCodes.Status429TooManyRequests, (work, _) =>
            Repeated([RequestSource.Get($"{Calls}/{work.Calls[0]}", work.UsedUpKey)])),
        new("search", "contact search", 0.75, StatusCodes.Status200OK, (work, _) =>
            Repeated([.. Workload.Searches.Select(words => RequestSource.Get($"/api/v1/contacts/search?q={words}", work.Key))])),
    ];

    // Connections begin at different requests, so that they do not all ask for the same at the same moment.
    private static Func<int, RequestSource> Repeated(IReadOnlyList<byte[]> requests) =>
        connection => new RepeatedRequests(requests, connection * 7);

    private static Func<int, RequestSource> Numbered(byte[] request) => _ => new NumberedRequests(request);
}
