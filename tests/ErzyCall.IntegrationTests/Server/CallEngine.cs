using System.Globalization;
using System.Text.Json;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Calls.Dispatch.Simulation;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Platform.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>A server on a database of its own with one organization; the test moves its time and runs its jobs.</summary>
internal sealed class CallEngine : IAsyncDisposable
{
    private readonly string _journal = Path.Combine(Path.GetTempPath(), $"erzycall-dials-{Guid.CreateVersion7()}");
    private TestServer? _server;
    private Tenant? _tenant;

    private CallEngine()
    {
    }

    public TestServer Server => _server!;

    public Tenant Tenant => _tenant!;

    /// <summary>The connection string of its database, for another copy of the server.</summary>
    public string Postgres { get; private init; } = "";

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));

    /// <summary>The ids of all calls that the simulated carrier dialled, in order.</summary>
    public IReadOnlyList<string> Dialled => File.Exists(_journal) ? [.. File.ReadLines(_journal).Select(line => line.Split(',')[0])] : [];

    public static Task<CallEngine> StartAsync(TestRun run, double speed = 0, TenantOptions? tenant = null) => StartAsync(run, [], tenant, speed);

    public static Task<CallEngine> StartAsync(TestRun run, ICarrier carrier, TenantOptions? tenant = null) => StartAsync(run, [carrier], tenant);

    /// <param name="carriers">Instead of the simulated one, if any.</param>
    public static async Task<CallEngine> StartAsync(TestRun run, IReadOnlyList<ICarrier> carriers, TenantOptions? tenant = null, double speed = 0)
    {
        var engine = new CallEngine { Postgres = await run.CreateDatabaseAsync() };
        engine._server = await run.StartServerAsync(new TestServerOptions
        {
            Postgres = engine.Postgres,
            Clock = engine.Clock,
            Settings = new Dictionary<string, string>
            {
                ["Simulator:Speed"] = speed.ToString(CultureInfo.InvariantCulture),
                ["Simulator:JournalPath"] = engine._journal,
            },
            Services = services =>
            {
                if (carriers.Count > 0)
                {
                    services.RemoveAll<ICarrier>();
                }

                foreach (var carrier in carriers)
                {
                    services.AddSingleton(carrier);
                }
            },
        });
        engine._tenant = await engine._server.CreateTenantAsync(tenant);
        return engine;
    }

    /// <summary>Claims and submits what is due.</summary>
    public Task DispatchAsync() => Server.RunAsync<CallDispatchJob>();

    /// <summary>Lets the simulated carrier play what is due.</summary>
    public Task SimulateAsync() => Server.RunAsync<SimulatedCarrierJob>();

    /// <summary>Every job until none has anything to do at this moment.</summary>
    public async Task RunAllAsync()
    {
        while (await Server.RunAsync<CallDispatchJob>() + await Server.RunAsync<ReconcileCallsJob>() + await Server.RunAsync<OptedOutCallsJob>() + await Server.RunAsync<HangUpJob>()
               + await Server.RunAsync<SimulatedCarrierJob>() > 0)
        {
        }

        await Server.RunAsync<CallDeadlineJob>();
    }

    /// <summary>What a carrier reports, as often and in whatever order the test likes.</summary>
    public Task ReportAnswerAsync(string call) =>
        ReportAsync(new CarrierReport(Id<Call>.Parse(call), Clock.GetUtcNow()));

    public Task ReportEndAsync(string call, string reason = "customer-ended-call", int? duration = null, bool asksNotToBeCalled = false, string said = "Hi") =>
        ReportAsync(new CarrierReport(
            Id<Call>.Parse(call),
            AnsweredAt: null,
            new CarrierOutcome(EndedReason.FromCarrier(reason), Clock.GetUtcNow(), duration, [new TranscriptTurn("user", said, 1)], asksNotToBeCalled)
            {
                RecordingUrl = "https://example.com/recording",
            }));

    /// <summary>What a carrier says of a call at one moment.</summary>
    public Task ReportAsync(CarrierReport report) =>
        Server.InScopeAsync<CarrierReports>(reports => reports.TakeAsync(report, TestContext.Current.CancellationToken));

    /// <summary>The events of a call in their order.</summary>
    public Task<IReadOnlyList<(string Type, JsonElement Data)>> EventsOfAsync(string call) => Server.EventsOfAsync(call);

    /// <summary>The call's status and why it is over.</summary>
    public async Task<(string Status, string? EndedReason)> StateOfAsync(string id)
    {
        var call = await Tenant.GetCallAsync(id);
        return (call.GetProperty("status").GetString()!, call.GetProperty("endedReason").GetString());
    }

    /// <summary>Enters a number into the organization's do-not-call ledger.</summary>
    public Task BlockAsync(string phone) => Tenant.BlockAsync(phone);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        File.Delete(_journal);
    }
}

internal static class CallWitness
{
    public static async Task<IReadOnlyList<(string Type, JsonElement Data)>> EventsOfAsync(this TestServer server, string call)
    {
        var resource = Id<Call>.Parse(call).Value;
        var events = await server.InDatabaseAsync(db => db.Events.Where(row => row.ResourceId == resource).OrderBy(row => row.Position).ToListAsync());
        return [.. events.Select(row => (row.Type, JsonElement.Parse(row.Data)))];
    }

    /// <summary>Uses one of the server's own services as a request or a job would.</summary>
    public static async Task InScopeAsync<T>(this TestServer server, Func<T, Task> work)
        where T : notnull
    {
        await using var scope = server.Services.CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<T>());
    }

    /// <summary>SQL of the test's own, to see what the database allows or to break it.</summary>
    public static Task<int> ExecuteSqlAsync(this TestServer server, string sql) => server.InDatabaseAsync(db => db.Database.ExecuteSqlRawAsync(sql, TestContext.Current.CancellationToken));

    public static Task BlockAsync(this Tenant tenant, string phone) => tenant.Server.InScopeAsync<LedgerWriter>(ledger => ledger.EnterAsync(
        tenant.Organization.Id, phone, "Asked us", DoNotCallSource.Api, contactId: null, tenant.Organization.CreatedAt, TestContext.Current.CancellationToken));

    public static Task<DoNotCallEntry?> LedgerEntryAsync(this Tenant tenant, string phone) =>
        tenant.Server.InDatabaseAsync(db => db.DoNotCallEntries.Where(entry => entry.OrganizationId == tenant.Organization.Id).InForce(phone).SingleOrDefaultAsync());
}
