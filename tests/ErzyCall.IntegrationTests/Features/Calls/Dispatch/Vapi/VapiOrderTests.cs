using System.Net;
using System.Text.Json;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.IntegrationTests.Server;
using ErzyCall.VapiStandIn;
using RawAnswer = ErzyCall.VapiStandIn.RawAnswer;

namespace ErzyCall.IntegrationTests.Features.Calls.Dispatch.Vapi;

/// <summary>What is ordered of Vapi, and what becomes of an order whatever Vapi answers.</summary>
public sealed class VapiOrderTests(TestRun run)
{
    private static readonly TimeSpan s_lastLook = TimeSpan.FromSeconds(241);

    [Fact]
    public async Task An_order_says_all_that_the_call_was_placed_with()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var assistant = await engine.Tenant.CreateAsync("/assistants/outbound", new
        {
            name = "Ada",
            voice = new { provider = "11labs", voiceId = "burt" },
            model = new { provider = "openai", model = "gpt-4.1", temperature = 0.3 },
            transcriber = new { provider = "deepgram", model = "nova-3", language = "de" },
            systemPrompt = "Not this one.",
            backchannelingEnabled = true,
            dialKeypadFunctionEnabled = true,
            backgroundDenoisingEnabled = true,
        });
        var script = await engine.Tenant.CreateAsync("/cases", new
        {
            title = "Reminder",
            firstMessage = "Hello {{name}}, {{unknown}}!",
            prompt = "Remind {{name}}.",
            keyterms = new[] { "Erzy", "root canal" },
            toolIds = new[] { "7d2f6f9e-0000-4000-8000-000000000001" },
        });
        var request = new { assistantConfigId = assistant, caseId = script, variableValues = new { name = "{{customer.number}}" } };

        var (id, call) = await engine.DialAsync(more: request);

        var order = JsonElement.Parse(call.Order.Body);
        Assert.Equal((id, VapiEngine.Number), (order.GetProperty("name").GetString(), engine.Vapi.Options.Numbers.Single(number => number.Id.ToString() == order.GetProperty("phoneNumberId").GetString()).Number));
        Assert.Equal(("+14155550100", id), (order.GetProperty("customer").GetProperty("number").GetString(), order.GetProperty("customer").GetProperty("externalId").GetString()));
        var talks = order.GetProperty("assistant");

        // What is in braces is spoken as it stands, and nothing that a customer's record says is a template of Vapi's.
        Assert.Equal("{% raw %}Hello {{customer.number}}, {{unknown}}!{% endraw %}", talks.GetProperty("firstMessage").GetString());
        Assert.Equal("""{"provider":"11labs","voiceId":"burt"}""", talks.GetProperty("voice").GetRawText());
        Assert.Equal("""{"provider":"deepgram","model":"nova-3","language":"de","keyterm":["Erzy","root canal"]}""", talks.GetProperty("transcriber").GetRawText());
        Assert.True(talks.GetProperty("backgroundSpeechDenoisingPlan").GetProperty("smartDenoisingPlan").GetProperty("enabled").GetBoolean());
        Assert.Equal((1800, "off"), (talks.GetProperty("maxDurationSeconds").GetInt32(), talks.GetProperty("backgroundSound").GetString()));
        var model = talks.GetProperty("model");
        Assert.Equal(("gpt-4.1", 0.3), (model.GetProperty("model").GetString(), model.GetProperty("temperature").GetDouble()));
        Assert.Equal("{% raw %}Remind {{customer.number}}.{% endraw %}", Assert.Single(model.GetProperty("messages").EnumerateArray()).GetProperty("content").GetString());
        Assert.Equal(["endCall", "dtmf", "function"], model.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("type").GetString()));
        Assert.Equal("7d2f6f9e-0000-4000-8000-000000000001", Assert.Single(model.GetProperty("toolIds").EnumerateArray()).GetString());
        Assert.True(talks.GetProperty("monitorPlan").GetProperty("controlAuthenticationEnabled").GetBoolean());
        var server = talks.GetProperty("server");
        Assert.Equal($"https://voice.example.com/erzy{engine.HookOf(id)}", server.GetProperty("url").GetString());
        Assert.Equal(43, server.GetProperty("headers").GetProperty("X-ErzyCall-Token").GetString()!.Length);

        var preview = (await engine.Tenant.Api.PostAsync("/calls/preview", new { to = "+14155550100", from = VapiEngine.Number, request.assistantConfigId, request.caseId, request.variableValues }))
            .ShouldBe(HttpStatusCode.OK).Data;
        Assert.Equal("""["backchannelingEnabled"]""", preview.GetProperty("notSupported").GetRawText());
        var shown = await engine.GetAsync(id);
        Assert.Equal(("outbound", "vapi", "processing"), (shown.GetProperty("direction").GetString(), shown.GetProperty("provider").GetString(), shown.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task A_call_that_leaves_all_to_the_platform_is_taken_as_well()
    {
        await using var engine = await VapiEngine.StartAsync(run, new Dictionary<string, string> { ["Carriers:Vapi:RecordsCalls"] = "false", ["Carriers:Vapi:Model"] = "gpt-4.1" });

        var (_, call) = await engine.DialAsync();

        var talks = JsonElement.Parse(call.Order.Body).GetProperty("assistant");
        Assert.Equal("gpt-4.1", talks.GetProperty("model").GetProperty("model").GetString());
        Assert.Equal("""{"provider":"deepgram","model":"nova-3","language":"en"}""", talks.GetProperty("transcriber").GetRawText());
        Assert.False(talks.GetProperty("artifactPlan").GetProperty("recordingEnabled").GetBoolean());
        Assert.False(talks.TryGetProperty("voice", out _));
    }

    [Theory]
    [InlineData(400, "carrier-rejected", false, "active")]
    [InlineData(404, "carrier-rejected", false, "active")]
    [InlineData(409, "carrier-rejected", false, "active")]
    [InlineData(422, "carrier-rejected", false, "active")]
    [InlineData(401, "carrier-failed-to-connect", true, "error")]
    [InlineData(402, "carrier-failed-to-connect", true, "error")]
    [InlineData(403, "carrier-failed-to-connect", true, "error")]
    public async Task A_refusal_ends_the_call_in_the_carriers_words(int status, string endedReason, bool retryable, string account)
    {
        await using var engine = await VapiEngine.StartAsync(run);
        engine.Vapi.WhenOrdered = _ => OrderFate.Refuse(status, """{"message":["customer.number must be a phone number","and more"],"error":"Bad Request","statusCode":400}""");
        var id = await engine.PlaceAsync();

        await engine.DispatchAsync();

        var call = await engine.GetAsync(id);
        Assert.Equal(("error", endedReason, "carrier", retryable), (call.GetProperty("status").GetString(), call.GetProperty("endedReason").GetString(), call.GetProperty("fault").GetString(), call.GetProperty("retryable").GetBoolean()));
        Assert.Equal($$"""{"code":"http-{{status}}","message":"customer.number must be a phone number; and more"}""", call.GetProperty("failure").GetRawText());
        Assert.Equal(["call.started", "call.failed"], await engine.EventsOfAsync(id));
        Assert.Equal(account, (await engine.AccountAsync()).Status);
        await engine.PassAsync(s_lastLook);
        Assert.Single(engine.Vapi.Orders);
    }

    [Theory]
    [InlineData("Insufficient credits: please add to your wallet", "error")]
    [InlineData("Your subscription is frozen.", "error")]
    [InlineData("assistant.voice.voiceId should not be empty", "active")]
    public async Task A_plain_refusal_for_want_of_money_is_the_accounts(string words, string account)
    {
        await using var engine = await VapiEngine.StartAsync(run);
        engine.Vapi.WhenOrdered = _ => OrderFate.Refuse(400, JsonSerializer.Serialize(new { message = words }));
        await engine.PlaceAsync();

        await engine.DispatchAsync();

        Assert.Equal(account, (await engine.AccountAsync()).Status);
    }

    [Fact]
    public async Task While_the_carrier_refuses_the_account_calls_are_refused_or_wait_and_pass_no_others()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var waiting = await engine.PlaceAsync("+14155550101");
        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        engine.Vapi.WhenOrdered = _ => OrderFate.Refuse(401, """{"message":"Invalid Key."}""");
        await engine.Server.ExecuteSqlAsync("UPDATE organizations SET max_concurrent_calls = 1");
        var second = await engine.PlaceAsync("+14155550102");

        await engine.DispatchAsync();

        Assert.Equal([("error", (string?)"carrier-failed-to-connect"), ("new", null)], new[] { await engine.StateOfAsync(waiting), await engine.StateOfAsync(second) });
        var refusal = await engine.Tenant.Api.PostAsync("/calls", new { to = "+14155550103", from = VapiEngine.Number });
        refusal.ShouldBeError(422, "CARRIER_UNAVAILABLE");
        Assert.Contains("Invalid Key.", refusal.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        (await engine.Tenant.Api.PostAsync("/phone-numbers", new { phoneNumber = "+4930901821", carrierAccountId = engine.Account.Id.ToString() })).ShouldBeError(422, "CARRIER_UNAVAILABLE");
        engine.Clock.Advance(TimeSpan.FromMinutes(59));
        await engine.Server.RunAsync<CallDeadlineJob>();
        Assert.Equal("new", (await engine.StateOfAsync(second)).Status);

        // Once the account is in order again, what has waited is dialled.
        engine.Vapi.WhenOrdered = static _ => OrderFate.Accept;
        await engine.Server.ExecuteSqlAsync("UPDATE carrier_accounts SET status = 'active', status_message = NULL");
        await engine.DispatchAsync();
        Assert.Equal(("processing", null), await engine.StateOfAsync(second));
        Assert.Equal(2, engine.Vapi.Orders.Count);
    }

    [Fact]
    public async Task A_call_that_waits_for_an_account_is_given_up_in_time_and_one_of_a_disconnected_account_at_once()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var waiting = await engine.PlaceAsync("+14155550101");
        await engine.Server.ExecuteSqlAsync("UPDATE carrier_accounts SET status = 'error', status_message = 'x'");
        await engine.DispatchAsync();
        engine.Clock.Advance(TimeSpan.FromMinutes(60));
        await engine.DispatchAsync();
        await engine.Server.RunAsync<CallDeadlineJob>();
        Assert.Equal(("error", "deadline-exceeded"), await engine.StateOfAsync(waiting));

        await engine.Server.ExecuteSqlAsync("UPDATE carrier_accounts SET status = 'active'");
        var other = await engine.PlaceAsync("+14155550102");
        await engine.Server.ExecuteSqlAsync("UPDATE carrier_accounts SET status = 'disconnected'");
        await engine.DispatchAsync();
        Assert.Equal(("error", "carrier-failed-to-connect"), await engine.StateOfAsync(other));
        (await engine.Tenant.Api.PostAsync("/calls", new { to = "+14155550103", from = VapiEngine.Number })).ShouldBeError(422, "CARRIER_UNAVAILABLE");
        Assert.Empty(engine.Vapi.Orders);
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData("7", 7)]
    public async Task A_busy_carrier_is_offered_the_call_once_more_after_the_time_that_it_wants(string? retryAfter, int seconds)
    {
        var clock = new DelayCountingClock(TimeSpan.FromSeconds(seconds));
        await using var engine = await VapiEngine.StartAsync(run, clock: clock);
        engine.Vapi.WhenOrdered = _ => engine.Vapi.Orders.Count == 1 ? OrderFate.Refuse(429, """{"message":"Too many requests"}""", retryAfter: retryAfter) : OrderFate.Accept;
        var id = await engine.PlaceAsync();

        var before = clock.Delays;
        var dispatch = engine.DispatchAsync();
        await Local.Patience.UntilAsync("the server waits", () => clock.Delays > before);
        await PassUntilAsync(engine, dispatch, TimeSpan.FromSeconds(seconds));

        Assert.Equal(("processing", null), await engine.StateOfAsync(id));
        Assert.Equal((2, 1), (engine.Vapi.Orders.Count, engine.Vapi.Calls.Count()));
        Assert.True(engine.Vapi.Orders.Last().At - engine.Vapi.Orders.First().At >= TimeSpan.FromSeconds(seconds));
        Assert.NotNull((await engine.AccountAsync()).NextOrderAt);
    }

    [Fact]
    public async Task A_number_that_is_entered_while_a_busy_carrier_is_waited_for_is_not_dialled()
    {
        var clock = new DelayCountingClock(TimeSpan.FromSeconds(7));
        await using var engine = await VapiEngine.StartAsync(run, clock: clock);
        engine.Vapi.WhenOrdered = _ => OrderFate.Refuse(429, "{}", retryAfter: "7");
        var id = await engine.PlaceAsync();
        var dispatch = engine.DispatchAsync();

        // Time passes only once the server waits: before, it is still to see whether what the carrier wants is soon enough.
        await Local.Patience.UntilAsync("the server waits", () => clock.Delays > 0);
        await engine.Server.ExecuteSqlAsync(
            $"INSERT INTO do_not_call_entries (id, organization_id, phone, canonical_number, source, at) VALUES (gen_random_uuid(), '{engine.Tenant.Organization.Id.Value}', '+14155550100', '+14155550100', 'api', now())");

        await PassUntilAsync(engine, dispatch, TimeSpan.FromSeconds(7));

        Assert.Equal(("error", "contact-opted-out"), await engine.StateOfAsync(id));
        Assert.Single(engine.Vapi.Orders);
    }

    [Theory]
    [InlineData("6", true)]
    [InlineData("9", false)]
    [InlineData("99999999", false)]
    [InlineData("Mon, 01 Jun 2020 10:00:00 GMT", true)]
    public async Task A_carrier_that_stays_busy_ends_the_call_which_may_be_placed_again(string retryAfter, bool isOfferedAgain)
    {
        var clock = new DelayCountingClock(TimeSpan.FromSeconds(6));
        await using var engine = await VapiEngine.StartAsync(run, clock: clock);
        engine.Vapi.WhenOrdered = _ => OrderFate.Refuse(429, """{"message":"Concurrency limit"}""", retryAfter: retryAfter);
        var id = await engine.PlaceAsync();
        var dispatch = engine.DispatchAsync();

        // Time passes only once the server waits: before, it is still to see whether what the carrier wants is soon enough.
        await Local.Patience.UntilAsync("the server waits, or has given up", () => clock.Delays > 0 || dispatch.IsCompleted);
        await PassUntilAsync(engine, dispatch, TimeSpan.FromSeconds(9));

        var call = await engine.GetAsync(id);
        Assert.Equal(("carrier-failed-to-connect", true), (call.GetProperty("endedReason").GetString(), call.GetProperty("retryable").GetBoolean()));
        Assert.Equal(isOfferedAgain ? 2 : 1, engine.Vapi.Orders.Count);
        Assert.Equal("active", (await engine.AccountAsync()).Status);
    }

    /// <summary>Every answer that says nothing for certain; and whether the platform has the call all the same.</summary>
    public static TheoryData<string, bool> NotKnown { get; } = new()
    {
        { "html 201", false }, { "html 201", true }, { "html 500", true }, { "empty 201", true }, { "empty 200", false }, { "huge", true }, { "error inside", false },
        { "without id", true }, { "without id", false }, { "500", true }, { "503", false }, { "redirect", false }, { "lost", true }, { "reset before", false }, { "reset after", true },
    };

    [Theory]
    [MemberData(nameof(NotKnown))]
    public async Task What_is_not_known_is_looked_up_and_never_ordered_again(string answer, bool isAccepted)
    {
        await using var engine = await VapiEngine.StartAsync(run);
        engine.Vapi.WhenOrdered = _ => answer switch
        {
            "lost" => OrderFate.AcceptAndLoseAnswer,
            "reset before" => OrderFate.ResetBeforeAccept,
            "reset after" => OrderFate.ResetAfterAccept,
            _ => OrderFate.AnswerWith(
                answer switch
                {
                    "html 201" => RawAnswer.Html(201),
                    "html 500" => RawAnswer.Html(500),
                    "empty 201" => RawAnswer.Empty(201),
                    "empty 200" => RawAnswer.Empty(200),
                    "huge" => RawAnswer.Huge,
                    "error inside" => RawAnswer.ErrorInside,
                    "without id" => RawAnswer.WithoutId,
                    "500" => new RawAnswer(500, """{"message":"Internal server error"}"""),
                    "503" => new RawAnswer(503, "", RetryAfter: "1"),
                    _ => new RawAnswer(302, ""),
                },
                isAccepted),
        };
        engine.Vapi.ListLag = TimeSpan.FromSeconds(90);
        var id = await engine.PlaceAsync();
        await engine.DispatchAsync();
        Assert.Equal(("processing", null), await engine.StateOfAsync(id));

        await engine.PassAsync(TimeSpan.FromSeconds(121));
        Assert.Equal(("processing", null), await engine.StateOfAsync(id));
        await engine.PassAsync(s_lastLook);

        Assert.Single(engine.Vapi.Orders);

        Assert.Equal(isAccepted ? ("processing", null) : ("error", (string?)"dispatch-unknown"), await engine.StateOfAsync(id));
        if (isAccepted)
        {
            await engine.Vapi.EndAsync(engine.Vapi.Calls[id], "customer-busy");
            await engine.Vapi.ReportAsync(engine.Vapi.Calls[id]);
            Assert.Equal(("ended", "customer-busy"), await engine.StateOfAsync(id));
        }
    }

    [Fact]
    public async Task A_carrier_that_hangs_is_given_up_and_one_that_takes_the_call_late_is_found()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        engine.Vapi.WhenOrdered = order => order.Number == "+14155550101" ? OrderFate.Hang : OrderFate.AcceptLate(TimeSpan.FromSeconds(25));
        var hangs = await engine.PlaceAsync("+14155550101");
        var late = await engine.PlaceAsync("+14155550102");
        var dispatch = engine.DispatchAsync();
        await Local.Patience.UntilAsync("both are ordered", () => engine.Vapi.Orders.Count == 2);
        await PassUntilAsync(engine, dispatch, TimeSpan.FromSeconds(20));

        await engine.PassAsync(s_lastLook);

        Assert.Equal([("error", (string?)"dispatch-unknown"), ("processing", null)], new[] { await engine.StateOfAsync(hangs), await engine.StateOfAsync(late) });
        Assert.Equal(2, engine.Vapi.Orders.Count);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("http://no-such-host.invalid")]
    [InlineData("https://{here}")]
    public async Task An_order_that_never_left_ends_the_call_which_may_be_placed_again(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        await using var engine = await VapiEngine.StartAsync(run);
        await engine.Server.ExecuteSqlAsync($"UPDATE carrier_accounts SET base_address = '{address.Replace("{here}", engine.Vapi.Address.Authority, StringComparison.Ordinal)}'");
        var id = await engine.PlaceAsync();

        await engine.DispatchAsync();

        var call = await engine.GetAsync(id);
        Assert.Equal(("carrier-failed-to-connect", true), (call.GetProperty("endedReason").GetString(), call.GetProperty("retryable").GetBoolean()));
        Assert.Empty(engine.Vapi.Orders);
        Assert.Equal("active", (await engine.AccountAsync()).Status);
    }

    [Fact]
    public async Task Orders_keep_to_the_pace_of_their_account_and_hold_up_no_others()
    {
        await using var engine = await VapiEngine.StartAsync(run, callsPerSecond: 2);
        for (var call = 0; call < 5; call++)
        {
            await engine.PlaceAsync($"+1415555010{call}");
        }

        var ordered = new List<int>();
        for (var second = 0; second < 4; second++)
        {
            await engine.DispatchAsync();
            ordered.Add(engine.Vapi.Orders.Count);
            engine.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([2, 4, 5, 5], ordered);
    }

    private static async Task PassUntilAsync(VapiEngine engine, Task work, TimeSpan atLeast)
    {
        var end = engine.Clock.GetUtcNow() + atLeast;
        while (!work.IsCompleted || engine.Clock.GetUtcNow() < end)
        {
            engine.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(work, Task.Delay(20, TestContext.Current.CancellationToken));
        }

        await work;
    }
}
