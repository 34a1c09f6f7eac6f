using System.Globalization;
using System.Net;
using System.Text.Json;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Calls.Policy;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Features.Audit;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Features.Calls.Policy;

/// <summary>What the calling policy makes of calls. It is Monday, the first of June 2026, 10:00 in UTC, 03:00 in San Francisco.</summary>
public sealed class CallingPolicyTests(TestRun run)
{
    private const string SanFrancisco = "+14155550100";
    private const string NineThere = "2026-06-01T16:00:00.000Z";
    private const string Workdays = """[{"days":["mon","tue","wed","thu","fri"],"from":"09:00","to":"17:00"}]""";

    [Fact]
    public async Task A_call_outside_of_the_hours_waits_until_the_next_open_minute_of_who_is_called()
    {
        await using var engine = await StartAsync($$"""{"hours":{{Workdays}}}""");
        Assert.Equal(NineThere, Time((await PreviewAsync(engine, new { to = SanFrancisco, from = Tenant.From })).GetProperty("dialAt")));

        var call = (await PostAsync(engine, SanFrancisco)).ShouldBe(HttpStatusCode.Created).Data;

        var id = call.GetProperty("id").GetString()!;
        Assert.Equal(("scheduled", null, NineThere), Shown(call));
        Assert.False(call.GetProperty("policyIgnored").GetBoolean());
        await MoveToAsync(engine, "2026-06-01T15:59:59.999Z");
        Assert.Equal("scheduled", (await engine.StateOfAsync(id)).Status);
        await MoveToAsync(engine, NineThere);
        Assert.Equal("ended", (await engine.StateOfAsync(id)).Status);
        Assert.Equal(["call.scheduled", "call.started", "call.ended"], await EventsAsync(engine, id));
        Assert.Null(Time((await engine.Tenant.GetCallAsync(id)).GetProperty("dialAt")));
    }

    [Fact]
    public async Task A_call_inside_of_the_hours_is_new_and_to_be_dialled_at_once()
    {
        await using var engine = await StartAsync($$"""{"hours":{{Workdays}},"timeZone":"Europe/Berlin"}""");
        var call = (await PostAsync(engine, SanFrancisco)).ShouldBe(HttpStatusCode.Created).Data;
        Assert.Equal(("new", null, "2026-06-01T10:00:00.000Z"), Shown(call));
        await engine.RunAllAsync();
        Assert.Equal(["call.started", "call.ended"], await EventsAsync(engine, call.GetProperty("id").GetString()!));
    }

    [Theory]

    // At lunch in San Francisco; on its Saturday night.
    [InlineData("2026-06-03T19:30:00.000Z", "2026-06-03T19:30:00.000Z")]
    [InlineData("2026-06-07T05:00:00.000Z", "2026-06-08T16:00:00.000Z")]
    public async Task A_time_that_is_asked_for_is_kept_and_judged_as_it_is(string scheduledAt, string dialAt)
    {
        await using var engine = await StartAsync($$"""{"hours":{{Workdays}}}""");
        var call = (await PostAsync(engine, SanFrancisco, scheduledAt)).ShouldBe(HttpStatusCode.Created).Data;
        Assert.Equal(("scheduled", scheduledAt, dialAt), Shown(call));

        await engine.Tenant.Api.PatchAsync("/calling-policy", """{"outsideHours":"refuse"}""");
        var refused = await PostAsync(engine, SanFrancisco, scheduledAt);
        Assert.Equal(scheduledAt == dialAt ? HttpStatusCode.Created : HttpStatusCode.UnprocessableEntity, refused.Status);
    }

    [Fact]
    public async Task Where_calls_do_not_wait_they_are_refused_alone_in_a_batch_and_in_a_preview()
    {
        await using var engine = await StartAsync(
            $$"""{"hours":{{Workdays}},"maxPerNumber":{"count":1,"hours":24},"outsideHours":"refuse"}""");
        await engine.BlockAsync("+14155550199");

        (await PostAsync(engine, SanFrancisco)).ShouldBeError(422, "OUTSIDE_CALLING_HOURS");
        (await PostAsync(engine, "+14155550199")).ShouldBeError(403, "CONTACT_OPTED_OUT");
        (await engine.Tenant.Api.PostAsync("/calls", new { to = SanFrancisco, from = "+14155551111" })).ShouldBeError(422, "INVALID_PHONE");
        var batch = (await engine.Tenant.Api.PostAsync("/calls/batch", new
        {
            defaults = new { from = Tenant.From },
            calls = new object[] { new { to = SanFrancisco }, new { to = "+442071234567" } },
        })).ShouldBe(HttpStatusCode.Created).Data;
        Assert.Equal([422, 201], batch.EnumerateArray().Select(item => item.GetProperty("status").GetInt32()));
        Assert.Equal("OUTSIDE_CALLING_HOURS", batch[0].GetProperty("error").GetProperty("code").GetString());

        // London has been called once today, whichever way its number is written.
        await engine.RunAllAsync();
        (await PostAsync(engine, "+4402071234567")).ShouldBeError(422, "CALL_CAP_REACHED");
        var preview = await PreviewAsync(engine, new { to = "+442071234567", from = "+14155551111", scheduledAt = "2026-06-01T20:00:00Z" });
        Assert.Equal(["INVALID_PHONE", "OUTSIDE_CALLING_HOURS", "CALL_CAP_REACHED"], Codes(preview));
        Assert.Equal((false, null), (preview.GetProperty("allowed").GetBoolean(), Time(preview.GetProperty("dialAt"))));

        // The day after it may.
        var tomorrow = await PreviewAsync(engine, new { to = "+442071234567", from = Tenant.From, scheduledAt = "2026-06-02T10:00:00Z" });
        Assert.Equal("2026-06-02T10:00:00.000Z", Time(tomorrow.GetProperty("dialAt")));
    }

    [Fact]
    public async Task A_call_that_ignores_the_policy_is_dialled_and_shows_it()
    {
        await using var engine = await StartAsync($$"""{"hours":{{Workdays}},"outsideHours":"refuse"}""");
        var call = (await engine.Tenant.Api.PostAsync("/calls", new { to = SanFrancisco, from = Tenant.From, ignorePolicy = true }))
            .ShouldBe(HttpStatusCode.Created).Data;
        Assert.Equal(("new", true), (call.GetProperty("status").GetString(), call.GetProperty("policyIgnored").GetBoolean()));
        await engine.Server.RunAsync<JudgeAnewJob>();
        await engine.RunAllAsync();
        var listed = (await engine.Tenant.Api.GetAsync("/calls")).Data[0];
        Assert.Equal(("ended", true), (listed.GetProperty("status").GetString(), listed.GetProperty("policyIgnored").GetBoolean()));
    }

    [Theory]
    [InlineData("wait", "scheduled", null, "call.scheduled")]
    [InlineData("refuse", "error", "outside-calling-hours", "call.failed")]
    public async Task A_call_whose_turn_comes_when_the_hours_are_over_is_not_dialled(
        string outside, string status, string? reason, string happened)
    {
        await using var engine = await StartAsync(
            $$"""{"hours":{{Workdays}},"timeZone":"UTC","outsideHours":"{{outside}}"}""", new TenantOptions { MaxConcurrentCalls = 1 });
        await MoveToAsync(engine, "2026-06-01T16:59:59.000Z");
        var first = await engine.Tenant.PlaceCallAsync();
        await engine.DispatchAsync();
        var second = await engine.Tenant.PlaceCallAsync();
        engine.Clock.Advance(TimeSpan.FromMinutes(1));
        await engine.ReportEndAsync(first);

        await engine.DispatchAsync();

        Assert.Equal((status, reason), await engine.StateOfAsync(second));
        Assert.Equal([happened], await EventsAsync(engine, second));
        Assert.Equal([first], engine.Dialled);
        var call = await engine.Tenant.GetCallAsync(second);
        if (status == "error")
        {
            Assert.Equal(("policy", true), (call.GetProperty("fault").GetString(), call.GetProperty("retryable").GetBoolean()));
            return;
        }

        // It has an hour again from when it may be dialled.
        Assert.Equal("2026-06-02T09:00:00.000Z", Time(call.GetProperty("dialAt")));
        await MoveToAsync(engine, "2026-06-02T09:59:59.000Z");
        Assert.Equal("ended", (await engine.StateOfAsync(second)).Status);
        Assert.Equal(["call.scheduled", "call.started", "call.ended"], await EventsAsync(engine, second));
    }

    [Fact]
    public async Task A_call_that_waited_is_too_late_an_hour_after_it_might_be_dialled()
    {
        await using var engine = await StartAsync($$"""{"hours":{{Workdays}}}""");
        var id = await engine.Tenant.PlaceCallAsync();
        await MoveToAsync(engine, "2026-06-01T17:00:00.000Z");
        Assert.Equal(("error", "deadline-exceeded"), await engine.StateOfAsync(id));
    }

    [Fact]
    public async Task A_change_of_the_policy_gives_no_call_another_deadline()
    {
        await using var engine = await StartAsync($$"""{"hours":{{Workdays}}}""");
        var id = await engine.Tenant.PlaceCallAsync();
        engine.Clock.Advance(TimeSpan.FromHours(7));
        var saturdays = new { hours = new[] { new { days = new[] { "sat" }, from = "09:00", to = "10:00" } } };
        (await engine.Tenant.Api.PatchAsync("/calling-policy", saturdays)).ShouldBe(HttpStatusCode.OK);

        await engine.Server.RunAsync<JudgeAnewJob>();
        await engine.Server.RunAsync<CallDeadlineJob>();
        Assert.Equal(("error", "deadline-exceeded"), await engine.StateOfAsync(id));
    }

    [Fact]
    public async Task Dials_to_one_number_in_whatever_form_are_counted_and_one_more_waits_for_the_oldest()
    {
        await using var engine = await StartAsync("""{"maxPerNumber":{"count":2,"hours":24}}""");
        await DialAsync(engine, "+442071234567");
        await MoveToAsync(engine, "2026-06-01T12:00:00.000Z");
        await DialAsync(engine, "+4402071234567");

        var third = (await PostAsync(engine, "+442071234567")).ShouldBe(HttpStatusCode.Created).Data;
        Assert.Equal(("scheduled", null, "2026-06-02T10:00:00.000Z"), Shown(third));
        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var fourth = await engine.Tenant.PlaceCallAsync("+442071234567");
        await DialAsync(engine, "+442071234568");

        // Both come due, and one is dialled: the other waits for the next that leaves.
        await MoveToAsync(engine, "2026-06-02T10:00:00.000Z");
        Assert.Equal("ended", (await engine.StateOfAsync(third.GetProperty("id").GetString()!)).Status);
        Assert.Equal("2026-06-02T12:00:00.000Z", Time((await engine.Tenant.GetCallAsync(fourth)).GetProperty("dialAt")));
        Assert.Equal(["call.scheduled", "call.scheduled"], await EventsAsync(engine, fourth));
        await MoveToAsync(engine, "2026-06-02T12:00:00.000Z");
        Assert.Equal("ended", (await engine.StateOfAsync(fourth)).Status);
        await engine.Server.RunAsync<PublishEventsJob>();
        (await engine.Tenant.AuditAsync()).ShouldHold();
    }

    [Fact]
    public async Task A_call_that_would_exceed_the_cap_when_its_turn_comes_ends_where_calls_do_not_wait()
    {
        await using var engine = await StartAsync("""{"maxPerNumber":{"count":1,"hours":1},"outsideHours":"refuse"}""");
        var first = await engine.Tenant.PlaceCallAsync();
        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var second = await engine.Tenant.PlaceCallAsync();
        var another = await engine.Tenant.PlaceCallAsync("+14155550101");
        await engine.RunAllAsync();
        Assert.Equal("ended", (await engine.StateOfAsync(first)).Status);
        Assert.Equal(("error", "call-cap-reached"), await engine.StateOfAsync(second));
        Assert.Equal("ended", (await engine.StateOfAsync(another)).Status);
        Assert.Equal("policy", (await engine.Tenant.GetCallAsync(second)).GetProperty("fault").GetString());
        Assert.Equal(["call.failed"], await EventsAsync(engine, second));
    }

    [Fact]
    public async Task Copies_of_the_server_do_not_exceed_the_cap_together()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));
        var options = new TestServerOptions { Postgres = await run.CreateDatabaseAsync(), Clock = clock };
        await using var one = await run.StartServerAsync(options);
        await using var other = await run.StartServerAsync(options);
        var tenant = await one.CreateTenantAsync(new TenantOptions { MaxConcurrentCalls = 100 });
        (await tenant.Api.PatchAsync("/calling-policy", """{"maxPerNumber":{"count":3,"hours":24}}""")).ShouldBe(HttpStatusCode.OK);
        for (var n = 0; n < 60; n++)
        {
            await tenant.PlaceCallAsync(n % 2 == 0 ? "+442071234567" : "+4402071234567");
        }

        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => (n % 2 == 0 ? one : other).RunAsync<CallDispatchJob>()));
        await one.RunAsync<CallDispatchJob>();

        var calls = await one.InDatabaseAsync(db => db.Calls.ToListAsync());
        Assert.Equal(3, calls.Count(call => call.StartedAt is not null));
        Assert.Equal(57, calls.Count(call => call is { Status: "scheduled", StartedAt: null }));
        Assert.Single(calls.Where(call => call.StartedAt is null).Select(call => call.DueAt).Distinct());
    }

    [Fact]
    public async Task When_the_policy_changes_calls_that_wait_are_judged_anew_both_ways()
    {
        await using var engine = await StartAsync("""{"hours":null}""");
        const string Tonight = "2026-06-02T03:00:00.000Z";
        const string Noon = "2026-06-02T19:00:00.000Z";
        var now = await engine.Tenant.PlaceCallAsync();
        var tonight = await ScheduleAsync(engine, Tonight);
        var noon = await ScheduleAsync(engine, Noon);

        // Hours come, and have calls wait.
        await ChangeAsync(engine, $$"""{"hours":{{Workdays}}}""");
        Assert.Equal(("scheduled", NineThere), await WaitsAsync(engine, now));
        Assert.Equal(("scheduled", "2026-06-02T16:00:00.000Z"), await WaitsAsync(engine, tonight));
        Assert.Equal(("scheduled", Noon), await WaitsAsync(engine, noon));

        // They are others, and go again: what was asked for now is new again, and the others have their own time back.
        await ChangeAsync(engine, """{"timeZone":"Asia/Kolkata"}""");
        Assert.Equal(("new", "2026-06-01T10:00:00.000Z"), await WaitsAsync(engine, now));
        await ChangeAsync(engine, """{"timeZone":"recipient"}""");
        engine.Clock.Advance(TimeSpan.FromMinutes(5));
        await ChangeAsync(engine, """{"hours":null}""");
        Assert.Equal(("new", "2026-06-01T10:05:00.000Z"), await WaitsAsync(engine, now));
        Assert.Equal(("scheduled", Tonight), await WaitsAsync(engine, tonight));

        // They refuse, and calls outside of them end at once.
        await ChangeAsync(engine, $$"""{"hours":{{Workdays}},"outsideHours":"refuse"}""");
        Assert.Equal(("error", "outside-calling-hours"), await engine.StateOfAsync(now));
        Assert.Equal(("error", "outside-calling-hours"), await engine.StateOfAsync(tonight));
        Assert.Equal(("scheduled", Noon), await WaitsAsync(engine, noon));

        // Told is when a call begins to wait, and not when it goes on waiting.
        Assert.Equal(["call.scheduled", "call.scheduled", "call.failed"], await EventsAsync(engine, now));
        Assert.Equal(["call.scheduled", "call.failed"], await EventsAsync(engine, tonight));
        Assert.Equal(["call.scheduled"], await EventsAsync(engine, noon));
        Assert.Empty(engine.Dialled);
    }

    [Fact]
    public async Task A_time_of_its_own_that_passed_while_a_call_waited_is_now()
    {
        await using var engine = await StartAsync($$"""{"hours":{{Workdays}}}""");
        var call = await ScheduleAsync(engine, "2026-06-01T11:00:00.000Z");
        await MoveToAsync(engine, "2026-06-01T12:00:00.000Z");
        await ChangeAsync(engine, """{"hours":null}""");
        Assert.Equal(("scheduled", "2026-06-01T12:00:00.000Z"), await WaitsAsync(engine, call));
        await engine.RunAllAsync();
        Assert.Equal("ended", (await engine.StateOfAsync(call)).Status);
    }

    [Fact]
    public async Task Nothing_is_dialled_that_a_policy_does_not_allow_any_more_also_when_nobody_has_judged_it_anew_yet()
    {
        await using var engine = await StartAsync("""{"hours":null}""");
        var call = await engine.Tenant.PlaceCallAsync();
        (await engine.Tenant.Api.PatchAsync("/calling-policy", $$"""{"hours":{{Workdays}}}""")).ShouldBe(HttpStatusCode.OK);

        await engine.DispatchAsync();

        Assert.Equal(("scheduled", NineThere), await WaitsAsync(engine, call));
        Assert.Equal(0, await engine.Server.RunAsync<JudgeAnewJob>());
        Assert.Equal(["call.scheduled"], await EventsAsync(engine, call));
        Assert.Empty(engine.Dialled);
    }

    [Fact]
    public async Task Many_calls_are_judged_anew_in_steps_and_what_a_dead_process_left_is_found()
    {
        await using var engine = await StartAsync("""{"hours":null}""");
        var calls = Enumerable.Range(0, 450).Select(n => new { to = $"+1415555{2000 + n}", from = Tenant.From });
        (await engine.Tenant.Api.PostAsync("/calls/batch", new { calls })).ShouldBe(HttpStatusCode.Created);
        (await engine.Tenant.Api.PatchAsync("/calling-policy", $$"""{"hours":{{Workdays}}}""")).ShouldBe(HttpStatusCode.OK);

        // One step, then another policy before the next.
        Assert.True(await engine.Server.StepAsync<JudgeAnewJob>());
        Assert.Equal(200, await engine.Server.InDatabaseAsync(db => db.Calls.CountAsync(call => call.Status == "scheduled")));
        (await engine.Tenant.Api.PatchAsync("/calling-policy", """{"hours":[{"days":["wed"],"from":"10:00","to":"11:00"}]}"""))
            .ShouldBe(HttpStatusCode.OK);
        Assert.Equal(3, await engine.Server.RunAsync<JudgeAnewJob>());

        var dueAt = await engine.Server.InDatabaseAsync(db => db.Calls.Select(call => call.DueAt).Distinct().ToListAsync());
        Assert.Equal([new DateTimeOffset(2026, 6, 3, 17, 0, 0, TimeSpan.Zero)], dueAt);
        Assert.Equal(450, await engine.Server.InDatabaseAsync(db => db.Events.CountAsync(row => row.Type == "call.scheduled")));
    }

    [Fact]
    public async Task A_batch_that_waits_for_one_opening_calls_a_number_once_for_it()
    {
        await using var engine = await StartAsync($$"""{"hours":{{Workdays}}}""");
        var batch = (await engine.Tenant.Api.PostAsync("/calls/batch", new
        {
            defaults = new { from = Tenant.From, to = SanFrancisco },
            calls = ((string[])["11:00", "14:00", "17:30"]).Select(time => new { scheduledAt = $"2026-06-01T{time}:00Z" }),
        })).ShouldBe(HttpStatusCode.Created).Data;
        Assert.Equal([201, 409, 201], batch.EnumerateArray().Select(item => item.GetProperty("status").GetInt32()));
        Assert.Equal(NineThere, Time(batch[0].GetProperty("data").GetProperty("dialAt")));
    }

    [Fact]
    public async Task A_call_that_waits_can_be_cancelled_and_is_stopped_by_the_ledger()
    {
        await using var engine = await StartAsync($$"""{"hours":{{Workdays}}}""");
        var (cancelled, blocked) = (await engine.Tenant.PlaceCallAsync(), await engine.Tenant.PlaceCallAsync("+14155550101"));
        (await engine.Tenant.Api.PostAsync($"/calls/{cancelled}/cancel", null)).ShouldBe(HttpStatusCode.OK);
        await engine.BlockAsync("+14155550101");
        await MoveToAsync(engine, NineThere);
        Assert.Equal(("cancelled", "manually-canceled"), await engine.StateOfAsync(cancelled));
        Assert.Equal(("error", "contact-opted-out"), await engine.StateOfAsync(blocked));
    }

    [Fact]
    public async Task A_policy_of_hours_costs_a_call_no_statement()
    {
        var recorder = new CommandRecorder();
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Services = services => services.ConfigureDbContext<ErzyCallDbContext>(db => db.AddInterceptors(recorder)),
        });
        var tenant = await server.CreateTenantAsync();
        await tenant.PlaceCallAsync();
        var without = await CountAsync();
        (await tenant.Api.PatchAsync("/calling-policy", $$"""{"hours":{{Workdays}}}""")).ShouldBe(HttpStatusCode.OK);
        Assert.Equal(without, await CountAsync());
        (await tenant.Api.PatchAsync("/calling-policy", """{"maxPerNumber":{"count":3,"hours":24}}""")).ShouldBe(HttpStatusCode.OK);
        Assert.Equal(without + 1, await CountAsync());

        async Task<int> CountAsync()
        {
            recorder.Commands.Clear();
            await tenant.PlaceCallAsync();
            return recorder.Commands.Count;
        }
    }

    private async Task<CallEngine> StartAsync(string policy, TenantOptions? tenant = null)
    {
        var engine = await CallEngine.StartAsync(run, tenant: tenant);
        (await engine.Tenant.Api.PatchAsync("/calling-policy", policy)).ShouldBe(HttpStatusCode.OK);
        return engine;
    }

    private static async Task ChangeAsync(CallEngine engine, string policy)
    {
        (await engine.Tenant.Api.PatchAsync("/calling-policy", policy)).ShouldBe(HttpStatusCode.OK);
        await engine.Server.RunAsync<JudgeAnewJob>();
    }

    private static async Task MoveToAsync(CallEngine engine, string time)
    {
        engine.Clock.Advance(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture) - engine.Clock.GetUtcNow());
        await engine.RunAllAsync();
    }

    private static async Task DialAsync(CallEngine engine, string to)
    {
        var call = await engine.Tenant.PlaceCallAsync(to);
        await engine.RunAllAsync();
        Assert.NotNull(Time((await engine.Tenant.GetCallAsync(call)).GetProperty("startedAt")));
    }

    private static Task<ApiResponse> PostAsync(CallEngine engine, string to, string? scheduledAt = null) =>
        engine.Tenant.Api.PostAsync(
            "/calls", scheduledAt is null ? (object)new { to, from = Tenant.From } : new { to, from = Tenant.From, scheduledAt });

    private static Task<string> ScheduleAsync(CallEngine engine, string scheduledAt) =>
        engine.Tenant.CreateAsync("/calls", new { to = SanFrancisco, from = Tenant.From, scheduledAt });

    private static async Task<JsonElement> PreviewAsync(CallEngine engine, object body) =>
        (await engine.Tenant.Api.PostAsync("/calls/preview", body)).ShouldBe(HttpStatusCode.OK).Data;

    private static (string? Status, string? ScheduledAt, string? DialAt) Shown(JsonElement call) =>
        (call.GetProperty("status").GetString(), Time(call.GetProperty("scheduledAt")), Time(call.GetProperty("dialAt")));

    private static async Task<(string? Status, string? DialAt)> WaitsAsync(CallEngine engine, string id)
    {
        var call = await engine.Tenant.GetCallAsync(id);

        // An hour from there it is too late.
        var row = await engine.Server.InDatabaseAsync(db => db.Calls.SingleAsync(row => row.Id == Id<Call>.Parse(id)));
        Assert.Equal(row.DueAt.AddHours(1), row.DeadlineAt);
        return (call.GetProperty("status").GetString(), Time(call.GetProperty("dialAt")));
    }

    private static async Task<IEnumerable<string>> EventsAsync(CallEngine engine, string id) =>
        (await engine.EventsOfAsync(id)).Select(happened => happened.Type);

    private static IEnumerable<string?> Codes(JsonElement preview) =>
        preview.GetProperty("refusals").EnumerateArray().Select(refusal => refusal.GetProperty("code").GetString());

    private static string? Time(JsonElement time) => time.GetString();
}
