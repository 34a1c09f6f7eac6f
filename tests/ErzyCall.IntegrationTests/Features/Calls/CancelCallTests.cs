using System.Net;
using System.Text.Json;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.Calls;

public sealed class CancelCallTests(TestRun run)
{
    private static readonly TimeSpan s_reportGrace = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_that_is_not_dialled_yet_is_cancelled_at_once_and_never_dialled(bool isScheduled)
    {
        await using var engine = await CallEngine.StartAsync(run);
        var id = await PlaceAsync(engine, isScheduled ? engine.Clock.GetUtcNow().AddMinutes(1) : null);

        var answer = await engine.Tenant.Api.PostAsync($"/calls/{id}/cancel", null);

        var call = answer.ShouldBe(HttpStatusCode.OK).Data;
        Assert.Equal(
            ("cancelled", "manually-canceled", "none", false),
            (call.GetProperty("status").GetString(), call.GetProperty("endedReason").GetString(), call.GetProperty("fault").GetString(), call.GetProperty("retryable").GetBoolean()));
        Assert.Equal(JsonValueKind.Null, call.GetProperty("startedAt").ValueKind);
        Assert.Equal(JsonValueKind.Null, call.GetProperty("duration").ValueKind);
        Assert.Equal(call.GetRawText(), (await engine.Tenant.GetCallAsync(id)).GetRawText());

        engine.Clock.Advance(TimeSpan.FromMinutes(2));
        await engine.RunAllAsync();

        Assert.Empty(engine.Dialled);
        Assert.Equal(isScheduled ? ["call.scheduled", "call.cancelled"] : ["call.cancelled"], (await engine.EventsOfAsync(id)).Select(happened => happened.Type));
    }

    [Theory]
    [InlineData("+14155550100", "ended")]
    [InlineData("+14155550006", "error")]
    [InlineData(null, "cancelled")]
    public async Task A_call_that_is_over_cannot_be_cancelled(string? to, string status)
    {
        await using var engine = await CallEngine.StartAsync(run);
        var id = await engine.Tenant.PlaceCallAsync(to ?? "+14155550100");
        if (to is null)
        {
            (await engine.Tenant.Api.PostAsync($"/calls/{id}/cancel", null)).ShouldBe(HttpStatusCode.OK);
        }

        await engine.RunAllAsync();
        var before = await engine.Tenant.GetCallAsync(id);
        Assert.Equal(status, before.GetProperty("status").GetString());

        (await engine.Tenant.Api.PostAsync($"/calls/{id}/cancel", null)).ShouldBeError(422, "INVALID_STATE");

        Assert.Equal(before.GetRawText(), (await engine.Tenant.GetCallAsync(id)).GetRawText());
    }

    [Fact]
    public async Task A_call_of_another_organization_or_of_none_cannot_be_cancelled()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var other = await run.Shared.CreateTenantAsync();
        var id = await other.PlaceCallAsync();

        (await tenant.Api.PostAsync($"/calls/{id}/cancel", null)).ShouldBeError(404, "NOT_FOUND");
        (await tenant.Api.PostAsync("/calls/call_x/cancel", null)).ShouldBeError(400, "INVALID_ID");

        Assert.Equal("new", (await other.GetCallAsync(id)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_call_under_way_is_hung_up_and_ends_as_cancelled_with_what_was_said()
    {
        await using var engine = await CallEngine.StartAsync(run, speed: 1);
        var id = await engine.Tenant.PlaceCallAsync();
        await engine.DispatchAsync();
        engine.Clock.Advance(TimeSpan.FromSeconds(3));
        await engine.SimulateAsync();
        engine.Clock.Advance(TimeSpan.FromSeconds(5));

        var answer = await engine.Tenant.Api.PostAsync($"/calls/{id}/cancel", null);
        Assert.Equal("processing", answer.ShouldBe(HttpStatusCode.OK).Data.GetProperty("status").GetString());
        (await engine.Tenant.Api.PostAsync($"/calls/{id}/cancel", null)).ShouldBe(HttpStatusCode.OK);
        await engine.RunAllAsync();

        var call = await engine.Tenant.GetCallAsync(id);
        Assert.Equal(("ended", "manually-canceled"), (call.GetProperty("status").GetString(), call.GetProperty("endedReason").GetString()));
        Assert.Equal(5, call.GetProperty("duration").GetInt32());
        Assert.Equal([0.4, 4.2], call.GetProperty("transcript").EnumerateArray().Select(turn => turn.GetProperty("offset").GetDouble()));
        Assert.Equal(["call.started", "call.ended"], (await engine.EventsOfAsync(id)).Select(happened => happened.Type));
    }

    [Fact]
    public async Task A_call_cancelled_while_it_rings_ends_without_a_conversation()
    {
        await using var engine = await CallEngine.StartAsync(run, speed: 1);
        var id = await engine.Tenant.PlaceCallAsync();
        await engine.DispatchAsync();

        await engine.Tenant.Api.PostAsync($"/calls/{id}/cancel", null);
        await engine.RunAllAsync();

        var call = await engine.Tenant.GetCallAsync(id);
        Assert.Equal(("ended", "manually-canceled"), (call.GetProperty("status").GetString(), call.GetProperty("endedReason").GetString()));
        Assert.Equal(JsonValueKind.Null, call.GetProperty("duration").ValueKind);
        Assert.Equal("[]", call.GetProperty("transcript").GetRawText());
    }

    [Fact]
    public async Task A_carrier_that_does_not_hear_is_told_again_until_it_does()
    {
        var carrier = new ScriptedCarrier();
        await using var engine = await CallEngine.StartAsync(run, carrier);
        var id = await CancelledUnderWayAsync(engine);
        carrier.WhenToldToHangUp = _ => throw new IOException("No route to the carrier");

        await engine.Server.RunAsync<HangUpJob>();
        await engine.Server.RunAsync<HangUpJob>();
        Assert.Single(carrier.ToldToHangUp);

        // Its deadline is still the conversation's: nobody has hung up.
        engine.Clock.Advance(s_reportGrace + TimeSpan.FromSeconds(1));
        await engine.Server.RunAsync<CallDeadlineJob>();
        await engine.Server.RunAsync<HangUpJob>();
        Assert.Equal(2, carrier.ToldToHangUp.Count);
        Assert.Equal(("processing", null), await engine.StateOfAsync(id));

        carrier.WhenToldToHangUp = _ => Task.FromResult(true);
        engine.Clock.Advance(TimeSpan.FromSeconds(11));
        await engine.Server.RunAsync<HangUpJob>();
        engine.Clock.Advance(TimeSpan.FromSeconds(11));
        await engine.Server.RunAsync<HangUpJob>();
        Assert.Equal(3, carrier.ToldToHangUp.Count);
        await engine.ReportEndAsync(id);

        Assert.Equal(("ended", "manually-canceled"), await engine.StateOfAsync(id));
    }

    [Fact]
    public async Task A_carrier_that_does_not_know_the_call_has_nothing_to_hang_up()
    {
        var carrier = new ScriptedCarrier { WhenToldToHangUp = _ => Task.FromResult(false), WhenAsked = _ => Task.FromResult(false) };
        await using var engine = await CallEngine.StartAsync(run, carrier);
        var id = await CancelledUnderWayAsync(engine);
        await engine.RunAllAsync();

        engine.Clock.Advance(s_reportGrace);
        await engine.RunAllAsync();

        Assert.Single(carrier.ToldToHangUp);
        Assert.Equal(("ended", "manually-canceled"), await engine.StateOfAsync(id));
    }

    [Fact]
    public async Task A_carrier_that_hangs_when_it_is_told_does_not_hold_the_job()
    {
        var carrier = new ScriptedCarrier { WhenToldToHangUp = _ => new TaskCompletionSource<bool>().Task };
        await using var engine = await CallEngine.StartAsync(run, carrier);
        await CancelledUnderWayAsync(engine);

        var job = engine.Server.RunAsync<HangUpJob>();
        await Local.Patience.UntilAsync("the carrier is told", () => !carrier.ToldToHangUp.IsEmpty);
        engine.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(1, await job.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_hang_up_whose_report_never_comes_ends_the_call_after_the_grace()
    {
        await using var engine = await CallEngine.StartAsync(run, new ScriptedCarrier());
        var id = await CancelledUnderWayAsync(engine);
        await engine.RunAllAsync();

        engine.Clock.Advance(s_reportGrace - TimeSpan.FromMilliseconds(1));
        await engine.RunAllAsync();
        Assert.Equal(("processing", null), await engine.StateOfAsync(id));

        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await engine.RunAllAsync();
        Assert.Equal(("ended", "manually-canceled"), await engine.StateOfAsync(id));
        Assert.Equal(["call.started", "call.ended"], (await engine.EventsOfAsync(id)).Select(happened => happened.Type));
    }

    [Fact]
    public async Task A_call_cancelled_before_its_submission_is_recorded_is_hung_up_afterwards()
    {
        var carrier = new ScriptedCarrier();
        await using var engine = await CallEngine.StartAsync(run, carrier);
        var id = await engine.Tenant.PlaceCallAsync();
        var placing = new TaskCompletionSource<SubmitResult>();
        carrier.WhenPlaced = _ => placing.Task;
        var dispatch = engine.DispatchAsync();
        await Local.Patience.UntilAsync("the carrier is asked to dial", () => !carrier.Placed.IsEmpty);

        await engine.Tenant.Api.PostAsync($"/calls/{id}/cancel", null);
        await engine.Server.RunAsync<HangUpJob>();
        Assert.Empty(carrier.ToldToHangUp);
        placing.SetResult(SubmitResult.Accepted);
        await dispatch;
        await engine.Server.RunAsync<HangUpJob>();

        Assert.Equal(id, Assert.Single(carrier.ToldToHangUp).ToString());
    }

    [Fact]
    public async Task Cancelling_and_the_carrier_s_end_racing_make_one_end()
    {
        await using var engine = await CallEngine.StartAsync(run, new ScriptedCarrier());
        var ids = new List<string>();
        for (var i = 0; i < 8; i++)
        {
            ids.Add(await engine.Tenant.PlaceCallAsync());
        }

        await engine.DispatchAsync();

        await Task.WhenAll(ids.SelectMany(id => (Task[])[engine.Tenant.Api.PostAsync($"/calls/{id}/cancel", null), engine.ReportEndAsync(id), engine.ReportEndAsync(id)]));

        foreach (var id in ids)
        {
            var (status, reason) = await engine.StateOfAsync(id);
            Assert.Equal("ended", status);
            Assert.Contains(reason, (string[])["customer-ended-call", "manually-canceled"]);
            Assert.Equal(["call.started", "call.ended"], (await engine.EventsOfAsync(id)).Select(happened => happened.Type));
        }
    }

    private static async Task<string> CancelledUnderWayAsync(CallEngine engine)
    {
        var id = await engine.Tenant.PlaceCallAsync();
        await engine.DispatchAsync();
        (await engine.Tenant.Api.PostAsync($"/calls/{id}/cancel", null)).ShouldBe(HttpStatusCode.OK);
        return id;
    }

    private static async Task<string> PlaceAsync(CallEngine engine, DateTimeOffset? scheduledAt) => scheduledAt is { } at
        ? (await engine.Tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From, scheduledAt = at })).ShouldBe(HttpStatusCode.Created).Data.GetProperty("id").GetString()!
        : await engine.Tenant.PlaceCallAsync();
}
