using System.Net;
using System.Net.Sockets;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch.Simulation;
using ErzyCall.Api.Features.Prompts;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Platform.Workers;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Platform.Idempotency;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ErzyCall.IntegrationTests.Platform.Shutdown;

/// <summary>A server that is told to stop, most of the time as a process of its own beside another copy.</summary>
public sealed class StoppingServerTests(TestRun run)
{
    /// <summary>Far longer than a process takes that does not wait for anything.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_server_that_is_told_to_stop_says_so_to_load_balancers_and_serves_whoever_comes_nevertheless()
    {
        var held = new HeldStop();
        await using var server = await run.StartServerAsync(new TestServerOptions { Services = services => services.AddSingleton<IHostedService>(held) });
        using var release = held;
        var tenant = await server.CreateTenantAsync();
        Assert.Null((await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK).Header("Connection"));

        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.Equal(
            """{"status":"stopping","dependencies":{"postgres":"up","redis":"up"}}""", (await tenant.Api.GetAsync("/health/ready")).ShouldBe(HttpStatusCode.ServiceUnavailable).Text);
        Assert.Equal("""{"status":"ok","dependencies":{}}""", (await tenant.Api.GetAsync("/health/live")).ShouldBe(HttpStatusCode.OK).Text);

        // Also where the exception handler has cleared the headers.
        Assert.Equal("close", (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK).Header("Connection"));
        Assert.Equal("close", (await tenant.Api.GetAsync("/nowhere")).ShouldBeError(404, "NOT_FOUND").Header("Connection"));
    }

    [Fact]
    public async Task A_server_that_is_told_to_stop_claims_nothing_more_while_it_still_takes_requests()
    {
        var held = new HeldStop();
        await using var server = await run.StartServerAsync(new TestServerOptions { Workers = true, Services = services => services.AddSingleton<IHostedService>(held) });
        using var release = held;
        var tenant = await server.CreateTenantAsync();
        var loops = server.Services.GetServices<IHostedService>()
            .OfType<BackgroundService>()
            .Where(service => service.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(JobLoop<>))
            .ToList();
        Assert.NotEmpty(loops);

        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await Patience.UntilAsync("every job has ended", () => loops.TrueForAll(loop => loop.ExecuteTask!.IsCompleted));

        Assert.Equal("new", (await tenant.GetCallAsync(await tenant.PlaceCallAsync())).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_server_that_is_told_to_stop_records_what_its_deliveries_are_answered_while_it_still_takes_requests()
    {
        var held = new HeldStop();
        await using var server = await run.StartServerAsync(
            new TestServerOptions { Postgres = await run.CreateDatabaseAsync(), Workers = true, Settings = WebhookEngine.Settings, Services = services => services.AddSingleton<IHostedService>(held) });
        using var stop = held;
        var tenant = await server.CreateTenantAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        var release = receiver.Hang();
        var endpoint = await tenant.CreateAsync("/webhooks", new { url = receiver.Url, events = new[] { "contact.created" } });
        await tenant.CreateContactAsync();
        await Patience.UntilAsync("the delivery is under way", () => !receiver.Received.IsEmpty);
        Task<WebhookDelivery> DeliveryAsync() => server.InDatabaseAsync(db => db.WebhookDeliveries.AsNoTracking().SingleAsync());

        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        release.SetResult();
        await Patience.UntilAsync("it is recorded", async () => await DeliveryAsync() is { Status: DeliveryStatus.Delivered, LeasedUntil: null });

        // And what is asked for now is another copy's to send.
        var delivery = await DeliveryAsync();
        (await tenant.Api.PostAsync($"/webhooks/{endpoint}/deliveries/{delivery.Id}/resend", null)).ShouldBe(HttpStatusCode.OK);
        Assert.Equal(0, await server.RunAsync<WebhookDeliveryJob>());
        Assert.Single((await DeliveryAsync()).Attempts);
    }

    [Fact]
    public async Task Until_its_delay_is_over_a_server_that_is_told_to_stop_takes_new_connections()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), Signal.Needed);
        var postgres = await run.CreateDatabaseAsync();
        await using var copy = await run.StartServerAsync(new TestServerOptions { Postgres = postgres });
        var tenant = await copy.CreateTenantAsync();
        using var server = await ServerProcess.StartAsync(postgres, run.RedisConnectionString(), ("Shutdown__Delay", "01:00:00"));

        await server.TerminateAsync();

        // Every look is over a connection of its own.
        await Patience.UntilAsync("it says that it stops", async () => (await server.CreateApiClient().GetAsync("/health/ready")).Status is HttpStatusCode.ServiceUnavailable);
        (await server.CreateApiClient(tenant.Secret).PostAsync("/calls", KeyedRequests.Call(), "one")).ShouldBe(HttpStatusCode.Created);
        Assert.False(server.HasEnded);
    }

    [Fact]
    public async Task A_server_that_is_told_to_stop_finishes_what_is_under_way_and_another_copy_goes_on_at_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), Signal.Needed);
        var postgres = await run.CreateDatabaseAsync();
        await using var copy = await run.StartServerAsync(new TestServerOptions { Postgres = postgres, Settings = WebhookEngine.Settings });
        var tenant = await copy.CreateTenantAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        var release = receiver.Hang();
        await tenant.CreateAsync("/webhooks", new { url = receiver.Url, events = new[] { "contact.created" } });
        var account = await tenant.ConnectAsync();
        using var server = await ServerProcess.StartAsync(postgres, run.RedisConnectionString(), ("Webhooks__AllowPrivateTargets", "true"));
        var api = server.CreateApiClient(tenant.Secret);
        await using var obstacle = await BlockAsync(postgres, "prompts, simulated_calls, simulated_messages");

        // A delivery waits for its receiver; a submission to the carrier, one to the messenger, and a request wait for the database.
        var prompt = new { name = "A prompt", text = "Be kind." };
        await tenant.CreateContactAsync();
        var call = await tenant.PlaceCallAsync();
        var message = await tenant.SendTemplateAsync(account);
        var request = api.PostAsync("/prompts", prompt, "one");
        await Patience.UntilAsync("all of it is under way", async () => !receiver.Received.IsEmpty && await WaitingForAsync(obstacle) == 3);

        await server.TerminateAsync();
        await Patience.UntilAsync("it takes no new connections", () => RefusesAsync(server.Url));
        Assert.False(request.IsCompleted);
        release.SetResult();
        await obstacle.DisposeAsync();

        var answer = (await request).ShouldBeNew();
        Assert.Equal(0, await server.WhenEndedAsync().WaitAsync(s_patience, TestContext.Current.CancellationToken));
        var submitted = await copy.InDatabaseAsync(db => db.Calls.AsNoTracking().SingleAsync());
        Assert.NotNull(submitted.SubmittedAt);
        Assert.Equal(("sent", null), await tenant.StateOfAsync(message));
        var delivery = await copy.InDatabaseAsync(db => db.WebhookDeliveries.AsNoTracking().SingleAsync());
        Assert.Equal((DeliveryStatus.Delivered, 1, null), (delivery.Status, delivery.Attempts.Count, delivery.LeasedUntil));

        (await tenant.Api.PostAsync("/prompts", prompt, "one")).ShouldReplay(answer);
        await copy.RunAsync<SimulatedCarrierJob>();
        Assert.Equal("ended", (await tenant.GetCallAsync(call)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_second_signal_does_not_cut_short_what_is_under_way()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), Signal.Needed);
        var postgres = await run.CreateDatabaseAsync();
        await using var copy = await run.StartServerAsync(new TestServerOptions { Postgres = postgres });
        var tenant = await copy.CreateTenantAsync();
        using var server = await ServerProcess.StartAsync(postgres, run.RedisConnectionString());
        await using var obstacle = await BlockAsync(postgres, "prompts");
        var request = server.CreateApiClient(tenant.Secret).PostAsync("/prompts", new { name = "A prompt", text = "Be kind." }, "one");
        await Patience.UntilAsync("the request is under way", async () => await WaitingForAsync(obstacle) == 1);

        await server.TerminateAsync();
        await Patience.UntilAsync("it takes no new connections", () => RefusesAsync(server.Url));
        await server.TerminateAsync();
        await server.InterruptAsync();
        Assert.False(request.IsCompleted);
        await obstacle.DisposeAsync();

        (await request).ShouldBeNew();
        Assert.Equal(0, await server.WhenEndedAsync().WaitAsync(s_patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_server_ends_within_its_bound_whatever_hangs_and_what_it_was_at_can_be_repeated()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), Signal.Needed);
        await using var postgres = await OwnPostgres.StartAsync(run);
        await using var copy = await run.StartServerAsync(new TestServerOptions { Postgres = postgres.ConnectionString });
        var tenant = await copy.CreateTenantAsync();
        using var server = await ServerProcess.StartAsync($"{postgres.ConnectionString};Timeout=0;Command Timeout=0", run.RedisConnectionString(), ("Shutdown__Timeout", "00:00:02"));
        await using var obstacle = await BlockAsync(postgres.ConnectionString, "prompts, simulated_calls");
        await tenant.PlaceCallAsync();
        var request = server.CreateApiClient(tenant.Secret).PostAsync("/prompts", new { name = "A prompt", text = "Be kind." }, "one");
        await Patience.UntilAsync("a request and a submission are under way", async () => await WaitingForAsync(obstacle) == 2);

        // Neither they nor anything else is ever answered now.
        await postgres.StandStillAsync();
        await server.TerminateAsync();

        Assert.Equal(0, await server.WhenEndedAsync().WaitAsync(s_patience, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<HttpRequestException>(() => request);
        await postgres.GoOnAsync();
        await obstacle.DisposeAsync();
        ApiResponse? answer = null;
        await Patience.UntilAsync("what it was at is over", async () =>
        {
            answer = await tenant.Api.PostAsync("/prompts", new { name = "A prompt", text = "Be kind." }, "one");
            return answer.Status is HttpStatusCode.Created;
        });
        Assert.Equal(1, await copy.InDatabaseAsync(db => db.Prompts.CountAsync()));
    }

    [Theory]
    [InlineData("00:00:01", "00:00:11", 12)]
    [InlineData("00:00:00", null, 30)]
    public async Task The_host_waits_for_the_delay_and_then_for_what_is_under_way(string delay, string? timeout, int seconds)
    {
        var settings = new Dictionary<string, string> { ["Shutdown:Delay"] = delay };
        if (timeout is not null)
        {
            settings["Shutdown:Timeout"] = timeout;
        }

        await using var server = await run.StartServerAsync(new TestServerOptions { Settings = settings });

        Assert.Equal(TimeSpan.FromSeconds(seconds), server.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
    }

    /// <summary>Lets nobody insert into these tables until it is disposed of. (Over a connection that is in nobody's pool.)</summary>
    private static async Task<NpgsqlConnection> BlockAsync(string postgres, string tables)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(postgres) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // Names of this file.
        await using var block = new NpgsqlCommand($"BEGIN; LOCK TABLE {tables} IN SHARE MODE", connection);
#pragma warning restore CA2100
        await block.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    private static async Task<long> WaitingForAsync(NpgsqlConnection obstacle)
    {
        await using var waiting = new NpgsqlCommand("SELECT count(DISTINCT relation) FROM pg_locks WHERE locktype = 'relation' AND NOT granted", obstacle);
        return (long)(await waiting.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    private static async Task<bool> RefusesAsync(Uri url)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(url.Host, url.Port, TestContext.Current.CancellationToken);
            return false;
        }
        catch (SocketException refused) when (refused.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset)
        {
            // Reset, when it had been let in and nobody came for it.
            return true;
        }
    }

    /// <summary>In the place of the delay: a server that is told to stop goes no further until this is disposed of.</summary>
    private sealed class HeldStop : IHostedLifecycleService, IDisposable
    {
        private readonly TaskCompletionSource _released = new();

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => _released.Task;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose() => _released.TrySetResult();
    }
}
