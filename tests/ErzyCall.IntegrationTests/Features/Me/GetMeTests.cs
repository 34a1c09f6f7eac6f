using ErzyCall.Api.Features;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.Me;

public sealed class GetMeTests(TestRun run)
{
    [Fact]
    public async Task A_key_is_told_whom_it_speaks_for_and_what_it_may_do()
    {
        var tenant = await run.Shared.CreateTenantAsync(new TenantOptions { Mode = OrganizationMode.Live });
        var (key, api) = await tenant.AddKeyAsync([Scopes.CallsRead, Scopes.UsageRead], new RateLimits(61, 1_001), new DateTimeOffset(2999, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(
            $$$"""{"data":{"organization":{"id":"{{{tenant.Organization.Id}}}","name":"Test tenant","mode":"live","limits":{"perMinute":100000,"perHour":1000000}},"key":{"id":"{{{key.Id}}}","name":"Another key","""
            + """
              "scopes":["calls:read","usage:read"],"limits":{"perMinute":61,"perHour":1001},"expiresAt":"2999-01-01T00:00:00.000Z"}}}
              """,
            (await api.GetAsync("/me")).Text);
    }

    [Fact]
    public async Task A_key_that_does_not_expire_has_no_expiry()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var me = (await tenant.Api.GetAsync("/me")).Data;
        Assert.Equal("null", me.GetProperty("key").GetProperty("expiresAt").GetRawText());
        Assert.Equal("test", me.GetProperty("organization").GetProperty("mode").GetString());
    }
}
