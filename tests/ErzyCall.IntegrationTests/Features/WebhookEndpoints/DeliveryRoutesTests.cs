using System.Net;
using System.Text.Json;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WebhookEndpoints;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Features.WebhookEndpoints;

public sealed class DeliveryRoutesTests(TestRun run)
{
    private static readonly string[] s_fields = ["id", "eventId", "event", "status", "attempts", "nextAttemptAt", "createdAt"];

    [Fact]
    public async Task A_ping_goes_to_the_endpoint_that_is_tried_out_be_it_inactive_and_to_no_other()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (id, path) = await MakeAsync(engine, receiver);
        await MakeAsync(engine, receiver);
        var api = engine.Tenant.Api;
        (await api.PatchAsync(path, new { isActive = false })).ShouldBe(HttpStatusCode.OK);

        var queued = (await api.PostAsync($"{path}/test", null)).ShouldBe(HttpStatusCode.OK).ShouldHave(s_fields);
        var now = engine.Tenant.Now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(
            $$"""{"id":"{{Text(queued, "id")}}","eventId":"{{Text(queued, "eventId")}}","event":"ping","status":"pending","attempts":[],"nextAttemptAt":"{{now}}","createdAt":"{{now}}"}""",
            queued.GetRawText());
        await engine.RunAllAsync();

        var received = Assert.Single(receiver.Received);
        Assert.Equal(Text(queued, "eventId"), received.Id);
        Assert.Equal($$$"""{"event":"ping","timestamp":"{{{now}}}","data":{"webhookId":"{{{id}}}"}}""", received.Json.GetRawText());
        Assert.Equal("ping", received.Headers["X-Webhook-Event"]);
        Assert.Equal("delivered", Text(Assert.Single(await ListAsync(engine, path)), "status"));

        // It is in no feed: what comes after it is the first.
        await engine.Tenant.CreateContactAsync();
        await engine.RunAllAsync();
        Assert.Equal([null, 1], await engine.Server.InDatabaseAsync(db => db.Events.OrderBy(happened => happened.Position).Select(happened => happened.Sequence).ToListAsync()));
    }

    [Fact]
    public async Task A_delivery_shows_its_attempts_oldest_first()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (_, path) = await MakeAsync(engine, receiver);
        receiver.AnswerWith(HttpStatusCode.InternalServerError, "Oh no");
        await engine.Tenant.CreateContactAsync();
        await engine.RunAllAsync();

        var failed = Assert.Single(await ListAsync(engine, path));
        Assert.Equal(s_fields, failed.EnumerateObject().Select(field => field.Name));
        Assert.Equal("pending", Text(failed, "status"));
        Assert.NotNull(Text(failed, "nextAttemptAt"));
        engine.Clock.Advance(TimeSpan.FromSeconds(10));
        receiver.AnswerWith(HttpStatusCode.OK, new string('x', 3_000));
        await engine.RunAllAsync();

        var delivered = Assert.Single(await ListAsync(engine, path));
        Assert.Equal((Text(failed, "id"), "delivered", null), (Text(delivered, "id"), Text(delivered, "status"), Text(delivered, "nextAttemptAt")));
        var attempts = delivered.GetProperty("attempts").EnumerateArray().ToList();
        Assert.All(attempts, attempt => Assert.Equal(["at", "statusCode", "error", "durationMs", "responseBody"], attempt.EnumerateObject().Select(field => field.Name)));
        Assert.Equal(["2026-06-01T10:00:00.000Z", "2026-06-01T10:00:10.000Z"], attempts.Select(attempt => Text(attempt, "at")));
        Assert.Equal([500, 200], attempts.Select(attempt => attempt.GetProperty("statusCode").GetInt32()));
        Assert.Equal(["Oh no", new string('x', 2_048)], attempts.Select(attempt => Text(attempt, "responseBody")));
        Assert.All(attempts, attempt => Assert.Equal((null, JsonValueKind.Number), (Text(attempt, "error"), attempt.GetProperty("durationMs").ValueKind)));
    }

    [Fact]
    public async Task An_attempt_that_runs_shows_only_when_it_began()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (_, path) = await MakeAsync(engine, receiver);
        var seen = new TaskCompletionSource<JsonElement>();
        receiver.Answer = async (_, _) => seen.SetResult(Assert.Single(await ListAsync(engine, path)));
        await engine.Tenant.CreateContactAsync();
        await engine.RunAllAsync();
        Assert.Equal(
            """[{"at":"2026-06-01T10:00:00.000Z","statusCode":null,"error":null,"durationMs":null,"responseBody":null}]""", (await seen.Task).GetProperty("attempts").GetRawText());
    }

    [Fact]
    public async Task Deliveries_are_listed_page_by_page_and_by_status_and_event()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (_, path) = await MakeAsync(engine, receiver, "contact.created", "contact.deleted");
        var (_, other) = await MakeAsync(engine, receiver);
        var api = engine.Tenant.Api;
        for (var i = 0; i < 4; i++)
        {
            engine.Clock.Advance(TimeSpan.FromSeconds(1));
            var contact = await engine.Tenant.CreateContactAsync();
            if (i == 3)
            {
                receiver.AnswerWith(HttpStatusCode.BadRequest);
                (await api.DeleteAsync($"/contacts/{contact}")).ShouldBe(HttpStatusCode.NoContent);
            }

            await engine.RunAllAsync();
        }

        var all = await ListAsync(engine, path);
        Assert.Equal(5, all.Count);
        Assert.Equal(all.OrderByDescending(row => Text(row, "createdAt")).ThenByDescending(row => Text(row, "id")).Select(row => Text(row, "id")), all.Select(row => Text(row, "id")));

        var paged = new List<string?>();
        for (string? cursor = null, next = ""; next is not null; cursor = next)
        {
            var page = (await api.GetAsync($"{path}/deliveries?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}")).ShouldBe(HttpStatusCode.OK);
            paged.AddRange(page.Data.EnumerateArray().Select(row => Text(row, "id")));
            next = Text(page.Json.GetProperty("pagination"), "cursor");
            Assert.Equal(next is not null, page.Json.GetProperty("pagination").GetProperty("hasMore").GetBoolean());
            if (next is not null)
            {
                (await api.GetAsync($"{other}/deliveries?limit=2&cursor={next}")).ShouldBeError(400, "VALIDATION_ERROR", "cursor");
                (await api.GetAsync($"{path}/deliveries?limit=2&status=pending&cursor={next}")).ShouldBeError(400, "VALIDATION_ERROR", "cursor");
            }
        }

        Assert.Equal(all.Select(row => Text(row, "id")), paged);
        await ShouldListAsync("status=delivered", row => Text(row, "status") == "delivered", 3);
        await ShouldListAsync("status=pending", row => Text(row, "status") == "pending", 2);
        await ShouldListAsync("status=failed", _ => false, 0);
        await ShouldListAsync("event=contact.deleted", row => Text(row, "event") == "contact.deleted", 1);
        await ShouldListAsync("event=contact.created&status=delivered", row => Text(row, "event") == "contact.created" && Text(row, "status") == "delivered", 3);
        await ShouldListAsync("event=ping", _ => false, 0);
        (await api.GetAsync($"{path}/deliveries?event=contact.made")).ShouldBeError(400, "VALIDATION_ERROR", "event");
        (await api.GetAsync($"{path}/deliveries?status=dead")).ShouldBeError(400, "VALIDATION_ERROR", "status");

        async Task ShouldListAsync(string filter, Func<JsonElement, bool> isWanted, int count)
        {
            var found = (await api.GetAsync($"{path}/deliveries?{filter}")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray().Select(row => row.GetRawText()).ToList();
            Assert.Equal(all.Where(isWanted).Select(row => row.GetRawText()), found);
            Assert.Equal((filter, count), (filter, found.Count));
        }
    }

    [Fact]
    public async Task A_delivery_is_sent_again_whatever_became_of_it()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (_, path) = await MakeAsync(engine, receiver);
        await engine.Tenant.CreateContactAsync();
        await engine.RunAllAsync();
        var delivered = Assert.Single(await ListAsync(engine, path));

        engine.Clock.Advance(TimeSpan.FromDays(1));
        var again = (await engine.Tenant.Api.PostAsync($"{path}/deliveries/{Text(delivered, "id")}/resend", null)).ShouldBe(HttpStatusCode.OK).ShouldHave(s_fields);
        Assert.Equal((Text(delivered, "id"), "pending", "2026-06-02T10:00:00.000Z", 1), (Text(again, "id"), Text(again, "status"), Text(again, "nextAttemptAt"), again.GetProperty("attempts").GetArrayLength()));
        await engine.RunAllAsync();
        var received = receiver.Received.ToList();
        Assert.Equal(2, received.Count);
        Assert.Equal((received[0].Id, received[0].Json.GetRawText()), (received[1].Id, received[1].Json.GetRawText()));
        var done = Assert.Single(await ListAsync(engine, path));
        Assert.Equal(("delivered", 2), (Text(done, "status"), done.GetProperty("attempts").GetArrayLength()));
    }

    [Fact]
    public async Task A_delivery_that_waits_or_has_failed_begins_the_whole_schedule_anew()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(HttpStatusCode.InternalServerError);
        var (_, path) = await MakeAsync(engine, receiver);
        await engine.Tenant.CreateContactAsync();
        for (var attempt = 0; attempt < 10; attempt++)
        {
            engine.Clock.Advance(TimeSpan.FromHours(6));
            await engine.RunAllAsync();
        }

        // Six hours are enough for the first five attempts only.
        var waiting = Assert.Single(await ListAsync(engine, path));
        var resend = $"{path}/deliveries/{Text(waiting, "id")}/resend";
        (await engine.Tenant.Api.PostAsync(resend, null)).ShouldBe(HttpStatusCode.OK);
        var before = receiver.Received.Count;
        await engine.RunAllAsync();
        Assert.Equal(before + 1, receiver.Received.Count);
        engine.Clock.Advance(TimeSpan.FromSeconds(6.1));
        await engine.RunAllAsync();
        Assert.Equal(before + 2, receiver.Received.Count);

        await engine.Server.ExecuteSqlAsync("UPDATE webhook_deliveries SET status = 'failed', next_attempt_at = NULL, failures = 10");
        Assert.Equal("pending", Text((await engine.Tenant.Api.PostAsync(resend, null)).ShouldBe(HttpStatusCode.OK).Data, "status"));
        receiver.AnswerWith(HttpStatusCode.OK);
        await engine.RunAllAsync();
        Assert.Equal("delivered", Text(Assert.Single(await ListAsync(engine, path)), "status"));
    }

    [Fact]
    public async Task To_an_inactive_endpoint_only_a_ping_is_sent_again()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (_, path) = await MakeAsync(engine, receiver);
        var api = engine.Tenant.Api;
        await engine.Tenant.CreateContactAsync();
        await engine.RunAllAsync();
        var delivery = Text(Assert.Single(await ListAsync(engine, path)), "id");
        var ping = Text((await api.PostAsync($"{path}/test", null)).Data, "id");
        await engine.RunAllAsync();
        (await api.PatchAsync(path, new { isActive = false })).ShouldBe(HttpStatusCode.OK);
        receiver.Received.Clear();

        (await api.PostAsync($"{path}/deliveries/{delivery}/resend", null)).ShouldBeError(422, "INVALID_STATE");
        (await api.PostAsync($"{path}/deliveries/{ping}/resend", null)).ShouldBe(HttpStatusCode.OK);
        await engine.RunAllAsync();
        Assert.Equal("ping", Assert.Single(receiver.Received).Event);
        Assert.All(await ListAsync(engine, path), row => Assert.Equal("delivered", Text(row, "status")));
    }

    [Fact]
    public async Task A_delivery_of_another_endpoint_is_not_found()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (_, path) = await MakeAsync(engine, receiver);
        var (_, other) = await MakeAsync(engine, receiver);
        var delivery = Text((await engine.Tenant.Api.PostAsync($"{path}/test", null)).Data, "id");
        (await engine.Tenant.Api.PostAsync($"{other}/deliveries/{delivery}/resend", null)).ShouldBeError(404, "NOT_FOUND");
        (await engine.Tenant.Api.PostAsync($"{path}/deliveries/{delivery}/resend", null)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_was_not_delivered_since_a_time_is_recovered()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var api = engine.Tenant.Api;
        await engine.Tenant.CreateContactAsync("Before the time");
        engine.Clock.Advance(TimeSpan.FromHours(1));
        var since = engine.Tenant.Now.UtcDateTime.ToString("O");

        // Before there is an endpoint; then one that fails for good, one that is delivered, one while it is switched off, one that waits.
        await engine.Tenant.CreateContactAsync("Never had a delivery");
        await engine.PublishAsync();
        var (_, path) = await MakeAsync(engine, receiver);
        receiver.AnswerWith(HttpStatusCode.InternalServerError);
        await engine.Tenant.CreateContactAsync("Failed");
        await engine.RunAllAsync();
        (await api.PatchAsync(path, new { isActive = false })).ShouldBe(HttpStatusCode.OK);
        await engine.Tenant.CreateContactAsync("While it was off");
        await engine.RunAllAsync();
        (await api.PatchAsync(path, new { isActive = true })).ShouldBe(HttpStatusCode.OK);
        receiver.AnswerWith(HttpStatusCode.OK);
        var contact = await engine.Tenant.CreateContactAsync("Delivered");
        await engine.RunAllAsync();
        receiver.AnswerWith(HttpStatusCode.InternalServerError);
        await engine.Tenant.CreateContactAsync("Waits");
        await engine.RunAllAsync();

        // Neither subscribed to nor anybody's but its endpoint's.
        (await api.PatchAsync($"/contacts/{contact}", new { title = "Updated" })).ShouldBe(HttpStatusCode.OK);
        (await api.PostAsync($"{path}/test", null)).ShouldBe(HttpStatusCode.OK);
        await engine.RunAllAsync();

        // And one that is not published yet: it gets its delivery by being published.
        await engine.Tenant.CreateContactAsync("Unpublished");
        receiver.Received.Clear();
        receiver.AnswerWith(HttpStatusCode.OK);

        var dry = (await api.PostAsync($"{path}/recover", new { since, dryRun = true })).ShouldBe(HttpStatusCode.OK);
        Assert.Equal("""{"data":{"matched":4,"queued":0}}""", dry.Text);
        await engine.Server.RunAsync<WebhookDeliveryJob>();
        Assert.Empty(receiver.Received);

        // At once and again: what is pending, by the first of them or before, is not queued again.
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => api.PostAsync($"{path}/recover", new { since })));
        Assert.All(answers, answer => Assert.Equal(4, answer.ShouldBe(HttpStatusCode.OK).Data.GetProperty("matched").GetInt32()));
        Assert.Equal(3, answers.Sum(answer => answer.Data.GetProperty("queued").GetInt32()));
        await engine.RunAllAsync();
        Assert.Equal(["Failed", "Never had a delivery", "Unpublished", "While it was off"], TitlesOf(receiver));
        Assert.Equal("""{"data":{"matched":1,"queued":0}}""", (await api.PostAsync($"{path}/recover", new { since, dryRun = false })).Text);
        engine.Clock.Advance(TimeSpan.FromSeconds(6));
        await engine.RunAllAsync();
        Assert.Equal(["Failed", "Never had a delivery", "Unpublished", "Waits", "While it was off"], TitlesOf(receiver));
        Assert.Equal("""{"data":{"matched":0,"queued":0}}""", (await api.PostAsync($"{path}/recover", new { since })).Text);

        // From before that time too.
        receiver.Received.Clear();
        Assert.Equal("""{"data":{"matched":1,"queued":1}}""", (await api.PostAsync($"{path}/recover", new { since = "2026-06-01T12:00+02:00" })).Text);
        await engine.RunAllAsync();
        Assert.Equal(["Before the time"], TitlesOf(receiver));
    }

    [Fact]
    public async Task An_inactive_endpoint_recovers_nothing()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        await engine.Tenant.CreateContactAsync();
        await engine.PublishAsync();
        var (_, path) = await MakeAsync(engine, receiver);
        (await engine.Tenant.Api.PatchAsync(path, new { isActive = false })).ShouldBe(HttpStatusCode.OK);
        (await engine.Tenant.Api.PostAsync($"{path}/recover", new { since = "2026-06-01T00:00:00Z" })).ShouldBeError(422, "INVALID_STATE");
        (await engine.Tenant.Api.PostAsync($"{path}/recover", new { since = "2026-06-01T00:00:00Z", dryRun = true })).ShouldBeError(422, "INVALID_STATE");
        Assert.Empty(await ListAsync(engine, path));
    }

    [Fact]
    public async Task More_than_a_batch_is_recovered_and_only_the_callers_own()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var stranger = await engine.Server.CreateTenantAsync();
        var (_, path) = await MakeAsync(engine, receiver);
        foreach (var organization in new[] { engine.Tenant.Organization.Id.Value, stranger.Organization.Id.Value })
        {
            await engine.Server.ExecuteSqlAsync(
                $"""
                 INSERT INTO events (id, organization_id, type, resource_id, data, created_at, is_private, sequence)
                 SELECT gen_random_uuid(), '{organization}', 'contact.created', gen_random_uuid(), 'null', '2026-06-01T09:00:00Z', false, n FROM generate_series(1, 25000) AS n
                 """);
        }

        // Every fifth was delivered, every fourth of the others failed.
        await engine.Server.ExecuteSqlAsync(
            $"""
             INSERT INTO webhook_deliveries (id, organization_id, endpoint_id, event_id, event, resource_id, position, status, attempts, failures, created_at)
             SELECT gen_random_uuid(), organization_id, (SELECT id FROM webhook_endpoints), id, type, resource_id, position, CASE WHEN sequence % 5 = 0 THEN 'delivered' ELSE 'failed' END, '[]', 1, created_at
             FROM events WHERE organization_id = '{engine.Tenant.Organization.Id.Value}' AND (sequence % 5 = 0 OR sequence % 4 = 0)
             """);
        var answer = await engine.Tenant.Api.PostAsync($"{path}/recover", new { since = "2026-06-01T09:00:00Z" });
        Assert.Equal("""{"data":{"matched":20000,"queued":20000}}""", answer.Text);
        var counts = await engine.Server.InDatabaseAsync(db => db.WebhookDeliveries.GroupBy(row => row.Status).Select(status => new { status.Key, Count = status.Count() }).ToDictionaryAsync(row => row.Key, row => row.Count));
        Assert.Equal(new Dictionary<string, int> { ["delivered"] = 5_000, ["pending"] = 20_000 }, counts);
        Assert.Equal(0, await engine.Server.InDatabaseAsync(db => db.WebhookDeliveries.CountAsync(row => row.OrganizationId == stranger.Organization.Id)));
    }

    [Theory]
    [InlineData("""{}""", "since")]
    [InlineData("""{"since":null}""", "since")]
    [InlineData("""{"since":"yesterday"}""", "since")]
    [InlineData("""{"since":"2026-01-15T10:30:00"}""", "since")]
    [InlineData("""{"since":"2999-01-15T10:30:00Z"}""", "since")]
    [InlineData("""{"since":1768473000}""", "since")]
    [InlineData("""{"since":"2026-01-15T10:30:00Z","dryRun":"true"}""", "dryRun")]
    [InlineData("""{"since":"2026-01-15T10:30:00Z","dryrun":true}""", "dryrun")]
    [InlineData("""{"since":"2026-01-15T10:30:00Z","until":"2026-01-15T10:30:00Z"}""", "until")]
    public async Task A_problem_of_a_recovery_is_named(string body, params string[] fields)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var id = await tenant.CreateAsync("/webhooks", new { url = "https://example.com/", events = new[] { "call.ended" } });
        (await tenant.Api.PostAsync($"/webhooks/{id}/recover", body)).ShouldBeError(400, "VALIDATION_ERROR", fields);
    }

    private static async Task<(string Id, string Path)> MakeAsync(WebhookEngine engine, WebhookReceiver receiver, params string[] events)
    {
        var id = await engine.Tenant.CreateAsync("/webhooks", new { url = receiver.Url, events = events is [] ? ["contact.created"] : events });
        return (id, $"/webhooks/{id}");
    }

    private static async Task<List<JsonElement>> ListAsync(WebhookEngine engine, string path) =>
        [.. (await engine.Tenant.Api.GetAsync($"{path}/deliveries")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray()];

    private static string? Text(JsonElement of, string field) => of.GetProperty(field).GetString();

    private static IEnumerable<string> TitlesOf(WebhookReceiver receiver) =>
        receiver.Received.Where(received => received.Event != Ping.Event).Select(received => received.Json.GetProperty("data").GetProperty("title").GetString()!).Order(StringComparer.Ordinal);
}
