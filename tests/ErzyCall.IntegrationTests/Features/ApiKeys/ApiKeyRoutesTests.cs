using System.Net;
using System.Text.Json;
using ErzyCall.Api.Features;
using ErzyCall.Api.Features.ApiKeys;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Features.ApiKeys;

public sealed class ApiKeyRoutesTests(TestRun run)
{
    [Fact]
    public async Task A_new_key_works_and_shows_its_secret_in_the_201_only()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var response = (await tenant.Api.PostAsync("/api-keys", new { name = "CRM", scopes = new[] { "calls:read", "calls:read", "usage:read" }, expiresAt = "2999-01-01T00:00:00Z" })).ShouldBe(HttpStatusCode.Created);
        var key = response.Data;
        var secret = key.GetProperty("secret").GetString()!;
        Assert.Equal(
            $$$"""{"data":{"id":"{{{key.GetProperty("id").GetString()}}}","name":"CRM","scopes":["calls:read","usage:read"],"status":"active","expiresAt":"2999-01-01T00:00:00.000Z","lastUsedAt":null,"createdAt":"{{{key.GetProperty("createdAt").GetString()}}}","secret":"{{{secret}}}"}}""",
            response.Text);
        Assert.Matches("^ek_test_[0-9A-Za-z]{43}$", secret);
        (await run.Shared.CreateApiClient(secret).GetAsync("/calls")).ShouldBe(HttpStatusCode.OK);
        (await run.Shared.CreateApiClient(secret).GetAsync("/phone-numbers")).ShouldBeError(403, "INSUFFICIENT_SCOPE");

        var list = (await tenant.Api.GetAsync("/api-keys")).ShouldBe(HttpStatusCode.OK);
        Assert.DoesNotContain(secret[8..], list.Text, StringComparison.Ordinal);
        Assert.Equal([key.GetProperty("id").GetString(), tenant.Key.Id.ToString()], list.Data.EnumerateArray().Select(row => row.GetProperty("id").GetString()));
        Assert.All(list.Data.EnumerateArray(), row =>
            Assert.Equal(["id", "name", "scopes", "status", "expiresAt", "lastUsedAt", "createdAt"], row.EnumerateObject().Select(member => member.Name)));

        // Nor does the database hold it, in any table.
        var stored = await run.Shared.InDatabaseAsync(db => db.ApiKeys.Where(row => row.OrganizationId == tenant.Organization.Id).Select(row => row.SecretHash).ToListAsync());
        Assert.All(stored, hash => Assert.Equal(32, hash.Length));
    }

    [Fact]
    public async Task The_list_says_which_keys_are_active_expired_and_revoked()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var (expired, _) = await tenant.AddKeyAsync([Scopes.CallsRead], expiresAt: DateTimeOffset.UnixEpoch);
        var (revoked, api) = await tenant.AddKeyAsync([Scopes.CallsRead]);
        var deleted = (await tenant.Api.DeleteAsync($"/api-keys/{revoked.Id}")).ShouldBe(HttpStatusCode.NoContent);
        Assert.Empty(deleted.Text);
        (await api.GetAsync("/me")).ShouldBeError(401, "KEY_REVOKED");
        (await tenant.Api.DeleteAsync($"/api-keys/{revoked.Id}")).ShouldBe(HttpStatusCode.NoContent);

        var statuses = (await tenant.Api.GetAsync("/api-keys")).Data.EnumerateArray().ToDictionary(row => row.GetProperty("id").GetString()!, row => row.GetProperty("status").GetString());
        Assert.Equal(
            new Dictionary<string, string?> { [tenant.Key.Id.ToString()] = "active", [expired.Id.ToString()] = "expired", [revoked.Id.ToString()] = "revoked" }, statuses);
    }

    [Theory]
    [InlineData("calls:write")]
    [InlineData("*")]
    public async Task A_key_cannot_grant_a_scope_that_it_does_not_hold(string scope)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var (_, api) = await tenant.AddKeyAsync([Scopes.ApiKeysWrite, Scopes.CallsRead]);
        var refusal = (await api.PostAsync("/api-keys", new { name = "More", scopes = new[] { "calls:read", scope } })).ShouldBeError(403, "INSUFFICIENT_SCOPE");
        Assert.Equal($"API key lacks required scope: {scope}", refusal.Json.GetProperty("error").GetProperty("message").GetString());
        (await api.PostAsync("/api-keys", new { name = "Less", scopes = new[] { "calls:read" } })).ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("*", "*")]
    [InlineData("api_keys:write", "calls:write")]
    public async Task A_key_cannot_revoke_one_that_holds_more(string mine, string more)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var (own, api) = await tenant.AddKeyAsync([Scopes.ApiKeysWrite, Scopes.CallsRead]);
        var (stronger, strong) = await tenant.AddKeyAsync([mine, more]);
        var (equal, _) = await tenant.AddKeyAsync([Scopes.ApiKeysWrite, Scopes.CallsRead]);
        var (weaker, _) = await tenant.AddKeyAsync([Scopes.CallsRead]);

        foreach (var refused in new[] { stronger.Id, tenant.Key.Id })
        {
            var refusal = (await api.DeleteAsync($"/api-keys/{refused}")).ShouldBeError(403, "INSUFFICIENT_SCOPE");
            Assert.Equal(
                $"API key lacks required scope: {(refused == stronger.Id ? more : "*")}", refusal.Json.GetProperty("error").GetProperty("message").GetString());
        }

        (await strong.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        foreach (var revoked in new[] { equal.Id, weaker.Id, own.Id })
        {
            (await api.DeleteAsync($"/api-keys/{revoked}")).ShouldBe(HttpStatusCode.NoContent);
        }

        (await api.GetAsync("/me")).ShouldBeError(401, "KEY_REVOKED");
    }

    [Fact]
    public async Task A_key_cannot_make_one_that_outlives_it_or_may_send_more()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var (_, api) = await tenant.AddKeyAsync(["*"], new RateLimits(30, 2_000), new DateTimeOffset(2999, 1, 1, 0, 0, 0, TimeSpan.Zero));
        (await api.PostAsync("/api-keys", new { name = "Longer", scopes = new[] { "*" }, expiresAt = "2999-01-01T00:00:00.001Z" })).ShouldBeError(400, "VALIDATION_ERROR", "expiresAt");
        var same = (await api.PostAsync("/api-keys", new { name = "Same", scopes = new[] { "*" } })).ShouldBe(HttpStatusCode.Created).Data;
        Assert.Equal("2999-01-01T00:00:00.000Z", same.GetProperty("expiresAt").GetString());
        var shorter = (await api.PostAsync("/api-keys", new { name = "Shorter", scopes = new[] { "*" }, expiresAt = "2998-01-01T00:00:00Z" })).ShouldBe(HttpStatusCode.Created).Data;
        Assert.Equal("2998-01-01T00:00:00.000Z", shorter.GetProperty("expiresAt").GetString());
        var me = (await run.Shared.CreateApiClient(shorter.GetProperty("secret").GetString()).GetAsync("/me")).Data;
        Assert.Equal("""{"perMinute":30,"perHour":1000}""", me.GetProperty("key").GetProperty("limits").GetRawText());
    }

    [Theory]
    [InlineData("""{}""", "name", "scopes")]
    [InlineData("""{"name":null,"scopes":null}""", "name", "scopes")]
    [InlineData("""{"name":"","scopes":["*"]}""", "name")]
    [InlineData("""{"name":" \t ","scopes":["*"]}""", "name")]
    [InlineData("""{"name":"a\u0000","scopes":["*"]}""", "name")]
    [InlineData("""{"name":"a","scopes":[]}""", "scopes")]
    [InlineData("""{"name":"a","scopes":["calls:read","calls:everything"]}""", "scopes[1]")]
    [InlineData("""{"name":"a","scopes":["calls:read",null]}""", "scopes[1]")]
    [InlineData("""{"name":"a","scopes":["calls:read",1]}""", "scopes[1]")]
    [InlineData("""{"name":"a","scopes":["Calls:Read"]}""", "scopes[0]")]
    [InlineData("""{"name":"a","scopes":"*"}""", "scopes")]
    [InlineData("""{"name":"a","scopes":{"a":"*"}}""", "scopes")]
    [InlineData("""{"name":"a","scopes":["*"],"expiresAt":"2020-01-01T00:00:00Z"}""", "expiresAt")]
    [InlineData("""{"name":"a","scopes":["*"],"expiresAt":"2999-01-01T00:00:00"}""", "expiresAt")]
    [InlineData("""{"name":"a","scopes":["*"],"expiresAt":"tomorrow"}""", "expiresAt")]
    [InlineData("""{"name":"a","scopes":["*"],"expiresAt":4070908800}""", "expiresAt")]
    [InlineData("""{"name":"a","scopes":["*"],"secret":"ek_test_mine"}""", "secret")]
    [InlineData("""{"name":"a","scopes":["*"],"perMinute":1000}""", "perMinute")]
    public async Task A_problem_is_named(string body, params string[] fields)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        (await tenant.Api.PostAsync("/api-keys", body)).ShouldBeError(400, "VALIDATION_ERROR", fields);
    }

    [Fact]
    public async Task A_name_may_have_200_characters_of_any_language()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var name = string.Concat(Enumerable.Repeat("😀", 200));
        (await tenant.Api.PostAsync("/api-keys", new { name = name + "x", scopes = new[] { "*" } })).ShouldBeError(400, "VALIDATION_ERROR", "name");
        var key = (await tenant.Api.PostAsync("/api-keys", new { name, scopes = new[] { "*" } })).ShouldBe(HttpStatusCode.Created).Data;
        Assert.Equal(name, (await run.Shared.CreateApiClient(key.GetProperty("secret").GetString()).GetAsync("/me")).Data.GetProperty("key").GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, key.GetProperty("expiresAt").ValueKind);
    }
}
