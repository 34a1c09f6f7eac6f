using System.Net;
using System.Text;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Idempotency;
using ErzyCall.Api.Platform.Tenancy;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using static ErzyCall.IntegrationTests.Platform.Idempotency.KeyedRequests;

namespace ErzyCall.IntegrationTests.Platform.Idempotency;

public sealed class ReplayTests(TestRun run)
{
    public static TheoryData<string> RedisKinds => TestRun.RedisKinds;

    [Theory]
    [MemberData(nameof(RedisKinds))]
    public async Task A_retry_gets_the_first_answer_byte_for_byte_with_the_copy_in_Redis_and_without_it(string redisKind)
    {
        var server = await run.SharedOn(redisKind);
        var tenant = await server.CreateTenantAsync();
        var copy = ReplayCache.Key(tenant.Seen("k1"));
        var body = tenant.ScheduledCall();

        var first = (await tenant.Api.PostAsync("/calls", body, "k1")).ShouldBeNew();
        Assert.StartsWith("/api/v1/calls/call_", first.Header("Location"), StringComparison.Ordinal);
        Assert.False(await server.Redis().KeyExistsAsync(copy));
        (await tenant.Api.PostAsync("/calls", body, "k1")).ShouldReplay(first);
        Assert.InRange((await server.Redis().KeyTimeToLiveAsync(copy))!.Value, TimeSpan.FromHours(23), TimeSpan.FromHours(24));

        // A copy that says otherwise would be believed: it is Redis that answers.
        await server.InDatabaseAsync(db => db.IdempotencyRecords.OwnedBy(tenant.Caller).ExecuteDeleteAsync());
        (await tenant.Api.PostAsync("/calls", body, "k1")).ShouldReplay(first);
        Assert.Equal((1, 1, 0), await tenant.CountAsync());
    }

    [Theory]
    [MemberData(nameof(RedisKinds))]
    public async Task A_copy_that_cannot_be_read_is_no_copy(string redisKind)
    {
        var server = await run.SharedOn(redisKind);
        var tenant = await server.CreateTenantAsync();
        var first = (await tenant.Api.PostAsync("/calls", Call(), "k1")).ShouldBeNew();

        foreach (var garbage in (string[])["not json", "null", "[]", "{}", """{"status":"x"}"""])
        {
            await server.Redis().StringSetAsync(ReplayCache.Key(tenant.Seen("k1")), garbage);
            (await tenant.Api.PostAsync("/calls", Call(), "k1")).ShouldReplay(first);
        }
    }

    [Fact]
    public async Task An_empty_query_is_no_other_query()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        Assert.Equal(tenant.Seen("k1").Fingerprint, tenant.Seen("k1", query: "?").Fingerprint);
        Assert.NotEqual(tenant.Seen("k1").Fingerprint, tenant.Seen("k1", query: "?x").Fingerprint);
    }

    [Theory]
    [InlineData("another body", """{"to":"+14155550101","from":"+14155559999"}""", "")]
    [InlineData("the same in other bytes", """{"to": "+14155550100","from":"+14155559999"}""", "")]
    [InlineData("another query", """{"to":"+14155550100","from":"+14155559999"}""", "?x=1")]
    [InlineData("not even JSON", "{", "")]
    public async Task The_key_with_something_else_is_a_mismatch(string what, string body, string query)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var first = (await tenant.Api.PostAsync("/calls", Call(), what)).ShouldBeNew();

        (await tenant.Api.PostAsync($"/calls{query}", body, what)).ShouldBeError(409, "IDEMPOTENCY_MISMATCH");
        await run.Shared.Redis().KeyDeleteAsync(ReplayCache.Key(tenant.Seen(what)));
        (await tenant.Api.PostAsync($"/calls{query}", body, what)).ShouldBeError(409, "IDEMPOTENCY_MISMATCH");

        (await tenant.Api.PostAsync("/calls", Call(), what)).ShouldReplay(first);
        Assert.Equal(1, (await tenant.CountAsync()).Calls);
    }

    [Fact]
    public async Task The_key_means_something_of_its_own_on_each_path_and_in_each_organization()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var other = await run.Shared.CreateTenantAsync();

        var first = (await tenant.Api.PostAsync("/calls", Call(), "same")).ShouldBeNew();
        var elsewhere = (await other.Api.PostAsync("/calls", Call("+14155550101"), "same")).ShouldBeNew();
        Assert.NotEqual(first.Text, elsewhere.Text);
        var preview = (await tenant.Api.PostAsync("/calls/preview", Call("+14155550101"), "same")).ShouldBe(HttpStatusCode.OK);
        Assert.Null(preview.Header("Idempotent-Replayed"));
        var cancelled = (await tenant.Api.PostAsync($"/calls/{first.Data.GetProperty("id").GetString()}/cancel", null, "same")).ShouldBe(HttpStatusCode.OK);
        Assert.Null(cancelled.Header("Idempotent-Replayed"));
        Assert.Equal((1, 1, 3), await tenant.CountAsync());
        Assert.Equal((1, 0, 1), await other.CountAsync());
    }

    [Fact]
    public async Task The_key_is_the_organizations_and_not_the_API_keys()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var (_, colleague) = await tenant.AddKeyAsync(["calls:write"]);

        var first = (await tenant.Api.PostAsync("/calls", Call(), "k1")).ShouldBeNew();

        (await colleague.PostAsync("/calls", Call(), "k1")).ShouldReplay(first);
    }

    [Fact]
    public async Task A_replay_asks_for_the_scope_first()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var (_, reader) = await tenant.AddKeyAsync(["calls:read"]);
        (await tenant.Api.PostAsync("/calls", Call(), "k1")).ShouldBeNew();

        (await reader.PostAsync("/calls", Call(), "k1")).ShouldBeError(403, "INSUFFICIENT_SCOPE");
    }

    [Theory]
    [InlineData("""{"to":"+14155550100",""", 400, "INVALID_JSON")]
    [InlineData("""{"to":"4155550100","from":"+14155559999"}""", 400, "VALIDATION_ERROR")]
    [InlineData("""{"to":"+14155550100","from":"+14155559999","contactId":"call_1"}""", 400, "INVALID_ID")]
    [InlineData("""{"to":"+14155550100","from":"+14155559999","contactId":"contact_01hzzzzzzze00000000000000z"}""", 404, "NOT_FOUND")]
    [InlineData("""{"to":"+14155550100","from":"+14155550000"}""", 422, "INVALID_PHONE")]
    public async Task A_refused_request_leaves_the_key_to_the_mended_one(string body, int status, string code)
    {
        var tenant = await run.Shared.CreateTenantAsync();

        for (var attempt = 0; attempt < 2; attempt++)
        {
            var refused = (await tenant.Api.PostAsync("/calls", body, "k1")).ShouldBe((HttpStatusCode)status);
            Assert.Equal(code, refused.Json.GetProperty("error").GetProperty("code").GetString());
            Assert.Null(refused.Header("Idempotent-Replayed"));
        }

        Assert.Equal((0, 0, 0), await tenant.CountAsync());
        var mended = (await tenant.Api.PostAsync("/calls", Call(), "k1")).ShouldBeNew();
        (await tenant.Api.PostAsync("/calls", Call(), "k1")).ShouldReplay(mended);
    }

    [Fact]
    public async Task A_refused_call_to_an_opted_out_number_is_recorded_once_and_its_refusal_replayed()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        await tenant.BlockAsync("+14155550100");

        var first = (await tenant.Api.PostAsync("/calls", Call(), "k1")).ShouldBeError(403, "CONTACT_OPTED_OUT");
        (await tenant.Api.PostAsync("/calls", Call(), "k1")).ShouldReplay(first);
        await run.Shared.Redis().KeyDeleteAsync(ReplayCache.Key(tenant.Seen("k1")));
        (await tenant.Api.PostAsync("/calls", Call(), "k1")).ShouldReplay(first);
        (await tenant.Api.PostAsync("/calls", Call("+14155550101"), "k1")).ShouldBeError(409, "IDEMPOTENCY_MISMATCH");

        Assert.Equal((1, 1, 1), await tenant.CountAsync());
        var call = Assert.Single((await tenant.Api.GetAsync("/calls")).Data.EnumerateArray());
        Assert.Equal(("error", "contact-opted-out"), (call.GetProperty("status").GetString(), call.GetProperty("endedReason").GetString()));
    }

    [Fact]
    public async Task A_cancellation_is_replayed_where_a_second_one_would_be_refused()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var path = $"/calls/{await tenant.PlaceCallAsync()}/cancel";

        var first = (await tenant.Api.PostAsync(path, null, "k1")).ShouldBe(HttpStatusCode.OK);
        Assert.Equal("cancelled", first.Data.GetProperty("status").GetString());
        (await tenant.Api.PostAsync(path, null, "k1")).ShouldReplay(first);
        (await tenant.Api.PostAsync(path, null, "k2")).ShouldBeError(422, "INVALID_STATE");
        Assert.Equal((1, 1, 1), await tenant.CountAsync());
    }

    [Fact]
    public async Task A_preview_is_kept_as_it_was()
    {
        var tenant = await run.Shared.CreateTenantAsync();

        var first = (await tenant.Api.PostAsync("/calls/preview", Call(), "k1")).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.PostAsync("/calls/preview", Call(), "k1")).ShouldReplay(first);
        Assert.Equal((0, 0, 1), await tenant.CountAsync());
    }

    [Fact]
    public async Task A_response_with_a_secret_is_replayed_by_every_copy_but_lies_encrypted_and_never_in_Redis()
    {
        var database = await run.CreateDatabaseAsync();
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = database });
        await using var copy = await run.StartServerAsync(new TestServerOptions { Postgres = database });
        var tenant = await server.CreateTenantAsync();
        var body = new { name = "A key", scopes = (string[])["calls:read"] };

        var first = (await tenant.Api.PostAsync("/api-keys", body, "k1")).ShouldBeNew();
        var secret = first.Data.GetProperty("secret").GetString()!;
        (await tenant.Api.PostAsync("/api-keys", body, "k1")).ShouldReplay(first);
        (await copy.CreateApiClient(tenant.Secret).PostAsync("/api-keys", body, "k1")).ShouldReplay(first);
        (await tenant.Api.PostAsync("/api-keys", new { name = "B key", scopes = (string[])["calls:read"] }, "k1")).ShouldBeError(409, "IDEMPOTENCY_MISMATCH");

        var record = await server.InDatabaseAsync(db => db.IdempotencyRecords.SingleAsync());
        Assert.True(record.HoldsSecret);
        Assert.DoesNotContain(secret[^20..], Encoding.Latin1.GetString(record.Body), StringComparison.Ordinal);
        Assert.False(await server.Redis().KeyExistsAsync(ReplayCache.Key(tenant.Seen("k1", path: "/api/v1/api-keys"))));
    }

    [Fact]
    public async Task A_secret_is_replayed_to_no_other_API_key_than_the_one_that_it_was_shown_to()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var body = new { name = "Root", scopes = (string[])["*"] };
        (await tenant.Api.PostAsync("/api-keys", body, "k1")).ShouldBeNew();
        var (_, lesser) = await tenant.AddKeyAsync(["api_keys:write"]);

        var stolen = await lesser.PostAsync("/api-keys", body, "k1");

        stolen.ShouldBeError(409, "IDEMPOTENCY_MISMATCH");
        Assert.DoesNotContain("ek_test_", stolen.Text, StringComparison.Ordinal);
    }

    public static TheoryData<string, string[]> BadKeys => new()
    {
        { "too long", [new string('k', 256)] },
        { "too long inside its quotes", [$"\"{new string('k', 256)}\""] },
        { "not ASCII", ["clé"] },
        { "not printable", ["a\tb"] },
        { "empty quotes", ["\"\""] },
        { "an open quote", ["\"abc"] },
        { "two headers", ["a", "b"] },
        { "the same header twice", ["a", "a"] },
    };

    [Theory]
    [MemberData(nameof(BadKeys))]
    public async Task A_bad_key_is_refused_before_anything_happens(string what, string[] keys)
    {
        Assert.NotEmpty(what);
        var tenant = await run.Shared.CreateTenantAsync();

        var response = await tenant.Api.PostAsync("/calls", Call(), [.. keys.Select(key => ("Idempotency-Key", key))]);

        response.ShouldBeError(400, "VALIDATION_ERROR", "Idempotency-Key");
        Assert.Equal((0, 0, 0), await tenant.CountAsync());
    }

    [Theory]
    [InlineData("key 1", "\"key 1\"")]
    [InlineData("a\"b\\c", "\"a\\\"b\\\\c\"")]
    public async Task The_quoted_key_is_the_key_without_its_quotes(string plain, string quoted)
    {
        var tenant = await run.Shared.CreateTenantAsync();

        var first = (await tenant.Api.PostAsync("/calls", Call(), quoted)).ShouldBeNew();

        (await tenant.Api.PostAsync("/calls", Call(), plain)).ShouldReplay(first);
    }

    [Fact]
    public async Task The_longest_key_is_a_key_and_on_a_GET_it_means_nothing()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var key = new string('~', 255);

        var first = (await tenant.Api.PostAsync("/calls", Call(), key)).ShouldBeNew();
        (await tenant.Api.PostAsync("/calls", Call(), key)).ShouldReplay(first);
        Assert.Null((await tenant.Api.GetAsync("/calls", ("Idempotency-Key", key))).ShouldBe(HttpStatusCode.OK).Header("Idempotent-Replayed"));
    }

    [Fact]
    public async Task A_replay_counts_against_the_rate_limit_and_says_what_is_left()
    {
        var tenant = await run.Shared.CreateTenantAsync(new TenantOptions { Limits = new RateLimits(4, 1_000) });

        var first = (await tenant.Api.PostAsync("/calls", Call(), "k1")).ShouldBeNew();
        Assert.Equal("3", first.Header("X-RateLimit-Remaining"));
        for (var left = 2; left >= 0; left--)
        {
            var replay = await tenant.Api.PostAsync("/calls", Call(), "k1");
            replay.ShouldReplay(first);
            Assert.Equal($"{left}", replay.Header("X-RateLimit-Remaining"));
        }

        (await tenant.Api.PostAsync("/calls", Call(), "k1")).ShouldBeError(429, "RATE_LIMITED");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_key_is_free_again_after_24_hours_whatever_Redis_still_holds(bool copyStays)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 15, 10, 30, 0, TimeSpan.Zero));
        await using var server = await run.StartServerAsync(new TestServerOptions { Clock = clock });
        var tenant = await server.CreateTenantAsync();
        var copy = ReplayCache.Key(tenant.Seen("k1"));
        var first = (await tenant.Api.PostAsync("/calls", Call(), "k1")).ShouldBeNew();
        (await tenant.Api.PostAsync("/calls", Call(), "k1")).ShouldReplay(first);

        clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        (await tenant.Api.PostAsync("/calls", Call(), "k1")).ShouldReplay(first);
        Assert.True(copyStays ? await server.Redis().KeyPersistAsync(copy) : await server.Redis().KeyDeleteAsync(copy));

        clock.Advance(TimeSpan.FromMilliseconds(1));
        var second = (await tenant.Api.PostAsync("/calls", Call("+14155550101"), "k1")).ShouldBeNew();
        (await tenant.Api.PostAsync("/calls", Call("+14155550101"), "k1")).ShouldReplay(second);
        Assert.Equal((2, 0, 1), await tenant.CountAsync());
    }

    [Fact]
    public async Task Keys_that_have_expired_are_forgotten_in_batches_and_no_others()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 15, 10, 30, 0, TimeSpan.Zero));
        await using var server = await run.StartServerAsync(new TestServerOptions { Clock = clock });
        var tenant = await server.CreateTenantAsync();
        (await tenant.Api.PostAsync("/calls", Call(), "old")).ShouldBeNew();
        await server.InDatabaseAsync(db => db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO idempotency_records (organization_id, request_hash, fingerprint, status, body, holds_secret, expires_at)
             SELECT organization_id, int4send(n), fingerprint, status, body, holds_secret, expires_at - interval '1 second'
             FROM idempotency_records, generate_series(1, 5000) AS n
             """));
        clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        var young = (await tenant.Api.PostAsync("/calls", Call(), "young")).ShouldBeNew();

        Assert.Equal(1, await server.RunAsync<PurgeStoredResponsesJob>());
        Assert.Equal(2, (await tenant.CountAsync()).Keys);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, await server.RunAsync<PurgeStoredResponsesJob>());
        Assert.Equal((2, 0, 1), await tenant.CountAsync());
        (await tenant.Api.PostAsync("/calls", Call(), "young")).ShouldReplay(young);
    }
}
