using System.Net.Http.Headers;
using System.Text.Json;

namespace ErzyCall.Bench.Machine;

/// <summary>The sample organization of a database, with limits that nothing measured here comes near.</summary>
/// <param name="Key">A key that may do everything.</param>
internal sealed record Tenant(Database Database, string Organization, string Key)
{
    private const string Boundless = "1000000000";

    /// <summary>Makes it, with as many finished calls and contacts as are wanted.</summary>
    public static async Task<Tenant> CreateAsync(PublishedBuild build, Database database, int calls = 0, int contacts = 0, int maxCalls = 10)
    {
        var seeded = JsonElement.Parse(await build.RunAsync(database, "seed", "--json", "--calls", $"{calls}", "--contacts", $"{contacts}"));
        var organization = seeded.GetProperty("organizationId").GetString()!;
        await build.RunAsync(
            database,
            "orgs", "set", organization,
            "--max-waiting", Boundless, "--per-minute", Boundless, "--per-hour", Boundless, "--max-calls", $"{maxCalls}");
        var tenant = new Tenant(database, organization, "");
        return tenant with { Key = await tenant.CreateKeyAsync(build, Boundless) };
    }

    /// <summary>Makes another key, with one limit for a minute and for an hour.</summary>
    public Task<string> CreateKeyAsync(PublishedBuild build, string limit) => build.RunAsync(
        Database, "keys", "create", "--org", Organization, "--name", "Bench", "--scopes", "*", "--per-minute", limit, "--per-hour", limit);

    /// <summary>Has a client of <paramref name="server"/> speak as this organization.</summary>
    public HttpClient At(Server server)
    {
        server.Http.DefaultRequestHeaders.Remove("X-API-Key");
        server.Http.DefaultRequestHeaders.Add("X-API-Key", Key);
        server.Http.DefaultRequestHeaders.Accept.Clear();
        server.Http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return server.Http;
    }
}
