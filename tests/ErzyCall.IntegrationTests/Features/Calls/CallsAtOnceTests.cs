using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using CsCheck;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Calls.Dispatch.Simulation;
using ErzyCall.Api.Features.Calls.Policy;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Tenancy;
using ErzyCall.Api.Platform.Workers;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Features.Calls;

/// <summary>
/// The promises about calls, while several clients and the jobs of two copies of the server do everything at once. What happens is random and so is its order; what must be true is
/// true of every order.
/// </summary>
public sealed class CallsAtOnceTests(TestRun run)
{
    private const int Limit = 2;

    /// <summary>How often a number may be dialled within an hour, where the calling policy says so.</summary>
    private const int Cap = 2;

    /// <summary>Entered into the ledger before anything is dialled, and never lifted.</summary>
    private const string Blocked = "+14155550199";

    private static readonly Gen<string> s_phone = Gen.OneOf("+14155550100", "+14155550001", "+14155550006", "+14155550007", "+14155550008");

    /// <summary>Mostly one of the first, which are dialled first.</summary>
    private static readonly Gen<int> s_which = Gen.Frequency((4, Gen.Int[0, 3]), (1, Gen.Int[0, 20]));

    private static readonly Gen<Command> s_create = Gen.Select(
        s_phone, Gen.Enum<SubmitFate>(), Gen.Frequency((3, false), (1, true)),
        (to, fate, isScheduled) => new Command($"create {to} {fate}{(isScheduled ? " in a minute" : "")}", calls => calls.CreateAsync(to, fate, isScheduled)));

    private static readonly Gen<Command> s_command = Gen.Frequency(
        (4, s_create),
        (8, Step<CallDispatchJob>("dispatch")),
        (2, Step<ReconcileCallsJob>("find lost")),
        (3, Step<OptedOutCallsJob>("find opted out")),
        (4, Step<HangUpJob>("hang up")),
        (1, Step<CallDeadlineJob>("deadlines")),
        (4, Step<SimulatedCarrierJob>("simulate")),
        (5, s_which.Select(which => new Command($"cancel {which}", calls => calls.CancelAsync(which)))),
        (2, s_which.Select(which => new Command($"report answer {which}", calls => calls.ReportAnswerAsync(which)))),
        (3, Gen.Select(s_which, Gen.Bool, (which, asks) => new Command($"report end {which}{(asks ? " and asks not to be called" : "")}", calls => calls.ReportEndAsync(which, asks)))),
        (2, Gen.Frequency((3, 2), (3, 30), (3, 60), (1, 32 * 60)).Select(seconds => new Command($"pass {seconds} s", calls => calls.PassAsync(TimeSpan.FromSeconds(seconds))))),
        (1, s_phone.Select(phone => new Command($"block {phone}", calls => calls.BlockAsync(phone)))),
        (1, s_phone.Select(phone => new Command($"lift {phone}", calls => calls.LiftAsync(phone)))));

    [Fact]
    public async Task Whatever_is_done_at_once_each_call_is_dialled_once_at_most_within_the_limit_and_has_one_outcome()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));
        var line = new FaultyLine();
        var options = new TestServerOptions { Postgres = await run.CreateDatabaseAsync(), Clock = clock, Services = line.Connect };
        await using var one = await run.StartServerAsync(options);
        await using var other = await run.StartServerAsync(options);

        // Some calls are there; then on each copy two do one thing after the other.
        await Gen.Select(s_create.Array[0, 8], s_command.Array[1, 16].Array[4], Gen.Bool).SampleAsync(
            async (first, sequences, isCapped) =>
            {
                await one.ExecuteSqlAsync("TRUNCATE calls, simulated_calls, events CASCADE");
                var tenant = await one.CreateTenantAsync(new TenantOptions { MaxConcurrentCalls = Limit });
                var calls = new CallsAtOnce(clock, line, tenant, one, tenant.Api);
                await calls.CapAsync(isCapped);
                var elsewhere = calls.On(other, other.CreateApiClient(tenant.Secret));
                await calls.RunAsync(first);
                await calls.PlaceAndBlockAsync(Blocked);

                var work = Task.WhenAll(sequences.Select((commands, n) => Task.Run(() => (n % 2 == 0 ? calls : elsewhere).RunAsync(commands))));
                await Patience.UntilAsync("all have come to the end of what they do", () =>
                {
                    // A little always: whoever enters a number waits for what is on its way to it.
                    clock.Advance(line.Hanging > 0 ? CallModel.SubmitPatience : TimeSpan.FromMilliseconds(50));
                    return work.IsCompleted;
                });
                await work;

                await calls.PassAllDeadlinesAsync();
                await calls.CheckAsync();
            },
            iter: Iterations.Usually(5),
            threads: 1,
            print: all => string.Join("\n\n", all.Item2.Prepend(all.Item1).Select(commands => string.Join('\n', commands.Select(command => command.Name)))));
    }

    private static Gen<Command> Step<TJob>(string name)
        where TJob : class, IJob => Gen.Const(new Command(name, calls => calls.StepAsync<TJob>()));

    private sealed record Command(string Name, Func<CallsAtOnce, Task> RunAsync);

    /// <summary>One organization's calls, as a client of one copy of the server and its jobs work on them.</summary>
    private sealed record CallsAtOnce(FakeTimeProvider Clock, FaultyLine Line, Tenant Tenant, TestServer Server, ApiClient Api)
    {
        private ConcurrentQueue<string> Placed { get; init; } = [];

        private ConcurrentQueue<string> Cancelled { get; init; } = [];

        /// <summary>The same calls by another copy.</summary>
        public CallsAtOnce On(TestServer server, ApiClient api) => this with { Server = server, Api = api };

        public async Task RunAsync(Command[] commands)
        {
            foreach (var command in commands)
            {
                await command.RunAsync(this);
                Assert.InRange(await Server.InDatabaseAsync(db => db.Calls.CountAsync(call => call.Status == "processing")), 0, Limit);
            }
        }

        public async Task PlaceAndBlockAsync(string phone)
        {
            await CreateAsync(phone, SubmitFate.Heard, isScheduled: false);
            await CreateAsync(phone, SubmitFate.Heard, isScheduled: true);
            await BlockAsync(phone);
        }

        public async Task CapAsync(bool isCapped) =>
            (await Api.PatchAsync("/calling-policy", new { maxPerNumber = isCapped ? new { count = Cap, hours = 1 } : null }))
                .ShouldBe(HttpStatusCode.OK);

        public async Task CreateAsync(string to, SubmitFate fate, bool isScheduled)
        {
            var body = new Dictionary<string, object> { ["to"] = to, ["from"] = Tenant.From, ["firstMessage"] = fate.ToString() };
            if (isScheduled)
            {
                // Far enough ahead that it is so still when another moves the clock meanwhile.
                body["scheduledAt"] = Clock.GetUtcNow().AddMinutes(1);
            }

            var response = await Api.PostAsync("/calls", body);
            if (response.Status == HttpStatusCode.Created)
            {
                Placed.Enqueue(response.Data.GetProperty("id").GetString()!);
            }
            else if (response.Status != HttpStatusCode.BadRequest || !isScheduled)
            {
                response.ShouldBeError(403, "CONTACT_OPTED_OUT");
            }
        }

        public async Task CancelAsync(int which)
        {
            if (Find(which) is { } id)
            {
                var response = await Api.PostAsync($"/calls/{id}/cancel", null);
                if (response.Status == HttpStatusCode.OK)
                {
                    Cancelled.Enqueue(id);
                }
                else
                {
                    response.ShouldBeError(422, "INVALID_STATE");
                }
            }
        }

        public Task ReportAnswerAsync(int which) => ReportAsync(which, (reports, id) => reports.TakeAsync(new CarrierReport(id, Clock.GetUtcNow()), TestContext.Current.CancellationToken));

        public Task ReportEndAsync(int which, bool asksNotToBeCalled) => ReportAsync(which, (reports, id) => reports.TakeAsync(
            new CarrierReport(id, AnsweredAt: null, new CarrierOutcome(EndedReason.Voicemail, Clock.GetUtcNow(), null, [], asksNotToBeCalled)),
            TestContext.Current.CancellationToken));

        public Task PassAsync(TimeSpan time)
        {
            Clock.Advance(time);
            return Task.CompletedTask;
        }

        public async Task BlockAsync(string phone) =>
            Assert.Contains((await Api.PostAsync("/do-not-call", new { phone })).Status, new[] { HttpStatusCode.Created, HttpStatusCode.OK });

        public async Task LiftAsync(string phone) =>
            Assert.Contains((await Api.DeleteAsync($"/do-not-call/{Uri.EscapeDataString(phone)}")).Status, new[] { HttpStatusCode.NoContent, HttpStatusCode.NotFound });

        public Task<bool> StepAsync<TJob>()
            where TJob : class, IJob => Server.StepAsync<TJob>();

        /// <summary>Nothing may follow: what the carrier and the other jobs still do comes too late.</summary>
        public async Task PassAllDeadlinesAsync()
        {
            Clock.Advance(TimeSpan.FromHours(4));
            await Server.RunAsync<CallDeadlineJob>();
            await Server.RunAsync<CallDispatchJob>();
            await Server.RunAsync<ReconcileCallsJob>();
            await Server.RunAsync<OptedOutCallsJob>();
            await Server.RunAsync<HangUpJob>();
            await Server.RunAsync<SimulatedCarrierJob>();
        }

        public async Task CheckAsync()
        {
            var calls = await Server.InDatabaseAsync(db => db.Calls.OwnedBy(Tenant.Caller).AsNoTracking().ToListAsync());
            var events = await Server.InDatabaseAsync(db => db.Events.OwnedBy(Tenant.Caller).AsNoTracking().OrderBy(row => row.Position).ToListAsync());
            foreach (var call in calls)
            {
                var moves = events.Where(row => row.ResourceId == call.Id.Value).ToList();
                var isRefused = !Placed.Contains(call.Id.ToString());

                // One that waits for another dial to be long enough ago may begin to do so more than once.
                Assert.True(call.ScheduledAt is null || isRefused || moves[0].Type == "call.scheduled");
                var others = moves.Select(row => row.Type).Where(type => type is not ("call.scheduled" or "call.report"));
                Assert.Equal(isRefused ? ["call.failed"] : MovesOf(call), others);
                Assert.True(!isRefused || call is { Status: "error", EndedReason: "contact-opted-out", StartedAt: null });
                Assert.Equal(call.Status, JsonElement.Parse(moves[^1].Data).GetProperty("status").GetString());
                Assert.NotNull(call.EndedReason);

                var dials = Line.Dials.GetValueOrDefault(call.Id);
                Assert.InRange(dials, 0, call.StartedAt is null ? 0 : 1);
                Assert.NotEqual((Blocked, 1), (call.To, dials));
            }

            var ended = calls.Where(call => call.Status == "ended").ToDictionary(call => call.Id.ToString(), call => call.EndedReason);
            Assert.All(Cancelled.Where(ended.ContainsKey), id => Assert.Equal("manually-canceled", ended[id]));
            Assert.Empty(Placed.Except(calls.Select(call => call.Id.ToString())));

            var policy = await Server.InDatabaseAsync(db => db.CallingPolicies.OwnedBy(Tenant.Caller).AsNoTracking().SingleAsync());
            var dialled = calls.Where(call => call.StartedAt is not null);
            foreach (var dials in dialled.GroupBy(call => call.CanonicalTo, call => call.StartedAt!.Value))
            {
                var most = policy.MaxPerNumber?.Count ?? int.MaxValue;
                Assert.All(dials, at => Assert.InRange(dials.Count(other => other <= at && other > at.AddHours(-1)), 1, most));
            }

            // A claim counts what is committed, and positions are given before that: so a limit that was broken shows in them.
            var running = new HashSet<Guid>();
            foreach (var happened in events)
            {
                _ = happened.Type == "call.started" ? running.Add(happened.ResourceId) : running.Remove(happened.ResourceId);
                Assert.InRange(running.Count, 0, Limit);
            }
        }

        private static IEnumerable<string> MovesOf(Call call) =>
        [
            .. (string[])(call.StartedAt is null ? [] : ["call.started"]),
            call.Status switch { "ended" => "call.ended", "cancelled" => "call.cancelled", "error" => "call.failed", var open => $"none: it is {open}" },
        ];

        private async Task ReportAsync(int which, Func<CarrierReports, Id<Call>, Task> report)
        {
            if (Find(which) is { } id)
            {
                await Server.InScopeAsync<CarrierReports>(reports => report(reports, Id<Call>.Parse(id)));
            }
        }

        private string? Find(int which)
        {
            var placed = Placed.ToArray();
            return placed.Length == 0 ? null : placed[which % placed.Length];
        }
    }
}
