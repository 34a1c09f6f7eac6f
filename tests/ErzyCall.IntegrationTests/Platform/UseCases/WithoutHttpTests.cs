using System.Net;
using System.Text;
using ErzyCall.Api.Features;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.WebhookEndpoints;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Idempotency;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.RateLimiting;
using ErzyCall.Api.Platform.Tenancy;
using ErzyCall.IntegrationTests.Platform.Idempotency;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static ErzyCall.IntegrationTests.Platform.Idempotency.KeyedRequests;

namespace ErzyCall.IntegrationTests.Platform.UseCases;

/// <summary>All that holds for a request holds for a use case that is called without HTTP.</summary>
public sealed class WithoutHttpTests(TestRun run)
{
    private const string Contact = """{"title":"Ada","phone":"+14155550100"}""";
    private const string Entry = """{"phone":"+14155550101","reason":"Asked us"}""";
    private const string Endpoint = """{"url":"https://hooks.example.com/calls","events":["call.ended"]}""";

    private static readonly string s_batch = $$"""{"calls":[{{Call("+14155550102")}},{{Call("+14155550103")}}]}""";

    /// <summary>Five use cases, with what they are asked for and the scope that each needs.</summary>
    private static readonly (string Scope, Func<SecondCoat, string?, Task<CoatAnswer>> RunAsync)[] s_useCases =
    [
        (Scopes.CallsWrite, (coat, key) => coat.PlaceCallAsync(Call(), key)),
        (Scopes.CallsWrite, (coat, key) => coat.PlaceCallsAsync(s_batch, key)),
        (Scopes.ContactsWrite, (coat, key) => coat.MakeContactAsync(Contact, key)),
        (Scopes.ContactsWrite, (coat, key) => coat.BlockAsync(Entry, key)),
        (Scopes.WebhooksWrite, (coat, key) => coat.MakeEndpointAsync(Endpoint, key)),
    ];

    [Fact]
    public async Task Use_cases_answer_what_they_answer_over_HTTP()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var coat = new SecondCoat(run.Shared, tenant.Caller);

        foreach (var (_, runAsync) in s_useCases)
        {
            Assert.False((await runAsync(coat, null)).ShouldBe(201).IsReplay);
        }

        Assert.Equal((3, 1, 1, 1), await RowsAsync(tenant));
        var placed = await coat.PlaceCallAsync(Call());
        var id = placed.Data.GetProperty("id").GetString()!;
        Assert.Equal($"/api/v1/calls/{id}", placed.Outcome!.Location);
        Assert.Equal((await tenant.Api.GetAsync($"/calls/{id}")).Text, placed.Text);
        Assert.Equal("cancelled", (await coat.CancelCallAsync(id)).Data.GetProperty("status").GetString());
        (await coat.CancelCallAsync(id)).ShouldBeError(422, "INVALID_STATE");

        var contact = (await coat.MakeContactAsync("""{"title":"Grace","phone":"+14155550104"}""")).Data.GetProperty("id").GetString()!;
        Assert.Equal((await tenant.Api.GetAsync($"/contacts/{contact}")).Text, (await coat.ReadContactAsync(contact)).Text);
        (await coat.DeleteContactAsync(contact)).ShouldBe(204);
        (await coat.ReadContactAsync(contact)).ShouldBeError(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Who_lacks_the_scope_is_refused_and_nothing_happens()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var (reader, _) = await tenant.AddKeyAsync([Scopes.CallsRead, Scopes.ContactsRead, Scopes.WebhooksRead]);
        var coat = new SecondCoat(run.Shared, tenant.CallerOf(reader));

        foreach (var (scope, runAsync) in s_useCases)
        {
            foreach (var key in (string?[])[null, "k1"])
            {
                var refusal = (await runAsync(coat, key)).ShouldBeError(403, "INSUFFICIENT_SCOPE");
                Assert.Equal($"API key lacks required scope: {scope}", refusal.Message);
            }
        }

        Assert.Equal((0, 0, 0, 0), await RowsAsync(tenant));
    }

    [Fact]
    public async Task The_limits_are_those_of_the_same_key_over_HTTP()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var (key, api) = await tenant.AddKeyAsync(["*"], new RateLimits(3, 1_000));
        var coat = new SecondCoat(run.Shared, tenant.CallerOf(key));

        (await coat.PlaceCallAsync(Call(), "k1")).ShouldBe(201);
        (await coat.PlaceCallAsync(Call(), "k1")).ShouldBe(201);
        (await api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        var refusal = (await coat.PlaceCallAsync(Call())).ShouldBeError(429, "RATE_LIMITED");

        Assert.InRange(refusal.RetryAfterSeconds!.Value, 1, 120);
        (await api.GetAsync("/me")).ShouldBeError(429, "RATE_LIMITED");
        Assert.Equal((1, 0, 0, 0), await RowsAsync(tenant));
    }

    [Fact]
    public async Task A_key_makes_every_use_case_happen_once()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var coat = new SecondCoat(run.Shared, tenant.Caller);

        foreach (var (_, runAsync) in s_useCases)
        {
            var first = await runAsync(coat, "k1");
            (await runAsync(coat, "k1")).ShouldReplay(first);
        }

        Assert.Equal((3, 1, 1, 1), await RowsAsync(tenant));
        Assert.Equal(s_useCases.Length, (await tenant.CountAsync()).Keys);
        var id = (await coat.PlaceCallAsync(Call(), "k1")).Data.GetProperty("id").GetString()!;
        var cancelled = await coat.CancelCallAsync(id, "k1");
        (await coat.CancelCallAsync(id, "k1")).ShouldReplay(cancelled);
    }

    [Fact]
    public async Task A_key_with_something_else_is_a_mismatch()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var coat = new SecondCoat(run.Shared, tenant.Caller);
        (await coat.PlaceCallAsync(Call(), "k1")).ShouldBe(201);

        (await coat.PlaceCallAsync(Call("+14155550101"), "k1")).ShouldBeError(409, "IDEMPOTENCY_MISMATCH");
        (await coat.PlaceCallAsync("{", "k1")).ShouldBeError(409, "IDEMPOTENCY_MISMATCH");

        Assert.Equal((1, 0, 1), await tenant.CountAsync());
    }

    [Fact]
    public async Task Of_ten_at_once_with_one_key_one_makes_the_call_and_all_get_its_answer()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var coat = new SecondCoat(run.Shared, tenant.Caller);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => coat.PlaceCallAsync(tenant.ScheduledCall(), "k1")));

        var first = Assert.Single(answers, answer => !answer.ShouldBe(201).IsReplay);
        Assert.All(answers, answer => Assert.Equal(first.Text, answer.Text));
        Assert.Equal((1, 1, 1), await tenant.CountAsync());
    }

    [Fact]
    public async Task A_key_is_one_key_by_whichever_coat_it_comes()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var coat = new SecondCoat(run.Shared, tenant.Caller);

        var made = (await coat.PlaceCallAsync(Call(), "made by the coat")).ShouldBe(201);
        var replay = (await tenant.Api.PostAsync("/calls", Call(), "made by the coat")).ShouldBe(HttpStatusCode.Created);
        Assert.Equal("true", replay.Header("Idempotent-Replayed"));
        Assert.Equal(Encoding.UTF8.GetString(made.Body), replay.Text);
        Assert.Equal((made.Location, made.ContentType), (replay.Header("Location"), replay.Header("Content-Type")));

        var first = (await tenant.Api.PostAsync("/calls", Call(), "made by HTTP")).ShouldBeNew();
        var again = await coat.PlaceCallAsync(Call(), "made by HTTP");
        Assert.True(again.ShouldBe(201).IsReplay);
        Assert.Equal(first.Text, again.Text);
        Assert.Equal((first.Header("Location"), first.Header("Content-Type")), (again.Outcome!.Location, again.Outcome.ContentType));
        (await tenant.Api.PostAsync("/calls", Call("+14155550101"), "made by the coat")).ShouldBeError(409, "IDEMPOTENCY_MISMATCH");
        Assert.Equal((2, 0, 2), await tenant.CountAsync());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("k1")]
    public async Task A_call_to_an_opted_out_number_is_recorded_and_its_refusal_kept(string? key)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var coat = new SecondCoat(run.Shared, tenant.Caller);
        await tenant.BlockAsync("+14155550100");

        var refused = await coat.PlaceCallAsync(Call(), key);
        refused.ShouldBe(403);
        Assert.Contains("CONTACT_OPTED_OUT", refused.Text, StringComparison.Ordinal);
        Assert.Equal((1, 1, key is null ? 0 : 1), await tenant.CountAsync());
        if (key is not null)
        {
            (await coat.PlaceCallAsync(Call(), key)).ShouldReplay(refused);
            Assert.Equal(refused.Text, (await tenant.Api.PostAsync("/calls", Call(), key)).ShouldBeError(403, "CONTACT_OPTED_OUT").Text);
            Assert.Equal((1, 1, 1), await tenant.CountAsync());
        }
    }

    [Fact]
    public async Task A_problem_names_its_fields_and_leaves_the_key_free()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var coat = new SecondCoat(run.Shared, tenant.Caller);

        (await coat.PlaceCallAsync("""{"to":"1"}""", "k1")).ShouldBeError(400, "VALIDATION_ERROR", "to", "from");
        (await coat.PlaceCallAsync("""{"scheduledAtt":"tomorrow"}""", "k1")).ShouldBeError(400, "VALIDATION_ERROR", "scheduledAtt");
        (await coat.PlaceCallAsync("""{"to":""", "k1")).ShouldBeError(400, "INVALID_JSON");
        (await coat.PlaceCallAsync("", "k1")).ShouldBeError(400, "INVALID_JSON");
        (await coat.PlaceCallsAsync("""{"calls":[]}""", "k1")).ShouldBeError(400, "VALIDATION_ERROR", "calls");
        Assert.Equal((0, 0, 0), await tenant.CountAsync());

        (await coat.PlaceCallAsync(Call(), "k1")).ShouldBe(201);
    }

    [Fact]
    public async Task What_the_database_refuses_is_the_error_that_HTTP_would_answer()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var coat = new SecondCoat(run.Shared, tenant.Caller);
        await coat.MakeContactAsync(Contact);

        // As after a look that saw nothing yet: the unique index alone decides.
        var taken = await coat.RunAsync(
            async services =>
            {
                services.GetRequiredService<ErzyCallDbContext>().Add(tenant.NewContact("Grace", "+14155550100"));
                await services.GetRequiredService<ErzyCallDbContext>().SaveChangesAsync(TestContext.Current.CancellationToken);
                throw new NotSupportedException("The index has let it pass.");
            },
            Scopes.ContactsWrite,
            "contacts",
            Contact,
            key: "k1");

        taken.ShouldBeError(409, "CONFLICT", "phone");
        Assert.Equal((0, 1, 0, 0), await RowsAsync(tenant));
    }

    [Fact]
    public async Task A_use_case_that_fails_leaves_neither_its_rows_nor_its_key()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var coat = new SecondCoat(run.Shared, tenant.Caller);

        var failed = await coat.RunAsync(
            async services =>
            {
                var db = services.GetRequiredService<ErzyCallDbContext>();
                await db.Database.InTransactionAsync(
                    async () =>
                    {
                        db.Add(tenant.NewContact("Ada", "+14155550100"));
                        return await db.SaveChangesAsync(TestContext.Current.CancellationToken);
                    },
                    TestContext.Current.CancellationToken);
                throw new ApiException(ApiError.InvalidState("Not now"));
            },
            Scopes.ContactsWrite,
            "contacts",
            Contact,
            key: "k1");

        failed.ShouldBeError(422, "INVALID_STATE");
        Assert.Equal((0, 0, 0, 0), await RowsAsync(tenant));
        (await coat.MakeContactAsync(Contact, "k1")).ShouldBe(201);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("k1")]
    public async Task What_a_use_case_may_store_is_bounded(string? key)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var coat = new SecondCoat(run.Shared, tenant.Caller);
        var values = string.Join(',', Enumerable.Range(0, 50).Select(n => $"\"v{n}\":\"{new string('v', 1_000)}\""));
        var calls = string.Join(',', Enumerable.Range(0, 360).Select(n => $$"""{"to":"+1415556{{n:0000}}"}"""));

        var refused = await coat.PlaceCallsAsync(
            $$"""{"defaults":{"variableValues":{{{values}}},"from":"{{Tenant.From}}"},"calls":[{{calls}}]}""", key);

        refused.ShouldBeError(413, "PAYLOAD_TOO_LARGE");
        Assert.Equal((0, 0, 0), await tenant.CountAsync());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("k1")]
    public async Task No_more_batches_run_at_once_than_may(string? key)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var coat = new SecondCoat(run.Shared, tenant.Caller);
        await using (var running = run.Shared.Services.CreateAsyncScope())
        {
            var db = running.ServiceProvider.GetRequiredService<ErzyCallDbContext>();
            await using var transaction = await db.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
            for (var place = 0; place < BatchPlaces.MaxAtOnce; place++)
            {
                // A transaction may hold a lock twice, so each batch has one of its own place.
                var id = $"batch {tenant.Organization.Id}";
                await db.Database.ExecuteSqlAsync(
                    $"SELECT pg_advisory_xact_lock(hashtextextended({id}, {place + 1}))", TestContext.Current.CancellationToken);
            }

            var refusal = (await coat.PlaceCallsAsync(s_batch, key)).ShouldBeError(429, "RATE_LIMITED");
            Assert.Equal(1, refusal.RetryAfterSeconds);
            (await coat.PlaceCallAsync(Call())).ShouldBe(201);
        }

        (await coat.PlaceCallsAsync(s_batch, key)).ShouldBe(201);
    }

    [Fact]
    public async Task A_secret_is_kept_encrypted_and_replayed_only_to_the_key_that_it_was_shown_to()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var (other, _) = await tenant.AddKeyAsync(["*"]);
        var coat = new SecondCoat(run.Shared, tenant.Caller);

        var first = await coat.MakeEndpointAsync(Endpoint, "k1");
        (await coat.MakeEndpointAsync(Endpoint, "k1")).ShouldReplay(first);
        var others = new SecondCoat(run.Shared, tenant.CallerOf(other));
        (await others.MakeEndpointAsync(Endpoint, "k1")).ShouldBeError(409, "IDEMPOTENCY_MISMATCH");

        var record = await run.Shared.InDatabaseAsync(db => db.IdempotencyRecords.OwnedBy(tenant.Caller).SingleAsync());
        Assert.True(record.HoldsSecret);
        var secret = first.Data.GetProperty("secret").GetString()!;
        Assert.DoesNotContain(secret, Encoding.Latin1.GetString(record.Body), StringComparison.Ordinal);
        Assert.False(await run.Shared.Redis().KeyExistsAsync(ReplayCache.Key(tenant.Seen("k1", path: "/api/v1/webhooks"))));
    }

    private static async Task<(int Calls, int Contacts, int Entries, int Endpoints)> RowsAsync(Tenant tenant) =>
        await tenant.Server.InDatabaseAsync(async db => (
            await db.Calls.OwnedBy(tenant.Caller).CountAsync(),
            await db.Contacts.OwnedBy(tenant.Caller).CountAsync(),
            await db.DoNotCallEntries.OwnedBy(tenant.Caller).CountAsync(),
            await db.WebhookEndpoints.OwnedBy(tenant.Caller).CountAsync()));
}
