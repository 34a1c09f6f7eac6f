using System.Net;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.IntegrationTests.Features.Audit;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Features.DoNotCall;

/// <summary>A number is entered while something is on its way to it: after the answer nothing leaves for it, and what rings is hung up.</summary>
public sealed class LedgerRaceTests(TestRun run)
{
    private const string Phone = "+14155550100";

    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(60);

    private readonly ScriptedCarrier _carrier = new();
    private readonly ScriptedMessenger _messenger = new();

    [Fact]
    public async Task A_call_whose_number_was_entered_after_its_claim_is_not_dialled()
    {
        await using var engine = await CallEngine.StartAsync(run, _carrier);
        var claimed = await ClaimAsync(engine);
        await engine.Server.ExecuteSqlAsync("UPDATE calls SET started_at = started_at - interval '2 minutes'");
        await engine.BlockAsync(Phone);

        await engine.Server.InScopeAsync<CallSubmission>(submission => submission.RunAsync([claimed]));

        Assert.Empty(_carrier.Placed);
        var call = await engine.Tenant.GetCallAsync(claimed.Id.ToString());
        Assert.Equal(
            ("error", "contact-opted-out", "policy"),
            (call.GetProperty("status").GetString(), call.GetProperty("endedReason").GetString(), call.GetProperty("fault").GetString()));
        Assert.Equal(["call.failed"], (await engine.EventsOfAsync(claimed.Id.ToString())).Select(happened => happened.Type));
    }

    [Fact]
    public async Task A_call_that_was_cancelled_after_its_claim_is_not_dialled()
    {
        await using var engine = await CallEngine.StartAsync(run, _carrier);
        var claimed = await ClaimAsync(engine);
        (await engine.Tenant.Api.PostAsync($"/calls/{claimed.Id}/cancel", null)).ShouldBe(HttpStatusCode.OK);

        await engine.Server.InScopeAsync<CallSubmission>(submission => submission.RunAsync([claimed]));

        Assert.Empty(_carrier.Placed);
        Assert.Equal(("ended", "manually-canceled"), await engine.StateOfAsync(claimed.Id.ToString()));

        // No law but that it was announced, which the test's own claim left out.
        Assert.All((await engine.Tenant.AuditAsync()).Laws("violated"), law => Assert.Equal("call-started-event", law.Name()));
    }

    [Theory]
    [InlineData("POST /do-not-call")]
    [InlineData("POST /do-not-call with a key")]
    [InlineData("POST /do-not-call of a number that is there")]
    [InlineData("POST /contacts")]
    [InlineData("PATCH /contacts")]
    [InlineData("POST /contacts/batch")]
    public async Task Whoever_enters_a_number_is_answered_when_the_order_under_way_to_it_has_left_or_not(string way)
    {
        await using var engine = await CallEngine.StartAsync(run, _carrier);
        var order = new TaskCompletionSource<SubmitResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _carrier.WhenPlaced = _ => order.Task;
        var api = engine.Tenant.Api;
        var contact = way.StartsWith("PATCH", StringComparison.Ordinal) ? await engine.Tenant.CreateAsync("/contacts", new { title = "Ada", phone = Phone }) : null;
        var id = await engine.Tenant.PlaceCallAsync(Phone);
        var dispatch = engine.DispatchAsync();
        await Patience.UntilAsync("the carrier is asked to dial", () => !_carrier.Placed.IsEmpty);
        var earlier = way.EndsWith("there", StringComparison.Ordinal) ? api.PostAsync("/do-not-call", new { phone = Phone }) : null;
        await Patience.UntilAsync("the number is there", async () => earlier is null || await engine.Tenant.LedgerEntryAsync(Phone) is not null);

        var optOut = new { optedOut = true };
        var entering = way switch
        {
            "PATCH /contacts" => api.PatchAsync($"/contacts/{contact}", new { optOut }),
            "POST /contacts" => api.PostAsync("/contacts", new { title = "Ada", phone = Phone, optOut }),
            "POST /contacts/batch" => api.PostAsync("/contacts/batch", new { contacts = new[] { new { title = "Ada", phone = Phone, optOut } } }),
            "POST /do-not-call with a key" => api.PostAsync("/do-not-call", new { phone = Phone }, "k1"),
            _ => api.PostAsync("/do-not-call", new { phone = Phone }),
        };
        await Patience.UntilAsync("the entry is committed", async () => await engine.Tenant.LedgerEntryAsync(Phone) is not null);
        await SomethingElseAsync(engine);
        Assert.False(entering.IsCompleted, "It was answered while the order was under way.");

        order.SetResult(SubmitResult.Accepted);
        await dispatch;
        await UntilAnsweredAsync(entering, engine.Clock);
        await UntilAnsweredAsync(earlier ?? entering, engine.Clock);

        // It had left, so it is hung up.
        await engine.Server.RunAsync<OptedOutCallsJob>();
        await engine.Server.RunAsync<HangUpJob>();
        Assert.Equal([id], _carrier.ToldToHangUp.Select(call => call.ToString()));
        await engine.ReportEndAsync(id, "customer-did-not-answer");
        Assert.Equal(("error", "contact-opted-out"), await engine.StateOfAsync(id));
        Assert.Equal(["call.started", "call.failed"], (await engine.EventsOfAsync(id)).Select(happened => happened.Type));
    }

    [Fact]
    public async Task Whoever_enters_a_number_waits_for_five_seconds_at_most_and_what_leaves_later_is_hung_up()
    {
        await using var engine = await CallEngine.StartAsync(run, _carrier);
        var order = new TaskCompletionSource<SubmitResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _carrier.WhenPlaced = _ => order.Task;
        var id = await engine.Tenant.PlaceCallAsync(Phone);
        var dispatch = engine.DispatchAsync();
        await Patience.UntilAsync("the carrier is asked to dial", () => !_carrier.Placed.IsEmpty);

        var began = engine.Clock.GetUtcNow();
        var entering = engine.Tenant.Api.PostAsync("/do-not-call", new { phone = Phone });
        await Patience.UntilAsync("the entry is committed", async () => await engine.Tenant.LedgerEntryAsync(Phone) is not null);
        await UntilAnsweredAsync(entering, engine.Clock);
        Assert.InRange(engine.Clock.GetUtcNow() - began, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6));

        order.SetResult(SubmitResult.Accepted);
        await dispatch;
        await engine.Server.RunAsync<OptedOutCallsJob>();
        await engine.Server.RunAsync<HangUpJob>();
        Assert.Equal([id], _carrier.ToldToHangUp.Select(call => call.ToString()));
    }

    [Fact]
    public async Task An_entry_hangs_up_what_rings_at_the_number_and_nothing_else()
    {
        await using var engine = await CallEngine.StartAsync(run, _carrier);
        var answered = await engine.Tenant.PlaceCallAsync(Phone);
        var ringing = await engine.Tenant.PlaceCallAsync(Phone);
        var elsewhere = await engine.Tenant.PlaceCallAsync("+14155550101");
        await engine.DispatchAsync();
        await engine.ReportAnswerAsync(answered);

        (await engine.Tenant.Api.PostAsync("/do-not-call", new { phone = Phone })).ShouldBe(HttpStatusCode.Created);
        await engine.Server.RunAsync<OptedOutCallsJob>();
        await engine.Server.RunAsync<HangUpJob>();

        Assert.Equal([ringing], _carrier.ToldToHangUp.Select(call => call.ToString()));
        Assert.Equal(("processing", null), await engine.StateOfAsync(answered));
        Assert.Equal(("processing", null), await engine.StateOfAsync(elsewhere));

        // Its carrier never says that it hung up.
        engine.Clock.Advance(TimeSpan.FromSeconds(31));
        await engine.Server.RunAsync<ReconcileCallsJob>();
        Assert.Equal(("error", "contact-opted-out"), await engine.StateOfAsync(ringing));
        Assert.Empty((await engine.Tenant.AuditAsync()).Laws("violated"));
    }

    [Fact]
    public async Task An_order_that_its_carrier_gets_after_the_call_is_over_is_hung_up()
    {
        _carrier.WhenPlaced = _ => throw new IOException("Connection reset");
        _carrier.WhenAsked = _ => Task.FromResult(false);
        await using var engine = await CallEngine.StartAsync(run, _carrier);
        var id = await engine.Tenant.PlaceCallAsync(Phone);
        await engine.DispatchAsync();
        engine.Clock.Advance(s_lease);
        await engine.RunAllAsync();
        Assert.Equal(("error", "dispatch-unknown"), await engine.StateOfAsync(id));

        await engine.ReportAnswerAsync(id);
        _carrier.WhenToldToHangUp = _ => throw new IOException("Connection reset");
        await engine.Server.RunAsync<HangUpJob>();
        _carrier.WhenToldToHangUp = _ => Task.FromResult(true);
        engine.Clock.Advance(s_lease);
        await engine.Server.RunAsync<HangUpJob>();
        await engine.Server.RunAsync<HangUpJob>();

        Assert.Equal([id, id], _carrier.ToldToHangUp.Select(call => call.ToString()));
        Assert.Equal(("error", "dispatch-unknown"), await engine.StateOfAsync(id));
        Assert.Equal(["call.started", "call.failed"], (await engine.EventsOfAsync(id)).Select(happened => happened.Type));
    }

    [Fact]
    public async Task Whoever_enters_a_number_is_answered_when_the_message_under_way_to_it_has_left_or_not()
    {
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var sending = new TaskCompletionSource<SendResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _messenger.WhenSent = (_, _) => sending.Task;
        var message = await engine.Tenant.SendTemplateAsync(engine.Account);
        var job = engine.SendAsync();
        await Patience.UntilAsync("the messenger has it", () => !_messenger.Sent.IsEmpty);

        var entering = engine.Tenant.Api.PostAsync("/do-not-call", new { phone = WhatsAppTenant.Customer });
        await Patience.UntilAsync("the entry is committed", async () => await engine.Tenant.LedgerEntryAsync(WhatsAppTenant.Customer) is not null);
        await SomethingElseAsync(engine.Tenant);
        Assert.False(entering.IsCompleted, "It was answered while the message was under way.");

        sending.SetResult(ScriptedMessenger.Accepts(_messenger.Sent.Single()));
        await job;
        await UntilAnsweredAsync(entering, engine.Clock);
        Assert.Equal(("sent", null), await engine.Tenant.StateOfAsync(message));
    }

    [Fact]
    public async Task A_message_whose_number_was_entered_after_its_claim_is_not_sent()
    {
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var message = await engine.Tenant.SendTemplateAsync(engine.Account);
        await engine.Server.ExecuteSqlAsync("UPDATE messages SET claimed_at = due_at");
        var claimed = await engine.Server.InDatabaseAsync(db => db.Messages.AsNoTracking().SingleAsync(TestContext.Current.CancellationToken));
        await engine.Server.ExecuteSqlAsync("UPDATE messages SET claimed_at = claimed_at - interval '2 minutes'");
        await engine.Tenant.BlockAsync(WhatsAppTenant.Customer);

        await engine.Server.InScopeAsync<MessageSubmission>(submission => submission.RunAsync(claimed));

        Assert.Empty(_messenger.Sent);
        Assert.Equal(("failed", "contact-opted-out"), await engine.Tenant.StateOfAsync(message));
    }

    /// <summary>A call as a process has it that has claimed it and not handed it over yet.</summary>
    private static async Task<Call> ClaimAsync(CallEngine engine)
    {
        var id = Id<Call>.Parse(await engine.Tenant.PlaceCallAsync(Phone));
        var now = engine.Clock.GetUtcNow();
        await engine.Server.InDatabaseAsync(async db =>
        {
            var call = await db.Calls.SingleAsync(row => row.Id == id, TestContext.Current.CancellationToken);
            call.Claim("simulator", account: null, s_lease, TimeSpan.FromMinutes(32), now);
            return await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        return await engine.Server.InDatabaseAsync(db => db.Calls.AsNoTracking().SingleAsync(row => row.Id == id, TestContext.Current.CancellationToken));
    }

    private static Task SomethingElseAsync(CallEngine engine) => SomethingElseAsync(engine.Tenant);

    /// <summary>Long enough for an answer that nothing keeps back.</summary>
    private static async Task SomethingElseAsync(Tenant tenant)
    {
        for (var i = 0; i < 5; i++)
        {
            (await tenant.Api.GetAsync("/calls")).ShouldBe(HttpStatusCode.OK);
        }
    }

    /// <summary>Lets time pass until a request is answered.</summary>
    private static async Task UntilAnsweredAsync(Task<ApiResponse> request, FakeTimeProvider clock) =>
        Assert.InRange((await Patience.WhileTimePassesAsync(clock, request)).Status, HttpStatusCode.OK, HttpStatusCode.Created);
}
