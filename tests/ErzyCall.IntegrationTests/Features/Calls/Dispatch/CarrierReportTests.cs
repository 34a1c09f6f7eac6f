using System.Text.Json;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.Calls.Dispatch;

/// <summary>Reports come twice, in the wrong order, late, or never; a call ends once, by the first final word.</summary>
public sealed class CarrierReportTests(TestRun run)
{
    private readonly ScriptedCarrier _carrier = new();

    [Fact]
    public async Task A_report_brings_the_outcome_whole()
    {
        await using var engine = await CallEngine.StartAsync(run, _carrier);
        var id = await StartedAsync(engine);
        await engine.ReportAnswerAsync(id);
        engine.Clock.Advance(TimeSpan.FromMilliseconds(9_999));

        await engine.ReportEndAsync(id, "their-own-word");

        var call = await engine.Tenant.GetCallAsync(id);
        Assert.Equal(
            ("ended", "their-own-word", "provider", false, 9, "https://example.com/recording"),
            (call.GetProperty("status").GetString(), call.GetProperty("endedReason").GetString(), call.GetProperty("fault").GetString(), call.GetProperty("retryable").GetBoolean(),
                call.GetProperty("duration").GetInt32(), call.GetProperty("recordingUrl").GetString()));
        Assert.Equal("""[{"role":"user","message":"Hi","offset":1}]""", call.GetProperty("transcript").GetRawText());
    }

    [Fact]
    public async Task What_comes_after_the_end_changes_nothing()
    {
        await using var engine = await CallEngine.StartAsync(run, _carrier);
        var id = await StartedAsync(engine);
        await engine.ReportEndAsync(id, duration: 4);
        var ended = await engine.Tenant.GetCallAsync(id);
        engine.Clock.Advance(TimeSpan.FromSeconds(1));

        await engine.ReportEndAsync(id, "voicemail", duration: 99, said: "Other");
        await engine.ReportAnswerAsync(id);
        await engine.ReportEndAsync(id);

        Assert.Equal(ended.GetRawText(), (await engine.Tenant.GetCallAsync(id)).GetRawText());
        Assert.Equal(["call.started", "call.ended"], (await engine.EventsOfAsync(id)).Select(happened => happened.Type));
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(null, null)]
    public async Task An_end_without_an_answer_before_it_has_the_carrier_s_duration_or_none(int? reported, int? duration)
    {
        await using var engine = await CallEngine.StartAsync(run, _carrier);
        var id = await StartedAsync(engine);

        await engine.ReportEndAsync(id, duration: reported);

        Assert.Equal(duration, (await engine.Tenant.GetCallAsync(id)).GetProperty("duration").Deserialize<int?>());
    }

    [Fact]
    public async Task A_second_answer_does_not_shorten_the_conversation()
    {
        await using var engine = await CallEngine.StartAsync(run, _carrier);
        var id = await StartedAsync(engine);
        await engine.ReportAnswerAsync(id);
        engine.Clock.Advance(TimeSpan.FromSeconds(5));
        await engine.ReportAnswerAsync(id);
        engine.Clock.Advance(TimeSpan.FromSeconds(5));

        await engine.ReportEndAsync(id);

        Assert.Equal(10, (await engine.Tenant.GetCallAsync(id)).GetProperty("duration").GetInt32());
    }

    [Theory]
    [InlineData("Accepted")]
    [InlineData("Rejected")]
    public async Task An_end_that_overtakes_the_carrier_s_own_answer_stands(string answer)
    {
        var placing = new TaskCompletionSource<SubmitResult>();
        _carrier.WhenPlaced = _ => placing.Task;
        await using var engine = await CallEngine.StartAsync(run, _carrier);
        var id = await engine.Tenant.PlaceCallAsync();
        var dispatch = engine.DispatchAsync();
        await Patience.UntilAsync("the carrier is asked to dial", () => !_carrier.Placed.IsEmpty);

        await engine.ReportAnswerAsync(id);
        await engine.ReportEndAsync(id);
        placing.SetResult(Enum.Parse<SubmitResult>(answer));
        await dispatch;

        Assert.Equal(("ended", "customer-ended-call"), await engine.StateOfAsync(id));
        Assert.Equal(["call.started", "call.ended"], (await engine.EventsOfAsync(id)).Select(happened => happened.Type));
    }

    [Fact]
    public async Task A_report_shows_that_the_carrier_has_the_call_even_if_its_answer_was_lost()
    {
        _carrier.WhenPlaced = _ => throw new IOException("Connection reset");
        await using var engine = await CallEngine.StartAsync(run, _carrier);
        var id = await StartedAsync(engine);
        await engine.ReportAnswerAsync(id);

        engine.Clock.Advance(TimeSpan.FromSeconds(59));
        await engine.RunAllAsync();

        Assert.Empty(_carrier.Asked);
        Assert.Equal(("processing", null), await engine.StateOfAsync(id));
    }

    [Fact]
    public async Task A_report_after_the_deadline_adds_what_is_missing_once_and_a_wish_not_to_be_called_is_honoured()
    {
        await using var engine = await CallEngine.StartAsync(run, _carrier);
        var id = await StartedAsync(engine);
        engine.Clock.Advance(TimeSpan.FromMinutes(32));
        await engine.RunAllAsync();
        var failed = await engine.Tenant.GetCallAsync(id);
        Assert.Equal("deadline-exceeded", failed.GetProperty("endedReason").GetString());

        await engine.ReportEndAsync(id, asksNotToBeCalled: true);
        await engine.ReportEndAsync(id, asksNotToBeCalled: true);

        var late = await engine.Tenant.GetCallAsync(id);
        Assert.Equal(["Hi"], late.GetProperty("transcript").EnumerateArray().Select(turn => turn.GetProperty("message").GetString()));
        Assert.Equal(
            failed.EnumerateObject().Where(field => field.Name is not ("transcript" or "recordingUrl" or "updatedAt")).Select(field => field.ToString()),
            late.EnumerateObject().Where(field => field.Name is not ("transcript" or "recordingUrl" or "updatedAt")).Select(field => field.ToString()));
        Assert.Equal(["call.started", "call.failed", "call.report"], (await engine.EventsOfAsync(id)).Select(happened => happened.Type));
        (await engine.Tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From })).ShouldBeError(403, "CONTACT_OPTED_OUT");
    }

    [Fact]
    public async Task Reports_at_the_same_moment_make_one_end()
    {
        await using var engine = await CallEngine.StartAsync(run, _carrier);
        var id = await StartedAsync(engine);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => engine.ReportEndAsync(id, asksNotToBeCalled: true)));

        Assert.Equal(["call.started", "call.ended"], (await engine.EventsOfAsync(id)).Select(happened => happened.Type));
    }

    private static async Task<string> StartedAsync(CallEngine engine)
    {
        var id = await engine.Tenant.PlaceCallAsync();
        await engine.DispatchAsync();
        return id;
    }
}
