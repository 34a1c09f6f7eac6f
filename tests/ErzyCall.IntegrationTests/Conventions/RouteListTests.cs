using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ErzyCall.Api.Platform.Validation;
using ErzyCall.IntegrationTests.Server;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Conventions;

/// <summary>What is served is what <c>docs/api/routes.md</c> promises, no more and no less.</summary>
public sealed partial class RouteListTests(TestRun run)
{
    [Fact]
    public async Task The_routes_that_are_served_are_those_that_are_promised()
    {
        var promised = (await File.ReadAllLinesAsync(FileOf(), TestContext.Current.CancellationToken))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells is ["", "GET" or "POST" or "PATCH" or "DELETE", ..])
            .Select(cells => new Promise(cells[1], Nameless(cells[2].Trim('`')), cells[3].Trim('`'), cells[4] == "yes", cells[5] == "yes"))
            .ToList();
        Assert.NotEmpty(promised);

        var tenant = await run.Shared.CreateTenantAsync();
        var served = new List<Promise>();
        foreach (var route in RouteTable.Of(run.Shared))
        {
            served.Add(new Promise(
                route.Method.Method,
                Nameless(route.Pattern["/api/v1".Length..].TrimEnd('/')),
                route.Scope ?? "any key",
                Reads(route).Any(parameter => parameter.Name == "cursor"),
                await ReadsIdempotencyKeyAsync(tenant.Api, route)));
        }

        Assert.Equal(promised.OrderBy(route => route.ToString(), StringComparer.Ordinal), served.OrderBy(route => route.ToString(), StringComparer.Ordinal));
    }

    /// <summary>Whoever reads the header refuses one that is too long.</summary>
    private static async Task<bool> ReadsIdempotencyKeyAsync(ApiClient api, ServedRoute route)
    {
        var body = route.Method == HttpMethod.Post || route.Method == HttpMethod.Patch ? "{}" : null;
        var response = await api.SendAsync(route.Method, route.PathWith(TenantIsolationTests.NobodysIdOf), body, ("Idempotency-Key", new string('k', 256)));
        return response.Text.Contains("\"field\":\"Idempotency-Key\"", StringComparison.Ordinal);
    }

    private IReadOnlyList<QueryParameter> Reads(ServedRoute route) =>
        run.Shared.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .OfType<RouteEndpoint>()
            .Single(endpoint => endpoint.RoutePattern.RawText == route.Pattern && endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Contains(route.Method.Method))
            .Metadata.GetMetadata<QueryIsRead>()?.Parameters() ?? [];

    private static string Nameless(string path) => Parameter().Replace(path, "{}");

    private static string FileOf([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/api/routes.md");

    [GeneratedRegex(@"\{[A-Za-z]+\}")]
    private static partial Regex Parameter();

    private sealed record Promise(string Method, string Path, string Scope, bool IsPaged, bool IsIdempotent);
}
