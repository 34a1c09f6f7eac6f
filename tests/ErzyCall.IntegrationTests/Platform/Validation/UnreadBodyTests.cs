using System.Net;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Platform.Validation;

public sealed class UnreadBodyTests(TestRun run)
{
    [Theory]
    [InlineData("""{"graceHours":0}""", "VALIDATION_ERROR", "graceHours")]
    [InlineData("[]", "VALIDATION_ERROR", null)]
    [InlineData("xx", "INVALID_JSON", null)]
    public async Task A_route_that_reads_no_body_takes_none_and_does_nothing(string body, string code, string? field)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var endpoint = await tenant.CreateAsync("/webhooks", new { url = "https://example.com/hooks", events = new[] { "call.ended" } });
        var call = await tenant.PlaceCallAsync();
        (HttpMethod Method, string Path)[] routes =
        [
            (HttpMethod.Post, $"/webhooks/{endpoint}/rotate-secret"),
            (HttpMethod.Post, $"/webhooks/{endpoint}/test"),
            (HttpMethod.Post, $"/calls/{call}/cancel"),
            (HttpMethod.Delete, $"/webhooks/{endpoint}"),
        ];
        foreach (var (method, path) in routes)
        {
            var refused = await tenant.Api.SendAsync(method, path, body);
            refused.ShouldBeError(400, code, field is null ? [] : [field]);

            (await tenant.Api.SendAsync(method, path, "{}", ("Content-Type", "text/plain"))).ShouldBeError(415, "UNSUPPORTED_MEDIA_TYPE");
        }

        Assert.Equal("new", (await tenant.GetCallAsync(call)).GetProperty("status").GetString());
        Assert.Empty((await tenant.Api.GetAsync($"/webhooks/{endpoint}/deliveries")).Data.EnumerateArray());
        (await tenant.Api.SendAsync(HttpMethod.Post, $"/webhooks/{endpoint}/test", "{}")).ShouldBe(HttpStatusCode.OK);
    }
}
