using System.Globalization;
using System.Net;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Calls.Dispatch.Simulation;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.Usage;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Features.Calls;

public sealed class PurgeCallsTests(TestRun run)
{
    [Fact]
    public async Task Calls_go_once_they_have_been_over_for_as_long_as_they_are_kept_and_usage_counts_them_on()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));
        await using var server = await StartAsync(clock, "31.00:00:00");
        var tenant = await server.CreateTenantAsync();
        var over = await tenant.PlaceCallAsync("+14155550002");
        var late = await PlaceLaterAsync(tenant, clock.GetUtcNow().AddDays(20));
        var waiting = await PlaceLaterAsync(tenant, clock.GetUtcNow().AddDays(300));
        await DialAsync(server);
        clock.Advance(TimeSpan.FromDays(20));
        await DialAsync(server);
        await tenant.GetCallAsync(late);

        // To the millisecond as long as it is kept, counted from when it was over.
        clock.Advance(TimeSpan.FromDays(11));
        Assert.Equal(0, await server.RunAsync<PurgeCallsJob>());
        await tenant.GetCallAsync(over);
        Assert.Equal(2, await server.InDatabaseAsync(db => db.SimulatedCalls.CountAsync()));
        const string Before = "/usage?from=2026-06-01T00:00:00Z&to=2026-06-02T00:00:00Z&groupBy=day";
        var usage = (await tenant.Api.GetAsync(Before)).ShouldBe(HttpStatusCode.OK).Data.GetRawText();

        clock.Advance(TimeSpan.FromMilliseconds(1));
        await server.RunAsync<PurgeCallsJob>();
        (await tenant.Api.GetAsync($"/calls/{over}")).ShouldBeError(404, "NOT_FOUND");
        Assert.Equal(new[] { late, waiting }.Order(), (await IdsAsync(server)).Order());
        Assert.Equal(Id<Call>.Parse(late), (await server.InDatabaseAsync(db => db.SimulatedCalls.SingleAsync())).CallId);
        Assert.Equal(usage, (await tenant.Api.GetAsync(Before)).ShouldBe(HttpStatusCode.OK).Data.GetRawText());
        await server.RunAsync<AddUpUsageJob>();
        Assert.Equal(usage, (await tenant.Api.GetAsync(Before)).ShouldBe(HttpStatusCode.OK).Data.GetRawText());

        clock.Advance(TimeSpan.FromDays(20));
        await server.RunAsync<PurgeCallsJob>();
        Assert.Equal([waiting], await IdsAsync(server));
        await server.RunAsync<PublishEventsJob>();
        (await tenant.Api.GetAsync("/health/audit?since=2026-06-01T00:00:00Z")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Calls_are_kept_for_ever_unless_the_operator_says_otherwise()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));
        await using var server = await StartAsync(clock, keepFor: null);
        var tenant = await server.CreateTenantAsync();
        var call = await tenant.PlaceCallAsync("+14155550002");
        await DialAsync(server);
        clock.Advance(TimeSpan.FromDays(10_000));

        Assert.Equal(0, await server.RunAsync<PurgeCallsJob>());

        await tenant.GetCallAsync(call);
    }

    [Fact]
    public async Task More_calls_than_a_step_purges_go_in_steps_that_look_at_little_else()
    {
        const int Old = 2_500;
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));
        var recorder = new CommandRecorder();
        await using var server = await StartAsync(clock, "31.00:00:00", recorder);
        var tenant = await server.CreateTenantAsync();
        await AddAsync(tenant, Old);
        clock.Advance(TimeSpan.FromDays(40));
        await AddAsync(tenant, Old);
        await server.ExecuteSqlAsync("ANALYZE");
        recorder.Commands.Clear();

        Assert.True(await server.StepAsync<PurgeCallsJob>());

        var selected = Assert.Single(recorder.Commands, command => command.Sql.Contains("FOR UPDATE", StringComparison.Ordinal));
        Assert.InRange(await selected.RowsReadAsync(server), 1_000, 1_100);
        Assert.Equal(1, await server.RunAsync<PurgeCallsJob>());
        Assert.Equal(Old + 2, (await IdsAsync(server)).Count);
    }

    [Theory]
    [InlineData("30.23:59:59", false)]
    [InlineData("31.00:00:00", true)]
    [InlineData("-1", false)]
    public void Calls_cannot_be_kept_for_less_than_what_tells_of_them(string keepFor, bool isLong)
    {
        var options = new CallOptions { KeepFor = TimeSpan.Parse(keepFor, CultureInfo.InvariantCulture) };
        var failures = run.Shared.Services.GetServices<IValidateOptions<CallOptions>>()
            .SelectMany(validation => validation.Validate(Options.DefaultName, options).Failures ?? []);
        Assert.Equal(isLong ? [] : ["Calls:KeepFor must be at least 31 days (31.00:00:00)."], failures);
    }

    private async Task<TestServer> StartAsync(FakeTimeProvider clock, string? keepFor, CommandRecorder? recorder = null) =>
        await run.StartServerAsync(new TestServerOptions
        {
            Postgres = await run.CreateDatabaseAsync(),
            Clock = clock,
            Settings = keepFor is null
            ? new Dictionary<string, string> { ["Simulator:Speed"] = "0" }
            : new() { ["Simulator:Speed"] = "0", ["Calls:KeepFor"] = keepFor },
            Services = services => services.ConfigureDbContext<ErzyCallDbContext>(db => db.AddInterceptors(recorder ?? new CommandRecorder())),
        });

    private static async Task<string> PlaceLaterAsync(Tenant tenant, DateTimeOffset at) =>
        (await tenant.Api.PostAsync("/calls", new { to = "+14155550003", from = Tenant.From, scheduledAt = at.ToString("O", null) }))
            .ShouldBe(HttpStatusCode.Created).Data.Id();

    private static async Task DialAsync(TestServer server)
    {
        await server.RunAsync<CallDispatchJob>();
        await server.RunAsync<SimulatedCarrierJob>();
    }

    private static Task<List<string>> IdsAsync(TestServer server) =>
        server.InDatabaseAsync(async db => (await db.Calls.Select(call => call.Id).ToListAsync()).ConvertAll(id => id.ToString()));

    /// <summary>A call that waits, and many that were cancelled.</summary>
    private static async Task AddAsync(Tenant tenant, int calls)
    {
        var model = Id<Call>.Parse(await PlaceLaterAsync(tenant, tenant.Now.AddDays(300))).Value;
        await tenant.Server.ExecuteSqlAsync(
            $"""
             INSERT INTO calls (id, organization_id, status, "to", canonical_to, "from", first_message, variable_values, metadata, script_hash,
               due_at, deadline_at,
               ended_at, ended_reason, fault, retryable, transcript, created_at, updated_at)
             SELECT (substr(id::text, 1, 24) || lpad(to_hex(n), 12, '0'))::uuid, organization_id, 'cancelled', "to", canonical_to, "from",
               first_message, variable_values, metadata, script_hash, due_at,
               deadline_at, created_at, 'manually-canceled', 'none', false, transcript, created_at, updated_at
             FROM calls, generate_series(1, {calls}) AS n WHERE id = '{model}'
             """);
    }
}
