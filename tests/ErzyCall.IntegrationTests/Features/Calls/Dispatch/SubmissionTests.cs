using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Calls.Dispatch.Simulation;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace ErzyCall.IntegrationTests.Features.Calls.Dispatch;

/// <summary>What goes wrong between claiming a call and hearing from its carrier; whatever it is, the call is given to it once.</summary>
public sealed class SubmissionTests(TestRun run)
{
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(60);

    private readonly ScriptedCarrier _carrier = new();

    [Theory]
    [InlineData("Rejected", "carrier-rejected", false)]
    [InlineData("NotConnected", "carrier-failed-to-connect", true)]
    public async Task A_call_that_the_carrier_does_not_take_fails(string result, string reason, bool retryable)
    {
        _carrier.WhenPlaced = _ => Task.FromResult(Enum.Parse<SubmitResult>(result));
        await using var engine = await CallEngine.StartAsync(run, _carrier);
        var id = await engine.Tenant.PlaceCallAsync();

        await engine.DispatchAsync();

        var call = await engine.Tenant.GetCallAsync(id);
        Assert.Equal(
            ("error", reason, "carrier", retryable),
            (call.GetProperty("status").GetString(), call.GetProperty("endedReason").GetString(), call.GetProperty("fault").GetString(), call.GetProperty("retryable").GetBoolean()));
        Assert.Equal(["call.started", "call.failed"], (await engine.EventsOfAsync(id)).Select(happened => happened.Type));
    }

    [Fact]
    public async Task A_call_whose_submission_was_not_heard_goes_on_when_the_carrier_knows_it()
    {
        await using var engine = await LostAsync();
        var id = _carrier.Placed.Single().Call.ToString();

        engine.Clock.Advance(s_lease - TimeSpan.FromMilliseconds(1));
        await engine.RunAllAsync();
        Assert.Empty(_carrier.Asked);

        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await engine.RunAllAsync();
        engine.Clock.Advance(s_lease);
        await engine.RunAllAsync();
        Assert.Equal(id, Assert.Single(_carrier.Asked).ToString());
        Assert.Equal(("processing", null), await engine.StateOfAsync(id));

        await engine.ReportEndAsync(id);
        Assert.Equal(("ended", "customer-ended-call"), await engine.StateOfAsync(id));
        Assert.Single(_carrier.Placed);
    }

    [Fact]
    public async Task A_call_whose_submission_was_not_heard_ends_as_unknown_when_the_carrier_does_not_know_it()
    {
        _carrier.WhenAsked = _ => Task.FromResult(false);
        await using var engine = await LostAsync();
        var id = _carrier.Placed.Single().Call.ToString();

        engine.Clock.Advance(s_lease);
        await engine.RunAllAsync();

        var call = await engine.Tenant.GetCallAsync(id);
        Assert.Equal(
            ("error", "dispatch-unknown", "server", false),
            (call.GetProperty("status").GetString(), call.GetProperty("endedReason").GetString(), call.GetProperty("fault").GetString(), call.GetProperty("retryable").GetBoolean()));
        Assert.Equal(["call.started", "call.failed"], (await engine.EventsOfAsync(id)).Select(happened => happened.Type));
        await engine.RunAllAsync();
        Assert.Single(_carrier.Placed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_carrier_that_cannot_be_asked_is_asked_again_until_the_deadline(bool recovers)
    {
        _carrier.WhenAsked = _ => throw new IOException("No route to the carrier");
        await using var engine = await LostAsync();
        var id = _carrier.Placed.Single().Call.ToString();

        for (var asked = 0; asked < 3; asked++)
        {
            engine.Clock.Advance(s_lease);
            await engine.RunAllAsync();
        }

        Assert.Equal(3, _carrier.Asked.Count);
        Assert.Equal(("processing", null), await engine.StateOfAsync(id));
        if (recovers)
        {
            _carrier.WhenAsked = _ => Task.FromResult(true);
            engine.Clock.Advance(s_lease);
            await engine.RunAllAsync();
        }

        engine.Clock.Advance(TimeSpan.FromMinutes(32));
        await engine.Server.RunAsync<ReconcileCallsJob>();
        Assert.Equal(("error", recovers ? "deadline-exceeded" : "dispatch-unknown"), await engine.StateOfAsync(id));
        Assert.Single(_carrier.Placed);
    }

    [Fact]
    public async Task A_carrier_that_hangs_is_given_up_within_the_lease_and_asked_after_it()
    {
        _carrier.WhenPlaced = _ => new TaskCompletionSource<SubmitResult>().Task;
        _carrier.WhenAsked = _ => new TaskCompletionSource<bool>().Task;
        await using var engine = await CallEngine.StartAsync(run, _carrier);
        var id = await engine.Tenant.PlaceCallAsync();

        var dispatch = engine.DispatchAsync();
        await Patience.UntilAsync("the carrier is asked to dial", () => !_carrier.Placed.IsEmpty);
        engine.Clock.Advance(TimeSpan.FromSeconds(20));
        await dispatch.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(("processing", null), await engine.StateOfAsync(id));

        engine.Clock.Advance(s_lease);
        var asking = engine.Server.RunAsync<ReconcileCallsJob>();
        await Patience.UntilAsync("the carrier is asked about the call", () => !_carrier.Asked.IsEmpty);
        engine.Clock.Advance(TimeSpan.FromSeconds(20));
        await asking.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(("processing", null), await engine.StateOfAsync(id));
        Assert.Single(_carrier.Placed);
    }

    [Fact]
    public async Task A_carrier_that_is_given_up_goes_on_undisturbed_and_disturbs_nobody()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));
        var slow = new SlowWork();
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Clock = clock,
            Services = services => services.RemoveAll<ICarrier>().AddScoped<ICarrier>(provider => new ScriptedCarrier
            {
                WhenPlaced = async _ =>
                {
                    await slow.DoAsync(provider.GetRequiredService<ErzyCallDbContext>());
                    return SubmitResult.Accepted;
                },
            }),
        });
        var tenant = await server.CreateTenantAsync();
        var id = await tenant.PlaceCallAsync();

        var dispatch = server.RunAsync<CallDispatchJob>();
        await slow.Begun;
        clock.Advance(TimeSpan.FromSeconds(20));
        await dispatch;

        Assert.Equal("processing", (await tenant.GetCallAsync(id)).GetProperty("status").GetString());
        await slow.EndAsync();
    }

    [Fact]
    public async Task A_carrier_that_hangs_for_one_call_does_not_keep_the_others_of_the_batch_from_being_dialled()
    {
        await using var engine = await CallEngine.StartAsync(run, _carrier, new TenantOptions { MaxConcurrentCalls = 20 });
        for (var i = 0; i < 20; i++)
        {
            await engine.Tenant.PlaceCallAsync();
        }

        var never = new TaskCompletionSource<SubmitResult>();
        _carrier.WhenPlaced = _ => never.Task;

        var dispatch = engine.DispatchAsync();
        await Patience.UntilAsync("all twenty are given to the carrier", () => _carrier.Placed.Count == 20);
        never.SetResult(SubmitResult.Accepted);
        await dispatch;
    }

    [Fact]
    public async Task A_process_that_stood_still_after_its_claim_does_not_dial_any_more()
    {
        await using var engine = await CallEngine.StartAsync(run, _carrier, new TenantOptions { MaxConcurrentCalls = 2 });
        var id = await engine.Tenant.PlaceCallAsync();
        await engine.DispatchAsync();
        var claimed = await engine.Server.InDatabaseAsync(db => db.Calls.FindAsync([Id<Call>.Parse(id)], TestContext.Current.CancellationToken).AsTask());
        claimed!.Claim("simulator", account: null, s_lease, TimeSpan.FromMinutes(32), engine.Clock.GetUtcNow());

        await engine.Server.ExecuteSqlAsync("UPDATE calls SET submitted_at = NULL");

        engine.Clock.Advance(TimeSpan.FromSeconds(41));
        await engine.Server.InScopeAsync<CallSubmission>(submission => submission.RunAsync([claimed]));

        Assert.Single(_carrier.Placed);

        // Nobody else ever offers it, so it is known that nothing rang.
        Assert.Equal(("error", "carrier-failed-to-connect"), await engine.StateOfAsync(id));
    }

    [Fact]
    public async Task What_the_carrier_answered_is_kept_through_a_database_outage()
    {
        var postgres = await run.CreateDatabaseAsync();
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = postgres, Services = WithCarrier });
        var tenant = await server.CreateTenantAsync();
        var id = await tenant.PlaceCallAsync();
        _carrier.WhenPlaced = async _ =>
        {
            await EndAllConnectionsAsync(postgres);
            return SubmitResult.Rejected;
        };

        await server.RunAsync<CallDispatchJob>();

        Assert.Equal("carrier-rejected", (await tenant.GetCallAsync(id)).GetProperty("endedReason").GetString());
    }

    [Fact]
    public async Task A_server_that_is_stopped_hands_over_what_it_has_claimed()
    {
        var postgres = await run.CreateDatabaseAsync();
        var answer = new TaskCompletionSource<SubmitResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _carrier.WhenPlaced = stop => answer.Task.WaitAsync(stop);
        var server = await run.StartServerAsync(new TestServerOptions
        {
            Postgres = postgres,
            Workers = true,
            Services = WithCarrier,
        });
        var tenant = await server.CreateTenantAsync();
        await tenant.PlaceCallAsync();
        await Patience.UntilAsync("the carrier is offered the call", () => !_carrier.Placed.IsEmpty);

        var stopping = server.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var stop = server.DisposeAsync().AsTask();
        await Patience.UntilAsync("the server is stopping", () => stopping.IsCancellationRequested);
        answer.SetResult(SubmitResult.Accepted);
        await stop;

        await using var next = await run.StartServerAsync(new TestServerOptions { Postgres = postgres });
        Assert.True(await next.InDatabaseAsync(db => db.Calls.AllAsync(call => call.Status == "processing" && call.SubmittedAt != null)));
    }

    [Fact]
    public async Task A_server_that_is_stopped_records_what_the_carrier_says_of_a_lost_call()
    {
        var postgres = await run.CreateDatabaseAsync();
        await using var died = await run.StartServerAsync(new TestServerOptions { Postgres = postgres, Services = WithCarrier });
        _carrier.WhenPlaced = _ => throw new IOException("Connection reset");
        await (await died.CreateTenantAsync()).PlaceCallAsync();
        await died.RunAsync<CallDispatchJob>();
        await died.ExecuteSqlAsync("UPDATE calls SET next_look_at = now() - interval '1 minute'");
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _carrier.WhenAsked = stop => answer.Task.WaitAsync(stop);
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = postgres, Workers = true, Services = WithCarrier });
        await Patience.UntilAsync("the carrier is asked about the call", () => !_carrier.Asked.IsEmpty);

        var stopping = server.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var stop = server.DisposeAsync().AsTask();
        await Patience.UntilAsync("the server is stopping", () => stopping.IsCancellationRequested);
        answer.SetResult(true);
        await stop;

        Assert.True(await died.InDatabaseAsync(db => db.Calls.AllAsync(call => call.Status == "processing" && call.SubmittedAt != null)));
    }

    [Fact]
    public async Task What_the_simulated_carrier_dialled_before_it_failed_is_dialled_once()
    {
        await using var engine = await CallEngine.StartAsync(run);
        var id = await engine.Tenant.PlaceCallAsync();
        await engine.Server.ExecuteSqlAsync("ALTER TABLE simulated_calls ADD CONSTRAINT none CHECK (false) NOT VALID");
        await engine.DispatchAsync();
        Assert.Equal([id], engine.Dialled);
        await engine.Server.ExecuteSqlAsync("ALTER TABLE simulated_calls DROP CONSTRAINT none");

        engine.Clock.Advance(s_lease);
        await engine.RunAllAsync();

        Assert.Equal([id], engine.Dialled);
        Assert.Equal(("error", "dispatch-unknown"), await engine.StateOfAsync(id));
    }

    [Fact]
    public async Task A_call_that_somebody_is_changing_does_not_keep_the_answers_about_others_from_being_recorded()
    {
        await using var engine = await CallEngine.StartAsync(run, _carrier, new TenantOptions { MaxConcurrentCalls = 3 });
        var held = await engine.Tenant.PlaceCallAsync();
        await engine.Tenant.PlaceCallAsync();
        await engine.Tenant.PlaceCallAsync();
        NpgsqlConnection? holding = null;
        _carrier.WhenPlaced = _ =>
        {
            // Nothing is waited for: all answers are there at once, and are recorded together.
            holding ??= Begin(engine, $"SELECT FROM calls WHERE id = '{IdOf(held)}' FOR UPDATE");
            return Task.FromResult(SubmitResult.Accepted);
        };

        var dispatch = engine.DispatchAsync();

        await Patience.UntilAsync("the others are recorded", async () => await SubmittedAsync(engine) == 2);
        Assert.False(dispatch.IsCompleted);

        // By one transaction, which had not to be given up first.
        Assert.Equal(1, await engine.Server.InDatabaseAsync(
            db => db.Database.SqlQuery<int>($"SELECT count(DISTINCT xmin::text)::int AS \"Value\" FROM calls WHERE submitted_at IS NOT NULL").SingleAsync()));
        await holding!.DisposeAsync();
        await dispatch;
        Assert.Equal(3, await SubmittedAsync(engine));
    }

    [Fact]
    public async Task An_answer_that_cannot_be_recorded_does_not_keep_the_others_from_being_recorded()
    {
        await using var engine = await CallEngine.StartAsync(run, _carrier, new TenantOptions { MaxConcurrentCalls = 3 });
        var bad = await engine.Tenant.PlaceCallAsync();
        await engine.Tenant.PlaceCallAsync();
        await engine.Tenant.PlaceCallAsync();
        _carrier.WhenPlaced = _ =>
        {
            if (_carrier.Placed.Count == 3)
            {
                Begin(engine, $"ALTER TABLE calls ADD CONSTRAINT bad CHECK (id <> '{IdOf(bad)}') NOT VALID; COMMIT").Dispose();
            }

            return Task.FromResult(SubmitResult.Accepted);
        };

        await engine.DispatchAsync();

        Assert.Equal(2, await SubmittedAsync(engine));
        await engine.Server.ExecuteSqlAsync("ALTER TABLE calls DROP CONSTRAINT bad");
        engine.Clock.Advance(s_lease);
        await engine.RunAllAsync();
        Assert.Contains(bad, _carrier.Asked.Select(call => call.ToString()));
        Assert.Equal(3, await SubmittedAsync(engine));
    }

    [Fact]
    public async Task An_order_that_was_given_up_or_has_waited_for_long_is_not_dialled_later()
    {
        await using var engine = await CallEngine.StartAsync(run, tenant: new TenantOptions { MaxConcurrentCalls = 2 });
        var first = await engine.Tenant.PlaceCallAsync();
        var exchange = engine.Server.Services.GetRequiredService<SimulatedExchange>();
        using var givenUp = new CancellationTokenSource();
        Task<HandOver> queued, waited;
        await using (var holding = Begin(engine, "LOCK TABLE simulated_calls"))
        {
            await using var recording = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'simulated_calls'::regclass AND NOT granted)", holding);
            var dispatch = engine.DispatchAsync();
            await Patience.UntilAsync(
                "the first order is being put on record", async () => (bool)(await recording.ExecuteScalarAsync(TestContext.Current.CancellationToken))!);
            queued = exchange.TakeAsync(OrderOf(Guid.CreateVersion7()), givenUp.Token);
            await givenUp.CancelAsync();
            waited = exchange.TakeAsync(OrderOf(Guid.CreateVersion7()), TestContext.Current.CancellationToken);

            // The first one's carrier is given up as well.
            engine.Clock.Advance(TimeSpan.FromSeconds(20));
            await dispatch.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }

        var last = Guid.CreateVersion7();
        await exchange.TakeAsync(OrderOf(last), TestContext.Current.CancellationToken);

        Assert.Equal([last], await engine.Server.InDatabaseAsync(db => db.SimulatedCalls.Select(call => (Guid)(object)call.CallId).ToListAsync()));
        Assert.Equal([first, new Id<Call>(last).ToString()], engine.Dialled);

        // Nothing has rung, and whoever gave these orders knows it.
        Assert.Equal([new HandOver.NotSent(), new HandOver.NotSent()], await Task.WhenAll(queued, waited));

        static CarrierOrder OrderOf(Guid call) => new(
            new Id<Call>(call),
            CarrierLine.None,
            "+14155550100",
            Tenant.From,
            "Hello",
            AssistantSnapshot.Of(assistant: null, "Be kind"),
            AssistantFeatures.None,
            TimeSpan.FromMinutes(30));
    }

    /// <summary>An engine with one call that was given to the carrier, whose answer was lost.</summary>
    private async Task<CallEngine> LostAsync()
    {
        _carrier.WhenPlaced = _ => throw new IOException("Connection reset");
        var engine = await CallEngine.StartAsync(run, _carrier);
        await engine.Tenant.PlaceCallAsync();
        await engine.DispatchAsync();
        return engine;
    }

    /// <summary>A connection of the test's own with a transaction that has done this and stays open.</summary>
    private static NpgsqlConnection Begin(CallEngine engine, string sql)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(engine.Postgres) { Pooling = false }.ConnectionString);
        connection.Open();
#pragma warning disable CA2100 // The test's own.
        using var command = new NpgsqlCommand($"BEGIN; {sql}", connection);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
        return connection;
    }

    private static Guid IdOf(string call) => Id<Call>.Parse(call).Value;

    private static Task<int> SubmittedAsync(CallEngine engine) =>
        engine.Server.InDatabaseAsync(db => db.Calls.CountAsync(call => call.SubmittedAt != null));

    /// <summary>Over a connection that is not of the server's pool, so that none in the pool is left alive.</summary>
    private static async Task EndAllConnectionsAsync(string postgres)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(postgres) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var end = new NpgsqlCommand(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", connection);
        await end.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private void WithCarrier(IServiceCollection services) => services.RemoveAll<ICarrier>().AddSingleton<ICarrier>(_carrier);
}
