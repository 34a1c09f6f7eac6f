using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Calls.Dispatch.Callbacks;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.IntegrationTests.Server;
using ErzyCall.VapiStandIn;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Features.Calls.Dispatch.Vapi;

/// <summary>What Vapi tells of calls, in whatever order, however often and whoever says it.</summary>
public sealed class VapiCallbackTests(TestRun run)
{
    private static readonly VapiTurn[] s_talk =
    [
        new("assistant", "Hello, this is Acme.", 0.5), new("user", "Hello, who is this?", 3.2), new("assistant", "Acme. Goodbye!", 5.1),
    ];

    [Fact]
    public async Task A_call_is_followed_from_its_ringing_to_its_cost()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var (id, call) = await engine.DialAsync();
        (call.Cost, call.HasRecording) = (0.1234m, true);
        await engine.Vapi.RingAsync(call);
        engine.Clock.Advance(TimeSpan.FromSeconds(3));
        await engine.Vapi.AnswerAsync(call);
        engine.Clock.Advance(TimeSpan.FromSeconds(42));

        // The line is free before all is known: its place is given to another call, and the end is not told yet.
        await engine.Vapi.EndAsync(call, "customer-ended-call", s_talk);
        Assert.Equal((("processing", (string?)null), 0), (await engine.StateOfAsync(id), await engine.BusyAsync()));
        var cancelled = (await engine.Tenant.Api.PostAsync($"/calls/{id}/cancel", null)).ShouldBe(HttpStatusCode.OK);
        Assert.Equal("processing", cancelled.Data.GetProperty("status").GetString());
        engine.Clock.Advance(TimeSpan.FromSeconds(2));
        await engine.Vapi.ReportAsync(call);

        var ended = await engine.GetAsync(id);
        Assert.Equal(
            ("ended", "customer-ended-call", "none", 42, "human"),
            (ended.GetProperty("status").GetString(), ended.GetProperty("endedReason").GetString(), ended.GetProperty("fault").GetString(), ended.GetProperty("duration").GetInt32(), ended.GetProperty("answeredBy").GetString()));
        Assert.Equal(s_talk.Select(turn => (turn.Role, turn.Message)), ended.GetProperty("transcript").EnumerateArray().Select(turn => (turn.GetProperty("role").GetString()!, turn.GetProperty("message").GetString()!)));
        Assert.Equal("""{"amount":"0.1234","currency":"USD"}""", ended.GetProperty("cost").GetRawText());
        Assert.Equal($"https://voice.example.com/erzy/api/v1/calls/{id}/recording", ended.GetProperty("recordingUrl").GetString());
        Assert.Equal(["call.started", "call.ended"], await engine.EventsOfAsync(id));
        await engine.HangUpAsync();
        Assert.DoesNotContain(engine.Vapi.Requests, request => request.Target.Contains("control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task What_comes_after_the_end_is_added_once_and_changes_nothing()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var (id, call) = await engine.DialAsync();
        await engine.Vapi.AnswerAsync(call);
        await engine.Vapi.EndAsync(call, "assistant-ended-call");
        (call.Cost, call.HasRecording) = (0, false);
        await engine.Vapi.PostAsync(call, Message("end-of-call-report", call.Id, ""","endedReason":"assistant-ended-call","artifact":{"messages":[]}"""), Token(call));
        var before = await engine.GetAsync(id);
        Assert.Equal(("ended", JsonValueKind.Null, 0), (before.GetProperty("status").GetString(), before.GetProperty("cost").ValueKind, before.GetProperty("transcript").GetArrayLength()));
        await engine.Vapi.PostAsync(
            call,
            Message("end-of-call-report", call.Id, ""","endedReason":"customer-busy","cost":0.5,"analysis":{"summary":"Short."},"artifact":{"messages":[{"role":"user","message":"Hi","secondsFromStart":1}]}"""),
            Token(call));
        await engine.Vapi.PostAsync(call, Message("end-of-call-report", call.Id, ""","endedReason":"customer-busy","cost":0.7,"artifact":{"messages":[{"role":"user","message":"Ho","secondsFromStart":1}]}"""), Token(call));

        var after = await engine.GetAsync(id);
        Assert.Equal(("assistant-ended-call", "0.5", "Hi", """{"summary":"Short."}"""), (after.GetProperty("endedReason").GetString(), after.GetProperty("cost").GetProperty("amount").GetString(), Assert.Single(after.GetProperty("transcript").EnumerateArray()).GetProperty("message").GetString(), after.GetProperty("analysis").GetRawText()));
        Assert.Equal(["call.started", "call.ended", "call.report"], await engine.EventsOfAsync(id));

        // A day later nothing is added any more.
        var (late, other) = await engine.DialAsync("+14155550101");
        await engine.Vapi.PostAsync(other, Message("end-of-call-report", other.Id, ""","endedReason":"customer-busy" """), Token(other));
        engine.Clock.Advance(TimeSpan.FromHours(25));
        await engine.Vapi.PostAsync(other, Message("end-of-call-report", other.Id, ""","endedReason":"customer-busy","cost":1 """), Token(other));
        Assert.Equal(["call.started", "call.ended"], await engine.EventsOfAsync(late));
    }

    [Theory]
    [InlineData(ToolCallShape.Schema)]
    [InlineData(ToolCallShape.EventsPage)]
    [InlineData(ToolCallShape.CustomToolsPage)]
    [InlineData(ToolCallShape.CustomModelPage)]
    public async Task A_wish_not_to_be_called_again_is_on_the_ledger_while_the_call_goes_on(object shape)
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var (id, call) = await engine.DialAsync();
        await engine.Vapi.AnswerAsync(call);

        var answer = await engine.Vapi.ToolCallAsync(call, "do_not_call_again", """{"quote":"Leave me alone"}""", (ToolCallShape)shape);

        var result = Assert.Single(answer.ToJson().GetProperty("results").EnumerateArray());
        Assert.Equal("do_not_call_again", result.GetProperty("name").GetString());
        Assert.StartsWith("Noted", result.GetProperty("result").GetString(), StringComparison.Ordinal);
        Assert.Equal("processing", (await engine.StateOfAsync(id)).Status);
        Assert.Equal("call", (await engine.Tenant.Api.GetAsync("/do-not-call/+14155550100")).ShouldBe(HttpStatusCode.OK).Data.GetProperty("source").GetString());
        Assert.StartsWith("There is no", Assert.Single((await engine.Vapi.ToolCallAsync(call, "another", "{}")).ToJson().GetProperty("results").EnumerateArray()).GetProperty("result").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Please don't ever call me again.", true)]
    [InlineData("Bitte rufen Sie mich nie wieder an!", true)]
    [InlineData("Call me again tomorrow.", false)]
    public async Task What_a_customer_said_is_heard_although_the_assistant_did_not(string said, bool isHeard)
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var (_, call) = await engine.DialAsync();
        await engine.Vapi.AnswerAsync(call);
        await engine.Vapi.EndAsync(call, "customer-ended-call", new VapiTurn("assistant", "Don't call me again, said nobody.", 1), new VapiTurn("user", said, 2));
        await engine.Vapi.ReportAsync(call);

        (await engine.Tenant.Api.GetAsync("/do-not-call/+14155550100")).ShouldBe(isHeard ? HttpStatusCode.OK : HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_callback_that_is_not_the_carriers_is_turned_away_and_leaves_nothing()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var (id, call) = await engine.DialAsync();
        var (other, otherCall) = await engine.DialAsync("+14155550101");
        var second = await engine.ConnectAsync("Second");
        var client = engine.Server.CreateApiClient();
        var body = Encoding.UTF8.GetBytes(Message("end-of-call-report", call.Id, ""","endedReason":"customer-busy" """));
        var token = Token(call).Single().Value;

        foreach (var (path, given, status) in new (string, string?, int)[]
        {
            (engine.HookOf(id), null, 401), (engine.HookOf(id), "", 401), (engine.HookOf(id), token + "x", 401), (engine.HookOf(id), token[..^1], 401),
            (engine.HookOf(id), Token(otherCall).Single().Value, 401), (engine.HookOf(other), token, 401), (engine.HookOf(id, second.Id), token, 401),
            (engine.HookOf("call_x"), token, 401), (engine.HookOf(id, new Id<Api.Features.CarrierAccounts.CarrierAccount>(Guid.CreateVersion7())), token, 404),
            ($"/hooks/carriers/x/calls/{id}", token, 404), ($"/hooks/carriers/{engine.Account.Id}", token, 404),
        })
        {
            (string, string)[] headers = given is null ? [] : [("X-ErzyCall-Token", given)];
            Assert.Equal(status, (int)(await client.SendAsync(HttpMethod.Post, path, body, headers)).Status);
        }

        Assert.Equal(("processing", null), await engine.StateOfAsync(id));
        Assert.Equal(0, await engine.Server.InDatabaseAsync(db => db.TakenCallbacks.CountAsync()));
    }

    [Fact]
    public async Task A_callback_about_a_call_that_was_never_ordered_or_is_another_accounts_is_unknown()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var (id, call) = await engine.DialAsync();
        var second = await engine.ConnectAsync("Second");
        var encryption = (Api.Platform.Secrets.Encryption)engine.Server.Services.GetService(typeof(Api.Platform.Secrets.Encryption))!;
        var never = Id<Call>.New(engine.Clock.GetUtcNow()).ToString();
        var waits = await engine.PlaceAsync("+14155550109", new { scheduledAt = engine.Clock.GetUtcNow().AddHours(1) });
        var body = Encoding.UTF8.GetBytes(Message("end-of-call-report", call.Id, ""","endedReason":"customer-busy" """));

        foreach (var (path, account, about) in new[] { (engine.HookOf(never), engine.Account, never), (engine.HookOf(waits), engine.Account, waits), (engine.HookOf(id, second.Id), second, id) })
        {
            var token = Api.Features.CarrierAccounts.CarrierSecrets.Of(account, encryption)!.TokenOf(about);
            (await engine.Server.CreateApiClient().SendAsync(HttpMethod.Post, path, body, ("X-ErzyCall-Token", token))).ShouldBeError(404, "NOT_FOUND");
        }

        Assert.Equal(("processing", null), await engine.StateOfAsync(id));
    }

    [Fact]
    public async Task A_callback_that_is_too_long_is_refused_and_the_call_is_asked_about()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var (id, call) = await engine.DialAsync();
        engine.Vapi.CallbackHandler = null;
        await engine.Vapi.EndAsync(call, "customer-busy");
        var token = Token(call).Single();
        var client = engine.Server.CreateApiClient();

        (await client.SendAsync(HttpMethod.Post, engine.HookOf(id), new byte[2 * 1024 * 1024], (token.Key, token.Value))).ShouldBeError(413, "PAYLOAD_TOO_LARGE");
        await engine.Server.RunAsync<ReconcileCallsJob>();

        Assert.Equal(("ended", "customer-busy"), await engine.StateOfAsync(id));
    }

    [Fact]
    public async Task A_callback_that_names_another_call_of_ours_is_its_word_about_neither()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var (_, first) = await engine.DialAsync();
        engine.Vapi.WhenOrdered = _ => OrderFate.AcceptAndLoseAnswer;
        var (id, call) = await engine.DialAsync("+14155550101");

        var answer = await engine.Vapi.PostAsync(call, Message("end-of-call-report", first.Id, ""","endedReason":"customer-busy" """), Token(call));

        Assert.True(answer.IsTaken, $"{answer.Status}");
        Assert.Equal((("processing", (string?)null), null), (await engine.StateOfAsync(id), (await RowAsync(engine, id)).CarrierCallId));
    }

    public static TheoryData<string> Nonsense { get; } =
    [
        "", "x", "null", "[]", "{}", """{"message":null}""", """{"message":[]}""", """{"message":{}}""", """{"message":{"type":5}}""", """{"message":{"type":"brand-new"}}""",
        """{"message":{"type":"status-update"}}""", """{"message":{"type":"status-update","status":{"a":1}}}""", """{"message":{"type":"status-update","status":"brand-new"}}""",
        """{"message":{"type":"tool-calls","toolCallList":"x","toolCalls":[5,null,{"id":1}]}}""", """{"message":{"type":"tool-calls","toolWithToolCallList":[1,{"toolCall":2}]}}""",
        """{"message":{"type":"transcript","call":{"id":7}}}""", "\u00ff\u00fe", """{"message":{"type":"conversation-update","artifact":"x"}}""",
    ];

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task What_makes_no_sense_is_taken_and_changes_nothing(string body)
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var (id, call) = await engine.DialAsync();

        var answer = await engine.Vapi.PostAsync(call, body, Token(call));

        Assert.True(answer.IsTaken, $"{answer.Status}");
        Assert.Equal(("processing", null), await engine.StateOfAsync(id));
        Assert.Equal(["call.started"], await engine.EventsOfAsync(id));
    }

    [Theory]
    [InlineData("""{"message":{"type":"end-of-call-report","call":{"id":"CALL"}}}""", "error", "deadline-exceeded")]
    [InlineData("""{"message":{"type":"end-of-call-report","endedReason":"","startedAt":"x","endedAt":5,"artifact":[],"analysis":"x","cost":"y","call":{"id":"CALL"}}}""", "error", "deadline-exceeded")]
    [InlineData("""{"message":{"type":"end-of-call-report","endedReason":"never-heard-of","cost":1e300,"artifact":{"messages":[5,{"role":"user"},{"role":"user","message":7},{"role":"user","message":"\u0000a","secondsFromStart":"x"}]},"call":{"id":"CALL"}}}""", "ended", "never-heard-of")]
    [InlineData("""{"message":{"type":"end-of-call-report","endedReason":"customer-busy","startedAt":"2026-06-01T15:00:00+05:00","endedAt":"2026-06-01T15:01:00+05:00","call":{"id":"CALL"}}}""", "ended", "customer-busy")]
    [InlineData("""{"message":{"type":"end-of-call-report","endedReason":"customer-busy","startedAt":"0001-01-01T00:00:00Z","endedAt":"9999-12-31T23:59:59Z","call":{"id":"CALL"}}}""", "ended", "customer-busy")]
    [InlineData("""{"message":{"type":"end-of-call-report","endedReason":"customer-busy","analysis":{"summary":"half \ud83d","\udc00":"\u0000"},"artifact":{"messages":[{"role":"bot","message":"ok \ud83d","secondsFromStart":1}]},"call":{"id":"CALL"}}}""", "ended", "customer-busy")]
    [InlineData("""{"message":{"type":"end-of-call-report","endedReason":"a\u0000b","call":{"id":"CALL"}}}""", "ended", "a\uFFFDb")]
    public async Task A_report_that_is_odd_still_ends_the_call(string body, string status, string endedReason)
    {
        ArgumentNullException.ThrowIfNull(body);
        await using var engine = await VapiEngine.StartAsync(run);
        var (id, call) = await engine.DialAsync();

        var answer = await engine.Vapi.PostAsync(call, body.Replace("CALL", call.Id.ToString(), StringComparison.Ordinal), Token(call));

        Assert.True(answer.IsTaken, $"{answer.Status}");
        Assert.Equal((status, endedReason), await engine.StateOfAsync(id));
    }

    [Fact]
    public async Task A_wish_is_heard_in_a_report_that_is_half_broken()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var (_, call) = await engine.DialAsync();

        await engine.Vapi.PostAsync(
            call,
            Message("end-of-call-report", call.Id, ""","endedReason":"customer-ended-call","artifact":{"messages":[{"role":"user","message":"please do not call me again"},{"role":"bot","message":"ok \ud83d"}]}"""),
            Token(call));

        (await engine.Tenant.Api.GetAsync("/do-not-call/+14155550100")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_wish_in_a_tool_without_an_id_is_heard_and_the_call_that_made_it_goes_on()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var (id, call) = await engine.DialAsync();

        // Nothing told yet that somebody answered; a tool is used in a conversation only.
        await engine.Vapi.PostAsync(call, Message("tool-calls", call.Id, ""","toolCallList":[{"name":"do_not_call_again"},{"name":"\ud83d","id":"x"}]"""), Token(call));

        (await engine.Tenant.Api.GetAsync("/do-not-call/+14155550100")).ShouldBe(HttpStatusCode.OK);
        await engine.Server.RunAsync<OptedOutCallsJob>();
        Assert.Equal(0, await engine.HangUpAsync());
        Assert.Equal(("processing", null), await engine.StateOfAsync(id));
    }

    [Fact]
    public async Task Who_is_told_to_hang_up_and_goes_on_is_told_again()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var (id, call) = await engine.DialAsync();
        call.Delivery = Delivery.Lost;
        await engine.Vapi.RingAsync(call);
        (await engine.Tenant.Api.PostAsync("/do-not-call", new { phone = "+14155550100" })).ShouldBe(HttpStatusCode.Created);
        await engine.Server.RunAsync<OptedOutCallsJob>();
        await engine.Server.ExecuteSqlAsync("UPDATE calls SET hang_up_sent_at = now(), deadline_at = next_look_at");

        await engine.Vapi.PostAsync(call, Message("status-update", call.Id, ""","status":"in-progress" """), Token(call));
        await engine.HangUpAsync();

        Assert.NotNull(call.HangUpAt);
        Assert.Equal("processing", (await engine.StateOfAsync(id)).Status);
    }

    [Fact]
    public async Task A_token_of_one_call_does_nothing_to_another()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var (first, firstCall) = await engine.DialAsync();
        var (second, secondCall) = await engine.DialAsync("+14155550101");

        foreach (var type in new[] { """status-update","status":"in-progress""", "end-of-call-report" })
        {
            await engine.Vapi.PostAsync(secondCall, Message(type, firstCall.Id, ""), Token(secondCall));
        }

        Assert.Equal(0, await engine.HangUpAsync());
        Assert.Equal([("processing", (string?)null), ("processing", null)], new[] { await engine.StateOfAsync(first), await engine.StateOfAsync(second) });
        Assert.Equal(0, await engine.Server.InDatabaseAsync(db => db.StrayCalls.CountAsync()));
    }

    [Fact]
    public async Task What_a_look_up_finds_and_cannot_be_taken_does_not_keep_the_call_from_its_end()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        engine.Vapi.WhenOrdered = _ => OrderFate.AcceptAndLoseAnswer;
        var (id, call) = await engine.DialAsync();
        engine.Vapi.WhenOrdered = _ => OrderFate.AnswerWith(new VapiStandIn.RawAnswer(201, $$"""{"id":"{{call.Id}}","status":"queued"}"""), isAccepted: false);
        await engine.PlaceAsync("+14155550101");
        await engine.DispatchAsync();

        await engine.PassAsync(TimeSpan.FromSeconds(241));

        Assert.Equal(("error", "dispatch-unknown"), await engine.StateOfAsync(id));
    }

    [Fact]
    public async Task A_callback_that_comes_a_hundred_times_counts_once()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var (id, call) = await engine.DialAsync();
        await engine.Vapi.AnswerAsync(call);
        var answered = engine.Vapi.Sent.Last().Body;
        await engine.Vapi.EndAsync(call, "customer-ended-call", s_talk);
        await engine.Vapi.ReportAsync(call);
        var report = engine.Vapi.Sent.Last().Body;
        var before = (await engine.GetAsync(id)).GetRawText();

        await Task.WhenAll(Enumerable.Range(0, 100).Select(time => engine.Vapi.PostAsync(call, time % 2 == 0 ? answered : report, Token(call))));

        Assert.Equal(before, (await engine.GetAsync(id)).GetRawText());
        Assert.Equal(["call.started", "call.ended"], await engine.EventsOfAsync(id));

        // Nor does what was said before the end, and comes again after it, make the server hang up.
        Assert.Equal(0, await engine.HangUpAsync());
    }

    [Fact]
    public async Task A_callback_that_comes_before_the_answer_to_the_order_binds_the_call()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        engine.Vapi.WhenOrdered = _ => OrderFate.CallbacksBeforeAnswer;

        var (id, call) = await engine.DialAsync();

        Assert.Equal(call.Id.ToString(), (await RowAsync(engine, id)).CarrierCallId);
        Assert.NotNull((await RowAsync(engine, id)).CarrierControl);
        Assert.Equal(0, await engine.Server.InDatabaseAsync(db => db.StrayCalls.CountAsync()));
        Assert.Equal(("processing", null), await engine.StateOfAsync(id));
    }

    [Fact]
    public async Task Reports_in_the_wrong_order_make_one_end()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var (id, call) = await engine.DialAsync();
        call.Delivery = Delivery.Lost;
        await engine.Vapi.RingAsync(call);
        await engine.Vapi.AnswerAsync(call);
        engine.Clock.Advance(TimeSpan.FromSeconds(10));
        await engine.Vapi.EndAsync(call, "customer-ended-call", s_talk);
        call.Delivery = Delivery.Once;
        await engine.Vapi.ReportAsync(call);
        await engine.Vapi.PostAsync(call, Message("status-update", call.Id, ""","status":"ended","endedReason":"customer-ended-call" """), Token(call));

        Assert.Equal(("ended", "customer-ended-call"), await engine.StateOfAsync(id));
        Assert.Equal(10, (await engine.GetAsync(id)).GetProperty("duration").GetInt32());
        Assert.Equal(["call.started", "call.ended"], await engine.EventsOfAsync(id));
    }

    [Fact]
    public async Task A_word_about_a_call_that_is_over_has_it_hung_up()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        engine.Vapi.WhenOrdered = _ => OrderFate.AcceptAndLoseAnswer;
        engine.Vapi.ListLag = TimeSpan.FromHours(1);
        var (id, call) = await engine.DialAsync();
        await engine.PassAsync(TimeSpan.FromSeconds(241));
        Assert.Equal(("error", "dispatch-unknown"), await engine.StateOfAsync(id));
        engine.Clock.Advance(TimeSpan.FromMinutes(5));
        await engine.Vapi.AnswerAsync(call);
        await engine.HangUpAsync();

        Assert.NotNull(call.HangUpAt);
        await engine.Vapi.ReportAsync(call);
        var told = await engine.GetAsync(id);
        Assert.Equal(("error", "dispatch-unknown", false), (told.GetProperty("status").GetString(), told.GetProperty("endedReason").GetString(), told.GetProperty("retryable").GetBoolean()));
        Assert.Equal(["call.failed"], (await engine.EventsOfAsync(id)).Where(type => type is "call.failed" or "call.ended" or "call.cancelled"));
    }

    [Fact]
    public async Task A_second_ringing_is_hung_up_and_told_of_by_the_audit()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var (id, call) = await engine.DialAsync();
        await engine.Vapi.AnswerAsync(call);
        var second = engine.Vapi.Accept(call.Order);
        await engine.Vapi.RingAsync(second);
        await engine.Vapi.AnswerAsync(second);
        await engine.HangUpAsync();

        Assert.NotNull(second.HangUpAt);
        Assert.Null(call.HangUpAt);
        Assert.Equal((("processing", (string?)null), call.Id.ToString()), (await engine.StateOfAsync(id), (await RowAsync(engine, id)).CarrierCallId));
        await engine.Vapi.EndAsync(call, "customer-ended-call", s_talk);
        await engine.Vapi.ReportAsync(call);
        Assert.Equal(("ended", "customer-ended-call"), await engine.StateOfAsync(id));
        var audit = await engine.Tenant.Api.GetAsync("/health/audit?since=2026-06-01T00:00:00Z");
        Assert.Contains("call-rung-once", audit.Text, StringComparison.Ordinal);
        Assert.Equal(0, await engine.HangUpAsync());
    }

    [Fact]
    public async Task Two_calls_of_one_order_in_the_carriers_list_are_one_call_and_a_second_ringing()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        engine.Vapi.WhenOrdered = _ => OrderFate.AcceptAndLoseAnswer;
        var id = await engine.PlaceAsync();
        await engine.DispatchAsync();
        var first = engine.Vapi.Calls.Single();
        engine.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = engine.Vapi.Accept(first.Order);

        await engine.PassAsync(TimeSpan.FromSeconds(62));

        Assert.Equal(first.Id.ToString(), (await RowAsync(engine, id)).CarrierCallId);
        Assert.NotNull(second.HangUpAt);
        Assert.Null(first.HangUpAt);
    }

    [Fact]
    public async Task Callbacks_that_are_lost_cost_minutes_and_no_outcome()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var (id, call) = await engine.DialAsync();
        call.Delivery = Delivery.Lost;
        call.HasRecording = true;
        await engine.Vapi.RingAsync(call);
        await engine.Vapi.AnswerAsync(call);
        await engine.PassAsync(TimeSpan.FromSeconds(61));
        Assert.NotNull((await RowAsync(engine, id)).AnsweredAt);
        await engine.Vapi.EndAsync(call, "customer-ended-call", s_talk);
        await engine.Vapi.ReportAsync(call);

        await engine.PassAsync(TimeSpan.FromMinutes(5));

        var ended = await engine.GetAsync(id);
        Assert.Equal(("customer-ended-call", 3), (ended.GetProperty("endedReason").GetString(), ended.GetProperty("transcript").GetArrayLength()));
        Assert.Equal(["call.started", "call.ended"], await engine.EventsOfAsync(id));
    }

    [Fact]
    public async Task A_report_that_does_not_come_is_waited_for_and_then_asked_for()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var (id, call) = await engine.DialAsync();
        await engine.Vapi.AnswerAsync(call);
        await engine.Vapi.EndAsync(call, "customer-ended-call", s_talk);
        await engine.PassAsync(TimeSpan.FromSeconds(58));
        Assert.Equal(("processing", null), await engine.StateOfAsync(id));

        await engine.PassAsync(TimeSpan.FromSeconds(4));

        Assert.Equal(("ended", "customer-ended-call"), await engine.StateOfAsync(id));
        Assert.Equal(3, (await engine.GetAsync(id)).GetProperty("transcript").GetArrayLength());
    }

    [Fact]
    public async Task A_call_whose_report_never_comes_ends_as_the_carrier_said_when_the_line_was_free()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var (id, call) = await engine.DialAsync();
        await engine.Vapi.AnswerAsync(call);
        await engine.Vapi.EndAsync(call, "customer-ended-call");

        // Nor can it be asked for: the key is not valid any more.
        await engine.ConnectAsync("Other", privateKey: "another key");
        await engine.Server.ExecuteSqlAsync("UPDATE carrier_accounts SET secrets = (SELECT secrets FROM carrier_accounts WHERE name = 'Other')");

        await engine.PassAsync(TimeSpan.FromSeconds(125));

        Assert.Equal(("ended", "customer-ended-call"), await engine.StateOfAsync(id));
    }

    [Fact]
    public async Task At_its_deadline_a_call_is_hung_up_and_asked_about_once_more()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var (id, call) = await engine.DialAsync();
        call.Delivery = Delivery.Lost;
        await engine.Vapi.AnswerAsync(call);

        await engine.PassAsync(TimeSpan.FromMinutes(32) + TimeSpan.FromSeconds(2));

        Assert.NotNull(call.HangUpAt);
        var ended = await engine.GetAsync(id);
        Assert.Equal(("ended", "manually-canceled"), (ended.GetProperty("status").GetString(), ended.GetProperty("endedReason").GetString()));
        Assert.Equal(0, await engine.BusyAsync());
    }

    [Fact]
    public async Task A_call_is_hung_up_for_who_cancels_it_or_asks_not_to_be_called()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var (id, call) = await engine.DialAsync();
        var (other, otherCall) = await engine.DialAsync("+14155550101");
        await engine.Vapi.RingAsync(otherCall);
        (await engine.Tenant.Api.PostAsync($"/calls/{id}/cancel", null)).ShouldBe(HttpStatusCode.OK);
        (await engine.Tenant.Api.PostAsync("/do-not-call", new { phone = "+14155550101" })).ShouldBe(HttpStatusCode.Created);
        await engine.Server.RunAsync<OptedOutCallsJob>();
        await engine.HangUpAsync();

        Assert.NotNull(call.HangUpAt);
        Assert.NotNull(otherCall.HangUpAt);
        await engine.Vapi.ReportAsync(call);
        await engine.Vapi.ReportAsync(otherCall);
        Assert.Equal([("ended", (string?)"manually-canceled"), ("error", "contact-opted-out")], new[] { await engine.StateOfAsync(id), await engine.StateOfAsync(other) });
    }

    [Fact]
    public async Task Every_documented_message_is_taken()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var samples = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Samples", "Vapi"), "*.json");
        Assert.True(samples.Length > 50, $"{samples.Length} samples");
        var number = 0;
        foreach (var sample in samples.Order(StringComparer.Ordinal))
        {
            var (id, call) = await engine.DialAsync($"+1415556{number++:D4}");
            var body = (await File.ReadAllTextAsync(sample, TestContext.Current.CancellationToken))
                .Replace("call_01h455vb4pex5vsknk084sn02q", id, StringComparison.Ordinal);
            if (JsonNode.Parse(body) is JsonObject { } json && json["message"]?["call"]?["id"] is { } theirs)
            {
                body = body.Replace(theirs.GetValue<string>(), call.Id.ToString(), StringComparison.Ordinal);
            }

            var answer = await engine.Vapi.PostAsync(call, body, Token(call));
            Assert.True(answer.IsTaken, $"{Path.GetFileName(sample)}: {answer.Status}");
            var message = JsonElement.Parse(body).GetProperty("message");

            // A few pages of the documents leave out of which call they speak; such a message cannot be taken for any.
            if (message.TryGetProperty("call", out var of) && of.TryGetProperty("id", out _))
            {
                Assert.Equal(
                    message.GetProperty("type").GetString() == "tool-calls", answer.Body.Contains("results", StringComparison.Ordinal));
                Assert.Equal(
                    message.GetProperty("type").GetString() == "end-of-call-report" ? "final" : "processing",
                    (await engine.StateOfAsync(id)).Status is "ended" or "error" ? "final" : "processing");
            }

            await engine.Server.ExecuteSqlAsync("UPDATE calls SET status = 'error', next_look_at = NULL, ended_at = now(), ended_reason = 'x', fault = 'none', retryable = false WHERE status = 'processing'");

            // One of them says that the account has no credit.
            await engine.Server.ExecuteSqlAsync("UPDATE carrier_accounts SET status = 'active'");
        }
    }

    private static string Message(string type, Guid call, string more) => $$$"""{"message":{"type":"{{{type}}}","call":{"id":"{{{call}}}"}{{{more}}}}}""";

    /// <summary>The headers that the order asked Vapi to send.</summary>
    private static Dictionary<string, string> Token(VapiCall call) => new()
    {
        ["X-ErzyCall-Token"] = call.Order.Json!["assistant"]!["server"]!["headers"]!["X-ErzyCall-Token"]!.GetValue<string>(),
    };

    private static Task<Call> RowAsync(VapiEngine engine, string id) =>
        engine.Server.InDatabaseAsync(db => db.Calls.AsNoTracking().SingleAsync(row => row.Id == Id<Call>.Parse(id)));
}
