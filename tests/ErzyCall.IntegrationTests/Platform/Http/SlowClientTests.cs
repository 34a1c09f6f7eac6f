using ErzyCall.IntegrationTests.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ErzyCall.IntegrationTests.Platform.Http;

/// <summary>Clients that keep a connection by sending hardly anything.</summary>
public sealed class SlowClientTests(TestRun run)
{
    [Fact]
    public async Task Headers_that_drip_are_given_up_while_others_are_served()
    {
        var server = await run.Deployed;
        using var slow = await server.ConnectAsync();
        await slow.WriteAsync("GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
        var dripped = slow.DripAsync("x");

        using var client = server.CreateClient((await run.Shared.CreateTenantAsync()).Secret);
        (await client.GetAsync(new Uri("/api/v1/me", UriKind.Relative), TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

        var answer = await dripped;
        Assert.Equal(
            (408, """{"error":{"code":"VALIDATION_ERROR","message":"Request line and headers did not arrive in time"}}"""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task A_body_that_drips_is_given_up_and_nothing_was_done()
    {
        var server = await run.Deployed;
        var tenant = await run.Shared.CreateTenantAsync();
        using var slow = await server.ConnectAsync();
        await slow.WriteAsync(
            $"POST /api/v1/calls HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {tenant.Secret}\r\nIdempotency-Key: slow\r\nContent-Type: application/json\r\nContent-Length: 200000\r\n\r\n"
            + $$"""{"to":"+14155550100","from":"{{Tenant.From}}"}""");

        var answer = await slow.DripAsync(" ");

        Assert.Equal(400, answer.Status);
        Assert.Contains("""{"error":{"code":"INVALID_JSON","message":"Request body did not arrive whole"}}""", answer.Body, StringComparison.Ordinal);
        Assert.Empty((await tenant.Api.GetAsync("/calls")).Data.EnumerateArray());
        (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From }, "slow")).ShouldBe(System.Net.HttpStatusCode.Created);
    }

    [Fact]
    public void No_limit_is_left_open()
    {
        var limits = run.Shared.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;
        Assert.InRange(limits.RequestHeadersTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        Assert.InRange(limits.KeepAliveTimeout, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5));
        Assert.InRange(limits.MinRequestBodyDataRate!.BytesPerSecond, 240, double.MaxValue);
        Assert.InRange(limits.MinResponseDataRate!.BytesPerSecond, 240, double.MaxValue);
        Assert.Equal(8 * 1024 * 1024, limits.MaxRequestBodySize);
        Assert.Equal((32 * 1024, 32 * 1024, 100), (limits.MaxRequestLineSize, limits.MaxRequestHeadersTotalSize, limits.MaxRequestHeaderCount));
    }
}
