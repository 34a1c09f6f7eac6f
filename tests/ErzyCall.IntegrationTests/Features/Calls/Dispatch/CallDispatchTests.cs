using System.Net;
using System.Text.Json;
using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ErzyCall.IntegrationTests.Features.Calls.Dispatch;

public sealed class CallDispatchTests(TestRun run)
{
    private static readonly (string From, string To)[] s_lawful =
    [
        ("new", "scheduled"), ("new", "processing"), ("new", "cancelled"), ("new", "error"),
        ("scheduled", "new"), ("scheduled", "processing"), ("scheduled", "cancelled"), ("scheduled", "error"),
        ("processing", "ended"), ("processing", "error"),
    ];

    [Fact]
    public async Task The_database_refuses_every_move_that_is_not_lawful()
    {
        await using var engine = await CallEngine.StartAsync(run, new ScriptedCarrier());

        // All columns are set so that only the move itself can be at fault.
        const string Whole = "scheduled_at = now(), started_at = now(), carrier = 'x', ";
        const string Over = "ended_at = now(), ended_reason = 'x', fault = 'none', retryable = false";
        const string NotOver = "ended_at = NULL, ended_reason = NULL, fault = NULL, retryable = NULL";
        string Set(string status) => Whole + (status is "processing" ? "next_look_at = now(), " : "next_look_at = NULL, ") + (status is "ended" or "cancelled" or "error" ? Over : NotOver) + $", status = '{status}'";
        var outcomes = new List<(string, string)>();
        foreach (var from in CallStatus.All)
        {
            foreach (var to in CallStatus.All.Where(to => to != from))
            {
                var id = await engine.Tenant.PlaceCallAsync();
                var where = $" WHERE id = '{Api.Platform.Ids.Id<Call>.Parse(id).Value}'";
                await engine.Server.ExecuteSqlAsync($"ALTER TABLE calls DISABLE TRIGGER calls_guard_moves; UPDATE calls SET {Set(from)}{where}; ALTER TABLE calls ENABLE TRIGGER calls_guard_moves");
                try
                {
                    await engine.Server.ExecuteSqlAsync($"UPDATE calls SET {Set(to)}{where}");
                    outcomes.Add((from, to));
                }
                catch (PostgresException refusal)
                {
                    Assert.Contains($"cannot move from {from} to {to}", refusal.MessageText, StringComparison.Ordinal);
                }
            }
        }

        Assert.Equal(s_lawful.Order(), outcomes.Order());
    }

    [Fact]
    public async Task A_call_has_one_final_event_at_most_whoever_writes_it()
    {
        await using var engine = await CallEngine.StartAsync(run);
        var id = await engine.Tenant.PlaceCallAsync();
        await engine.RunAllAsync();
        var resource = Api.Platform.Ids.Id<Call>.Parse(id).Value;

        foreach (var type in (string[])["call.ended", "call.failed", "call.cancelled"])
        {
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => engine.Server.ExecuteSqlAsync(
                $"""
                 INSERT INTO events (id, organization_id, type, resource_id, data, created_at, is_private)
                 SELECT gen_random_uuid(), organization_id, '{type}', resource_id, data, created_at, false FROM events WHERE resource_id = '{resource}' LIMIT 1
                 """));
            Assert.Equal(PostgresErrorCodes.UniqueViolation, refusal.SqlState);
        }
    }

    [Fact]
    public async Task Events_show_the_call_as_it_stood_at_each_move()
    {
        await using var engine = await CallEngine.StartAsync(run);
        var id = (await engine.Tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From, scheduledAt = engine.Clock.GetUtcNow().AddHours(1), metadata = new { b = "1", a = "2" } }))
            .ShouldBe(HttpStatusCode.Created).Data.GetProperty("id").GetString()!;
        async Task<string> ListedAsync() => (await engine.Tenant.Api.GetAsync("/calls")).Data[0].GetRawText();
        var scheduled = await ListedAsync();
        engine.Clock.Advance(TimeSpan.FromHours(1));
        await engine.DispatchAsync();
        var started = await ListedAsync();
        engine.Clock.Advance(TimeSpan.FromSeconds(1));
        await engine.SimulateAsync();
        var ended = await ListedAsync();

        var events = await engine.EventsOfAsync(id);

        Assert.Equal(["call.scheduled", "call.started", "call.ended"], events.Select(happened => happened.Type));
        Assert.Equal(["scheduled", "processing", "ended"], events.Select(happened => happened.Data.GetProperty("status").GetString()));
        Assert.Equal([scheduled, started], events.Take(2).Select(happened => happened.Data.GetRawText()));
        Assert.Equal(ended, events[2].Data.GetRawText());
    }

    [Fact]
    public async Task A_scheduled_call_waits_for_its_time()
    {
        await using var engine = await CallEngine.StartAsync(run);
        var id = (await engine.Tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From, scheduledAt = engine.Clock.GetUtcNow().AddHours(5) }))
            .ShouldBe(HttpStatusCode.Created).Data.GetProperty("id").GetString()!;

        engine.Clock.Advance(TimeSpan.FromHours(5) - TimeSpan.FromMilliseconds(1));
        await engine.RunAllAsync();
        Assert.Equal(("scheduled", null), await engine.StateOfAsync(id));

        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await engine.RunAllAsync();
        Assert.Equal(("ended", "assistant-ended-call"), await engine.StateOfAsync(id));
    }

    [Theory]
    [InlineData(true, "+14155550100", "+14155550100")]
    [InlineData(false, "+14155550100", "+14155550100")]
    [InlineData(false, "+541123456789", "+5491123456789")]
    [InlineData(true, "+5215512345678", "+525512345678")]
    public async Task A_number_entered_into_the_ledger_in_any_form_after_the_call_was_created_is_not_dialled(bool isScheduled, string to, string entered)
    {
        await using var engine = await CallEngine.StartAsync(run);
        DateTimeOffset? scheduledAt = isScheduled ? engine.Clock.GetUtcNow().AddMinutes(1) : null;
        var body = scheduledAt is null ? (object)new { to, from = Tenant.From } : new { to, from = Tenant.From, scheduledAt };
        var id = (await engine.Tenant.Api.PostAsync("/calls", body)).ShouldBe(HttpStatusCode.Created).Data.GetProperty("id").GetString()!;
        await engine.Tenant.BlockAsync(entered);
        engine.Clock.Advance(TimeSpan.FromMinutes(1));

        await engine.RunAllAsync();

        var call = await engine.Tenant.GetCallAsync(id);
        Assert.Equal(("error", "contact-opted-out", "policy"), (call.GetProperty("status").GetString(), call.GetProperty("endedReason").GetString(), call.GetProperty("fault").GetString()));
        Assert.Equal(JsonValueKind.Null, call.GetProperty("startedAt").ValueKind);
        Assert.Empty(engine.Dialled);
        Assert.Equal("call.failed", (await engine.EventsOfAsync(id))[^1].Type);

        (await engine.Tenant.Api.PostAsync("/calls", new { to, from = Tenant.From })).ShouldBeError(403, "CONTACT_OPTED_OUT");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_could_not_be_dispatched_in_time_is_not_dialled_any_more(bool deadlineJobFirst)
    {
        await using var engine = await CallEngine.StartAsync(run);
        var late = await engine.Tenant.PlaceCallAsync();
        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var inTime = await engine.Tenant.PlaceCallAsync();
        engine.Clock.Advance(TimeSpan.FromMinutes(60) - TimeSpan.FromMilliseconds(1));

        if (deadlineJobFirst)
        {
            await engine.Server.RunAsync<CallDeadlineJob>();
        }

        await engine.RunAllAsync();

        var call = await engine.Tenant.GetCallAsync(late);
        Assert.Equal(
            ("error", "deadline-exceeded", "server", true),
            (call.GetProperty("status").GetString(), call.GetProperty("endedReason").GetString(), call.GetProperty("fault").GetString(), call.GetProperty("retryable").GetBoolean()));
        Assert.Equal("call.failed", Assert.Single(await engine.EventsOfAsync(late)).Type);
        Assert.Equal([inTime], engine.Dialled);
    }

    [Fact]
    public async Task A_call_in_processing_is_given_up_after_its_longest_duration_and_two_minutes()
    {
        await using var engine = await CallEngine.StartAsync(run, new ScriptedCarrier());
        var id = await engine.Tenant.PlaceCallAsync();
        await engine.DispatchAsync();

        engine.Clock.Advance(TimeSpan.FromMinutes(32) - TimeSpan.FromMilliseconds(1));
        await engine.RunAllAsync();
        Assert.Equal(("processing", null), await engine.StateOfAsync(id));
        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await engine.RunAllAsync();

        Assert.Equal(("error", "deadline-exceeded"), await engine.StateOfAsync(id));
        Assert.False((await engine.Tenant.GetCallAsync(id)).GetProperty("retryable").GetBoolean());
    }

    [Fact]
    public async Task An_organization_s_calls_wait_in_order_for_room_and_do_not_hold_up_another_s()
    {
        var carrier = new ScriptedCarrier();
        await using var engine = await CallEngine.StartAsync(run, carrier, new TenantOptions { MaxConcurrentCalls = 2 });
        var ids = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            ids.Add(await engine.Tenant.PlaceCallAsync());
            engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        var other = await engine.Server.CreateTenantAsync();
        var others = await other.PlaceCallAsync();

        await engine.DispatchAsync();
        Assert.Equal([ids[0], ids[1], others], carrier.Placed.Select(order => order.Call.ToString()).Order());

        await engine.ReportEndAsync(ids[1]);
        await engine.DispatchAsync();
        Assert.Equal(ids[2], carrier.Placed.Last().Call.ToString());
        Assert.Equal(4, carrier.Placed.Count);
    }

    [Fact]
    public async Task What_the_carrier_gets_is_the_frozen_script()
    {
        var carrier = new ScriptedCarrier();
        await using var engine = await CallEngine.StartAsync(run, carrier);
        var assistant = await engine.Tenant.AddAsync(engine.Tenant.NewAssistant("Emma"));
        var call = (await engine.Tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From, firstMessage = "Hi {{a}}", variableValues = new { a = "b" }, assistantConfigId = assistant.Id.ToString() })).Data;
        await engine.Server.InDatabaseAsync(db => db.OutboundAssistants.ExecuteUpdateAsync(row => row.SetProperty(changed => changed.Name, "Max")));

        await engine.DispatchAsync();

        var order = Assert.Single(carrier.Placed);
        Assert.Equal((call.GetProperty("id").GetString(), "+14155550100", Tenant.From, "Hi b", "Emma"), (order.Call.ToString(), order.To, order.From, order.FirstMessage, order.Assistant.Name));
        Assert.Equal(TimeSpan.FromMinutes(30), order.MaxDuration);
    }
}
