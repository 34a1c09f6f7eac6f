using System.Net;
using ErzyCall.Api.Features;
using ErzyCall.Api.Features.ApiKeys;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Platform.Authentication;

public sealed class ApiKeyTests(TestRun run)
{
    public static TheoryData<string> Malformed =>
    [
        "", " ", "ek_test_", "secret", "ek_test_short", new string('k', 10 * 1024), $"ek_test_{new string('0', 10 * 1024)}",
        $"ek_demo_{new string('0', 43)}", $"ek_test_{new string('-', 43)}", "'; DROP TABLE api_keys; --",
    ];

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_malformed_key_is_unknown(string key) =>
        (await run.Shared.CreateApiClient().GetAsync("/me", ("X-API-Key", key))).ShouldBeError(401, "UNAUTHORIZED");

    [Fact]
    public async Task A_well_formed_key_that_nobody_has_is_unknown() =>
        (await run.Shared.CreateApiClient(ApiKeySecret.Generate(OrganizationMode.Test).Text).GetAsync("/me")).ShouldBeError(401, "UNAUTHORIZED");

    [Fact]
    public async Task Changing_one_letter_of_a_key_makes_it_unknown()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var last = tenant.Secret[^1] == 'x' ? 'y' : 'x';
        (await run.Shared.CreateApiClient($"{tenant.Secret[..^1]}{last}").GetAsync("/me")).ShouldBeError(401, "UNAUTHORIZED");
        (await run.Shared.CreateApiClient(tenant.Secret.Replace("ek_test_", "ek_live_", StringComparison.Ordinal)).GetAsync("/me")).ShouldBeError(401, "UNAUTHORIZED");
    }

    [Fact]
    public async Task Two_keys_are_none_even_if_both_are_valid()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var api = run.Shared.CreateApiClient();
        (await api.GetAsync("/me", ("X-API-Key", tenant.Secret))).ShouldBe(HttpStatusCode.OK);
        (await api.GetAsync("/me", ("X-API-Key", tenant.Secret), ("X-API-Key", tenant.Secret))).ShouldBeError(401, "UNAUTHORIZED");
        (await api.GetAsync("/me", ("X-API-Key", $"{tenant.Secret}, {tenant.Secret}"))).ShouldBeError(401, "UNAUTHORIZED");
    }

    [Theory]
    [InlineData("Authorization", "Bearer {0}")]
    [InlineData("Api-Key", "{0}")]
    [InlineData("Cookie", "X-API-Key={0}")]
    public async Task A_key_anywhere_else_is_no_key(string header, string value)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var sent = value.Replace("{0}", tenant.Secret, StringComparison.Ordinal);
        (await run.Shared.CreateApiClient().GetAsync("/me", (header, sent))).ShouldBeError(401, "UNAUTHORIZED");
        (await run.Shared.CreateApiClient().GetAsync($"/me?X-API-Key={tenant.Secret}")).ShouldBeError(401, "UNAUTHORIZED");
    }

    [Fact]
    public async Task A_key_that_one_server_revokes_is_refused_by_another_on_the_next_request()
    {
        var database = await run.CreateDatabaseAsync();
        await using var here = await run.StartServerAsync(new TestServerOptions { Postgres = database });
        await using var there = await run.StartServerAsync(new TestServerOptions { Postgres = database });
        var tenant = await here.CreateTenantAsync();
        var key = (await tenant.Api.PostAsync("/api-keys", new { name = "Short-lived", scopes = new[] { Scopes.CallsRead } })).Data;
        var elsewhere = there.CreateApiClient(key.GetProperty("secret").GetString());
        for (var warm = 0; warm < 3; warm++)
        {
            (await elsewhere.GetAsync("/calls")).ShouldBe(HttpStatusCode.OK);
        }

        (await tenant.Api.DeleteAsync($"/api-keys/{key.GetProperty("id").GetString()}")).ShouldBe(HttpStatusCode.NoContent);
        (await elsewhere.GetAsync("/calls")).ShouldBeError(401, "KEY_REVOKED");
    }

    [Fact]
    public async Task A_key_is_good_until_the_moment_of_its_expiry_and_its_use_is_noted_to_the_minute()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 15, 10, 30, 0, TimeSpan.Zero));
        await using var server = await run.StartServerAsync(new TestServerOptions { Clock = clock });
        var tenant = await server.CreateTenantAsync();
        var (key, api) = await tenant.AddKeyAsync([Scopes.CallsRead], expiresAt: clock.GetUtcNow().AddMinutes(10));
        Assert.Null(await LastUsedAsync());

        (await api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        Assert.Equal("2026-01-15T10:30:00.000Z", await LastUsedAsync());
        clock.Advance(TimeSpan.FromSeconds(59));
        (await api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        Assert.Equal("2026-01-15T10:30:00.000Z", await LastUsedAsync());
        clock.Advance(TimeSpan.FromSeconds(1));
        (await api.GetAsync("/nothing")).ShouldBeError(404, "NOT_FOUND");
        Assert.Equal("2026-01-15T10:31:00.000Z", await LastUsedAsync());

        clock.Advance(TimeSpan.FromMinutes(9) - TimeSpan.FromMilliseconds(1));
        (await api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        var lastUsed = await LastUsedAsync();
        clock.Advance(TimeSpan.FromMilliseconds(1));
        (await api.GetAsync("/me")).ShouldBeError(401, "KEY_EXPIRED");
        clock.Advance(TimeSpan.FromMinutes(2));
        (await api.GetAsync("/me")).ShouldBeError(401, "KEY_EXPIRED");
        Assert.Equal(lastUsed, await LastUsedAsync());

        async Task<string?> LastUsedAsync() =>
            (await tenant.Api.GetAsync("/api-keys")).Data.EnumerateArray().Single(row => row.GetProperty("id").GetString() == key.Id.ToString()).GetProperty("lastUsedAt").GetString();
    }

    [Fact]
    public async Task A_key_that_is_both_revoked_and_expired_is_revoked()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var (key, api) = await tenant.AddKeyAsync([Scopes.CallsRead], expiresAt: DateTimeOffset.UnixEpoch);
        (await tenant.Api.DeleteAsync($"/api-keys/{key.Id}")).ShouldBe(HttpStatusCode.NoContent);
        (await api.GetAsync("/me")).ShouldBeError(401, "KEY_REVOKED");
    }
}
