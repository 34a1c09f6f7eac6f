using System.Net;
using CsCheck;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Calls.Dispatch.Simulation;
using ErzyCall.Api.Features.Calls.Policy;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Tenancy;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Features.Calls;

/// <summary>
/// Calls do what <see cref="CallModel"/> does, whatever happens in whatever order. A failure prints the shortest sequence of commands that was found and its seed; with
/// <c>CsCheck_Seed</c> set to it the test begins with that sequence.
/// </summary>
public sealed class CallModelTests(TestRun run)
{
    private const int Limit = 3;

    private const string AsksNotToBeCalled = "+14155550008";

    /// <summary>By their last digits: a conversation twice, nobody answers, refused, silent, asks not to be called.</summary>
    private static readonly Gen<string> s_phone = Gen.OneOf("+14155550100", "+14155550101", "+14155550001", "+14155550006", "+14155550007", AsksNotToBeCalled);

    private static readonly Gen<SubmitFate> s_fate = Gen.Frequency(
        (5, SubmitFate.Heard), (2, SubmitFate.AnswerLost), (2, SubmitFate.OrderLost), (1, SubmitFate.NotConnected), (1, SubmitFate.Hangs), (1, SubmitFate.ReportedFirst));

    private static readonly Gen<TimeSpan?> s_scheduledIn = Gen.Frequency<TimeSpan?>((4, null), (1, TimeSpan.FromMilliseconds(1)), (1, TimeSpan.FromSeconds(60)), (1, TimeSpan.FromMinutes(90)));

    /// <summary>On and around every time that means something to a call; seldom one that ends most of them.</summary>
    private static readonly Gen<TimeSpan> s_time = Gen.Select(
        Gen.Frequency((6, Gen.OneOf(1, 2, 10, 20, 30, 40, 60)), (1, Gen.OneOf(30 * 60, 32 * 60, 60 * 60, 90 * 60))).Select(seconds => TimeSpan.FromSeconds(seconds)),
        Gen.Int[-1, 1].Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds)),
        (time, around) => time + around);

    private static readonly Gen<int> s_which = Gen.Int[0, 40];

    private static readonly Gen<Command> s_create =
        Gen.Select(s_phone, s_fate, s_scheduledIn, Gen.Bool, (to, fate, scheduledIn, isBatched) =>
            new Command(
                $"create {to} {fate} {scheduledIn}{(isBatched ? " batched" : "")}",
                calls => calls.CreateAsync(to, fate, scheduledIn, isBatched)));

    /// <summary>It is ten in the morning at first; seldom all of it.</summary>
    private static readonly Gen<ModelPolicy> s_policy = Gen.Select(
        Gen.OneOf<(int, int)?>(null, (0, 601), (601, 660), (630, 24 * 60), (0, 24 * 60)),
        Gen.Frequency((3, true), (1, false)),
        Gen.OneOf<int?>(null, 1, 2),
        (minutes, waits, cap) => new ModelPolicy(minutes, waits, cap));

    private static readonly Gen<Command> s_command = Gen.Frequency(
        (6, s_create),
        (8, Gen.Const(new Command("dispatch", calls => calls.DispatchAsync()))),
        (4, s_time.Select(time => new Command($"pass {time}", calls => calls.PassAsync(time)))),
        (5, s_which.Select(which => new Command($"cancel {which}", calls => calls.CancelAsync(which)))),
        (3, Gen.Const(new Command("find lost", calls => calls.RunAsync<ReconcileCallsJob>(model => model.FindLost())))),
        (3, Gen.Const(new Command("find opted out", calls => calls.RunAsync<OptedOutCallsJob>(model => model.FindOptedOut())))),
        (5, Gen.Const(new Command("hang up", calls => calls.RunAsync<HangUpJob>(model => model.HangUp())))),
        (2, Gen.Const(new Command("deadlines", calls => calls.RunAsync<CallDeadlineJob>(model => model.PassDeadlines())))),
        (2, Gen.Const(new Command("simulate", calls => calls.RunAsync<SimulatedCarrierJob>(model => model.Simulate())))),
        (1, s_which.Select(which => new Command($"report answer {which}", calls => calls.ReportAnswerAsync(which)))),
        (2, Gen.Select(s_which, Gen.OneOf("voicemail", "silence-timed-out"), Gen.Bool, (which, reason, asks) => new Command($"report end {which} {reason} {asks}", calls => calls.ReportEndAsync(which, reason, asks)))),
        (1, s_phone.Select(phone => new Command($"block {phone}", calls => calls.BlockAsync(phone)))),
        (2, s_policy.Select(policy => new Command($"{policy}", calls => calls.ChangeAsync(policy)))),
        (2, Gen.Const(new Command("judge anew", calls => calls.RunAsync<JudgeAnewJob>(model => model.JudgeAnew())))),
        (1, s_phone.Select(phone => new Command($"lift {phone}", calls => calls.LiftAsync(phone)))),
        (1, Gen.Bool.Select(isDown => new Command(isDown ? "line down" : "line up", calls => calls.SetLineAsync(isDown)))));

    /// <summary>A few calls, dialled as far as there is room; and then anything.</summary>
    private static readonly Gen<Command[]> s_commands = Gen.Select(
        s_create.Array[0, 6], s_command.Array[0, 30], Command[] (calls, commands) => [.. calls, new Command("dispatch", machine => machine.DispatchAsync()), .. commands]);

    [Fact]
    public async Task After_every_command_each_call_stands_as_the_model_says_and_in_the_end_all_are_final()
    {
        var line = new FaultyLine();
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));
        await using var server = await run.StartServerAsync(new TestServerOptions { Clock = clock, Services = line.Connect });
        await s_commands.SampleAsync(
            async commands =>
            {
                var calls = await ModelledCalls.StartAsync(server, clock, line);
                foreach (var command in commands)
                {
                    await command.RunAsync(calls);
                    await calls.CheckAsync();
                }

                await calls.PassAllDeadlinesAsync();
            },
            iter: Iterations.Usually(7),
            threads: 1,
            print: commands => string.Join('\n', commands.Select(command => command.Name)));
    }

    /// <summary>Something that happens to the calls of the server and to those of the model.</summary>
    private sealed record Command(string Name, Func<ModelledCalls, Task> RunAsync);

    /// <summary>An organization whose calls are told of to a model as well.</summary>
    private sealed class ModelledCalls
    {
        private readonly TestServer _server;
        private readonly FakeTimeProvider _clock;
        private readonly FaultyLine _line;
        private readonly Tenant _tenant;
        private readonly CallModel _model;

        private ModelledCalls(TestServer server, FakeTimeProvider clock, FaultyLine line, Tenant tenant) =>
            (_server, _clock, _line, _tenant, _model) = (server, clock, line, tenant, new CallModel(Limit, clock.GetUtcNow()));

        public static async Task<ModelledCalls> StartAsync(TestServer server, FakeTimeProvider clock, FaultyLine line)
        {
            // What an earlier sequence left when it failed would be worked on beside this one.
            await server.ExecuteSqlAsync("TRUNCATE calls, simulated_calls, events CASCADE");
            line.IsDown = false;
            return new ModelledCalls(server, clock, line, await server.CreateTenantAsync(new TenantOptions { MaxConcurrentCalls = Limit }));
        }

        public Task PassAsync(TimeSpan time)
        {
            _clock.Advance(time);
            _model.Pass(time);
            return Task.CompletedTask;
        }

        public async Task ChangeAsync(ModelPolicy policy)
        {
            _model.Change(policy);
            (await _tenant.Api.PatchAsync("/calling-policy", new
            {
                hours = policy.Minutes is { } minutes
                    ? new[] { new { days = CallingDay.All, from = Time(minutes.From), to = Time(minutes.To) } }
                    : null,
                timeZone = "UTC",
                outsideHours = policy.Waits ? "wait" : "refuse",
                maxPerNumber = policy.Cap is { } count ? new { count, hours = 1 } : null,
            })).ShouldBe(HttpStatusCode.OK);

            static string Time(int minute) => $"{minute / 60:D2}:{minute % 60:D2}";
        }

        public async Task CreateAsync(string to, SubmitFate fate, TimeSpan? scheduledIn, bool isBatched)
        {
            await PassAsync(TimeSpan.FromMilliseconds(1));
            var refusal = _model.Create(to, fate, scheduledIn, isBatched);

            var body = new Dictionary<string, object> { ["to"] = to, ["from"] = Tenant.From, ["firstMessage"] = fate.ToString() };
            if (scheduledIn is { } time)
            {
                body["scheduledAt"] = _clock.GetUtcNow() + time;
            }

            var answer = isBatched
                ? (await _tenant.Api.PostAsync("/calls/batch", new { calls = new[] { body } })).ShouldBe(HttpStatusCode.Created).Data[0]
                : (await _tenant.Api.PostAsync("/calls", body)).Json;

            Assert.Equal(refusal, answer.TryGetProperty("error", out var error) ? error.GetProperty("code").GetString() : null);
            if (refusal is null)
            {
                _model.Calls[^1].Id = answer.GetProperty("data").GetProperty("id").GetString()!;
            }
        }

        public async Task CancelAsync(int which)
        {
            if (Find(which) is { } call)
            {
                var isOpen = _model.Cancel(call);
                var response = await _tenant.Api.PostAsync($"/calls/{call.Id}/cancel", null);
                _ = isOpen ? response.ShouldBe(HttpStatusCode.OK) : response.ShouldBeError(422, "INVALID_STATE");
            }
        }

        public async Task DispatchAsync()
        {
            var hangs = _model.Dispatch();
            var dispatch = _server.StepAsync<CallDispatchJob>();
            if (hangs)
            {
                // The time goes on when all else that was submitted is recorded: only who hangs is to be given up.
                var unrecorded = _model.Calls.Count(call => call is { Status: "processing", IsSubmitted: false });
                await Patience.UntilAsync("a submission hangs", () => _line.Hanging > 0);
                await Patience.UntilAsync(
                    "all else is recorded",
                    () => _server.InDatabaseAsync(async db => await db.Calls.OwnedBy(_tenant.Caller).CountAsync(call => call.Status == "processing" && call.SubmittedAt == null) == unrecorded));
                await PassAsync(CallModel.SubmitPatience);
            }

            await dispatch;
        }

        public async Task RunAsync<TJob>(Action<CallModel> does)
            where TJob : class, Api.Platform.Workers.IJob
        {
            // The simulated carrier's customer who asks not to be called again, while something else is on its way to them.
            var waits = typeof(TJob) == typeof(SimulatedCarrierJob) && _model.IsInFlight(AsksNotToBeCalled);
            does(_model);
            await PassWhileAsync(_server.RunAsync<TJob>(), waits);
        }

        /// <summary>Lets time pass until something is done that waits for what is on its way.</summary>
        private async Task PassWhileAsync(Task work, bool waits)
        {
            while (waits && !work.IsCompleted)
            {
                await PassAsync(TimeSpan.FromMilliseconds(50));
                await Task.WhenAny(work, Task.Delay(1, TestContext.Current.CancellationToken));
            }

            await work;
        }

        public async Task ReportAnswerAsync(int which)
        {
            if (Find(which) is { } call)
            {
                _model.ReportAnswer(call);
                await _server.InScopeAsync<CarrierReports>(reports => reports.TakeAsync(new CarrierReport(Id<Call>.Parse(call.Id), _clock.GetUtcNow()), TestContext.Current.CancellationToken));
            }
        }

        public async Task ReportEndAsync(int which, string reason, bool asksNotToBeCalled)
        {
            if (Find(which) is { } call)
            {
                _model.ReportEnd(call, reason, asksNotToBeCalled);
                var reporting = _server.InScopeAsync<CarrierReports>(reports => reports.TakeAsync(
                    new CarrierReport(
                        Id<Call>.Parse(call.Id),
                        AnsweredAt: null,
                        new CarrierOutcome(EndedReason.FromCarrier(reason), _clock.GetUtcNow(), null, [], asksNotToBeCalled)),
                    TestContext.Current.CancellationToken));
                await PassWhileAsync(reporting, asksNotToBeCalled && _model.IsInFlight(call.To));
            }
        }

        public async Task BlockAsync(string phone)
        {
            var isNew = _model.Block(phone);
            var entering = _tenant.Api.PostAsync("/do-not-call", new { phone });
            await PassWhileAsync(entering, _model.IsInFlight(phone));
            (await entering).ShouldBe(isNew ? HttpStatusCode.Created : HttpStatusCode.OK);
        }

        public async Task LiftAsync(string phone)
        {
            var wasThere = _model.Lift(phone);
            (await _tenant.Api.DeleteAsync($"/do-not-call/{Uri.EscapeDataString(phone)}")).ShouldBe(wasThere ? HttpStatusCode.NoContent : HttpStatusCode.NotFound);
        }

        public Task SetLineAsync(bool isDown)
        {
            _line.IsDown = _model.LineIsDown = isDown;
            return Task.CompletedTask;
        }

        /// <summary>Each call stands as the model says, has told of its moves in the model's order, and was dialled as often.</summary>
        public async Task CheckAsync()
        {
            var (calls, events) = await _server.InDatabaseAsync(async db => (
                await db.Calls.OwnedBy(_tenant.Caller).OrderBy(call => call.CreatedAt).Select(call => new { call.Id, call.CreatedAt, call.Status, call.EndedReason }).ToListAsync(),
                (await db.Events.OwnedBy(_tenant.Caller).OrderBy(row => row.Position).Select(row => new { row.ResourceId, row.Type }).ToListAsync()).ToLookup(row => row.ResourceId, row => row.Type)));

            Assert.Equal(
                _model.Calls.Select(call => Shown(call.CreatedAt, call.Status, call.EndedReason, call.Events, call.Dials)),
                calls.Select(call => Shown(call.CreatedAt, call.Status, call.EndedReason, events[call.Id.Value].Where(type => type != CallEvents.Report), _line.Dials.GetValueOrDefault(call.Id))));
        }

        /// <summary>Whatever has happened: the clock moved far enough, every call has an outcome. What the carrier and other jobs do after that changes none.</summary>
        public async Task PassAllDeadlinesAsync()
        {
            await ChangeAsync(new ModelPolicy(null, Waits: true, null));
            await RunAsync<JudgeAnewJob>(model => model.JudgeAnew());
            await PassAsync(TimeSpan.FromHours(4));
            await RunAsync<CallDeadlineJob>(model => model.PassDeadlines());
            await RunAsync<ReconcileCallsJob>(model => model.FindLost());
            Assert.All(_model.Calls, call => Assert.True(call.IsFinal));
            await CheckAsync();
            await SetLineAsync(isDown: false);
            await DispatchAsync();
            await RunAsync<ReconcileCallsJob>(model => model.FindLost());
            await RunAsync<OptedOutCallsJob>(model => model.FindOptedOut());
            await RunAsync<HangUpJob>(model => model.HangUp());
            await RunAsync<SimulatedCarrierJob>(model => model.Simulate());
            await CheckAsync();
            var listed = (await _tenant.Api.GetAsync("/calls?limit=100")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray();
            Assert.Equal(
                _model.Calls.Select(call => (call.Status, call.EndedReason)).Reverse(),
                listed.Select(call => (call.GetProperty("status").GetString()!, call.GetProperty("endedReason").GetString())));
        }

        /// <summary>Mostly one that is under way, where there is one. Only such as the test knows by their ids: one that was refused has told none.</summary>
        private ModelCall? Find(int which)
        {
            var known = _model.Calls.Where(call => call.Id.Length > 0).ToList();
            var underWay = known.Where(call => call.Status == "processing").ToList();
            var candidates = which % 4 > 0 && underWay.Count > 0 ? underWay : known;
            return candidates.Count == 0 ? null : candidates[which % candidates.Count];
        }

        private static string Shown(DateTimeOffset createdAt, string status, string? reason, IEnumerable<string> events, int dials) =>
            $"{createdAt:HH:mm:ss.fff} {status} {reason} [{string.Join(' ', events)}] dialled {dials}";
    }
}
