using System.Net;
using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.IntegrationTests.Features.Audit;
using ErzyCall.IntegrationTests.Server;
using ErzyCall.VapiStandIn;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Features.Calls.Dispatch;

/// <summary>A carrier as these rules need it: a server that has it, and somebody who plays its calls.</summary>
internal interface ICarrierBench : IAsyncDisposable
{
    string Carrier { get; }

    TestServer Server { get; }

    Tenant Tenant { get; }

    string From { get; }

    DateTimeOffset Now { get; }

    /// <summary>A number that the carrier refuses to call.</summary>
    string Refused { get; }

    /// <summary>The line that orders are given on.</summary>
    CarrierLine Line { get; }

    /// <summary>Lets a call be answered, talked on and end, as far as it goes on, with all that the carrier reports.</summary>
    Task PlayAsync(string call);
}

/// <summary>
/// What the server relies on with every carrier. A new one is a class of its own below, and has to keep to all of it.
/// </summary>
public abstract class CarrierRules
{
    private const string To = "+14155550100";

    [Fact]
    public async Task An_order_is_answered_with_the_carriers_id_and_the_call_is_found_by_that_and_by_ours()
    {
        await using var bench = await StartAsync();
        var (first, second) = (OrderOf(bench), OrderOf(bench));

        var accepted = Assert.IsType<HandOver.Accepted>(await AskAsync(bench, carrier => carrier.PlaceAsync(first, TestContext.Current.CancellationToken)));
        var other = Assert.IsType<HandOver.Accepted>(await AskAsync(bench, carrier => carrier.PlaceAsync(second, TestContext.Current.CancellationToken)));

        Assert.NotEqual(accepted.CarrierCallId, other.CarrierCallId);
        Assert.InRange(accepted.CarrierCallId.Length, 1, Call.MaxCarrierCallId);
        foreach (var question in new[] { About(first), About(first) with { CarrierCallId = accepted.CarrierCallId } })
        {
            var seen = Assert.IsType<Sighting.Seen>(await AskAsync(bench, carrier => carrier.LookUpAsync(question, TestContext.Current.CancellationToken)));
            Assert.Equal((first.Call, accepted.CarrierCallId), Assert.Single(seen.Reports.Select(report => (report.Call, report.CarrierCallId!))));
        }
    }

    [Fact]
    public async Task A_call_that_was_never_ordered_is_not_found_and_need_not_be_hung_up()
    {
        await using var bench = await StartAsync();
        var never = About(OrderOf(bench));

        Assert.IsNotType<Sighting.Seen>(await AskAsync(bench, carrier => carrier.LookUpAsync(never, TestContext.Current.CancellationToken)));
        var unknown = never with { CarrierCallId = Guid.CreateVersion7().ToString() };
        Assert.IsNotType<Sighting.Seen>(await AskAsync(bench, carrier => carrier.LookUpAsync(unknown, TestContext.Current.CancellationToken)));
        await AskAsync(bench, async carrier =>
        {
            await carrier.HangUpAsync(unknown, TestContext.Current.CancellationToken);
            return 0;
        });
    }

    [Fact]
    public async Task A_refusal_is_in_the_carriers_words()
    {
        await using var bench = await StartAsync();

        var refused = Assert.IsType<HandOver.Refused>(await AskAsync(bench, carrier => carrier.PlaceAsync(OrderOf(bench) with { To = bench.Refused }, TestContext.Current.CancellationToken)));

        Assert.Equal(RefusalKind.Call, refused.Refusal.Kind);
        Assert.NotEmpty(refused.Refusal.Code);
        Assert.NotEmpty(refused.Refusal.Message);
    }

    [Fact]
    public async Task An_order_that_is_given_up_is_not_answered()
    {
        await using var bench = await StartAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => AskAsync(bench, carrier => carrier.PlaceAsync(OrderOf(bench), new CancellationToken(canceled: true))));
    }

    [Fact]
    public async Task Every_carrier_honours_the_platforms_defaults()
    {
        await using var bench = await StartAsync();
        var order = OrderOf(bench);
        Assert.Empty(await AskAsync(bench, carrier => Task.FromResult(carrier.NotSupported(order.Assistant, order.Features))));
    }

    [Fact]
    public async Task A_call_is_ordered_once_bound_and_over_with_one_final_event()
    {
        await using var bench = await StartAsync();
        var id = await PlaceAsync(bench);
        await bench.Server.RunAsync<CallDispatchJob>();
        await bench.PlayAsync(id);
        await bench.PlayAsync(id);

        var call = await RowAsync(bench, id);
        Assert.Equal((CallStatus.Ended, bench.Carrier), (call.Status, call.Carrier));
        Assert.NotNull(call.CarrierCallId);
        Assert.NotNull(call.AnsweredAt);
        Assert.NotEmpty(call.Transcript);
        Assert.Null(call.NextLookAt);
        Assert.Equal(["call.started", "call.ended"], (await bench.Server.EventsOfAsync(id)).Select(happened => happened.Type));
        Assert.Equal(0, await bench.Server.RunAsync<HangUpJob>());
        (await bench.Tenant.AuditAsync()).ShouldHold();
    }

    [Fact]
    public async Task A_call_that_is_cancelled_is_hung_up_and_ends_as_that()
    {
        await using var bench = await StartAsync();
        var id = await PlaceAsync(bench);
        await bench.Server.RunAsync<CallDispatchJob>();
        (await bench.Tenant.Api.PostAsync($"/calls/{id}/cancel", null)).ShouldBe(HttpStatusCode.OK);

        Assert.NotEqual(0, await bench.Server.RunAsync<HangUpJob>());
        await bench.PlayAsync(id);

        Assert.Equal((CallStatus.Ended, "manually-canceled"), ((await RowAsync(bench, id)).Status, (await RowAsync(bench, id)).EndedReason));
        Assert.Equal(["call.started", "call.ended"], (await bench.Server.EventsOfAsync(id)).Select(happened => happened.Type));
    }

    private protected abstract Task<ICarrierBench> StartAsync();

    private static CarrierOrder OrderOf(ICarrierBench bench) => new(
        Id<Call>.New(bench.Now), bench.Line, To, bench.From, "Hello", AssistantSnapshot.Of(assistant: null, "Be kind"), AssistantFeatures.None, TimeSpan.FromMinutes(30));

    private static CarrierQuestion About(CarrierOrder order) =>
        new(order.Call, order.Line, CarrierCallId: null, Control: null, order.To, order.From, DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(order.Call.Value.ToString("N")[..12], 16)));

    private static async Task<T> AskAsync<T>(ICarrierBench bench, Func<ICarrier, Task<T>> question)
    {
        await using var scope = bench.Server.Services.CreateAsyncScope();
        return await question(scope.ServiceProvider.GetServices<ICarrier>().Single(carrier => carrier.Name == bench.Carrier));
    }

    private static async Task<string> PlaceAsync(ICarrierBench bench) =>
        (await bench.Tenant.Api.PostAsync("/calls", new { to = To, from = bench.From })).ShouldBe(HttpStatusCode.Created).Data.GetProperty("id").GetString()!;

    private static Task<Call> RowAsync(ICarrierBench bench, string id) =>
        bench.Server.InDatabaseAsync(db => db.Calls.AsNoTracking().SingleAsync(row => row.Id == Id<Call>.Parse(id), TestContext.Current.CancellationToken));
}

public sealed class SimulatedCarrierRulesTests(TestRun run) : CarrierRules
{
    private protected override async Task<ICarrierBench> StartAsync() => new Bench(await CallEngine.StartAsync(run));

    private sealed class Bench(CallEngine engine) : ICarrierBench
    {
        public string Carrier => "simulator";

        public TestServer Server => engine.Server;

        public Tenant Tenant => engine.Tenant;

        public string From => Tenant.From;

        public DateTimeOffset Now => engine.Clock.GetUtcNow();

        public string Refused => "+14155550006";

        public CarrierLine Line => CarrierLine.None;

        public Task PlayAsync(string call) => engine.SimulateAsync();

        public ValueTask DisposeAsync() => engine.DisposeAsync();
    }
}

public sealed class VapiCarrierRulesTests(TestRun run) : CarrierRules
{
#pragma warning disable CA2000 // The bench disposes of it.
    private protected override async Task<ICarrierBench> StartAsync() => await new Bench(await VapiEngine.StartAsync(run)).PreparedAsync();
#pragma warning restore CA2000

    private sealed class Bench(VapiEngine engine) : ICarrierBench
    {
        public string Carrier => "vapi";

        public TestServer Server => engine.Server;

        public Tenant Tenant => engine.Tenant;

        public string From => VapiEngine.Number;

        public DateTimeOffset Now => engine.Clock.GetUtcNow();

        public string Refused => "+14155550006";

        public CarrierLine Line { get; private set; } = CarrierLine.None;

        public async Task<Bench> PreparedAsync()
        {
            engine.Vapi.WhenOrdered = order => order.Number == Refused ? OrderFate.Refuse(400, """{"message":["We do not call there"],"statusCode":400}""") : OrderFate.Accept;
            var number = await engine.Server.InDatabaseAsync(db => db.Set<Api.Features.PhoneNumbers.PhoneNumber>().SingleAsync(phone => phone.CarrierAccountId != null));
            Line = new CarrierLine(engine.Account, number.CarrierNumberId);
            return this;
        }

        public async Task PlayAsync(string call)
        {
            var theirs = engine.Vapi.Calls[call];
            if (!theirs.IsOver)
            {
                await engine.Vapi.RingAsync(theirs);
                await engine.Vapi.AnswerAsync(theirs);
                await engine.Vapi.EndAsync(theirs, "assistant-ended-call", new VapiTurn("assistant", "Hello", 0.4));
            }

            await engine.Vapi.ReportAsync(theirs);
        }

        public ValueTask DisposeAsync() => engine.DisposeAsync();
    }
}
