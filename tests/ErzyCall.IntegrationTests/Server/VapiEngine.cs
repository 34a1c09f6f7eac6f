using System.Net;
using System.Text.Json;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Secrets;
using ErzyCall.VapiStandIn;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>A server with a live organization that has an account with a stand-in for Vapi; the test moves its time and runs its jobs.</summary>
internal sealed class VapiEngine : IAsyncDisposable
{
    public const string Number = "+4930901820";

    private VapiEngine(FakeTimeProvider clock) => Clock = clock;

    public TestServer Server { get; private set; } = null!;

    public Tenant Tenant { get; private set; } = null!;

    public FakeVapi Vapi { get; private set; } = null!;

    public CarrierAccount Account { get; private set; } = null!;

    public FakeTimeProvider Clock { get; }

    public static async Task<VapiEngine> StartAsync(
        TestRun run,
        IReadOnlyDictionary<string, string>? settings = null,
        Action<IServiceCollection>? services = null,
        decimal? callsPerSecond = null,
        FakeTimeProvider? clock = null)
    {
        var engine = new VapiEngine(clock ?? new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero)));
        engine.Vapi = await FakeVapi.StartAsync(new FakeVapiOptions { Clock = engine.Clock, Numbers = [new VapiNumber(Number, Guid.CreateVersion7())] });
        engine.Server = await run.StartServerAsync(new TestServerOptions
        {
            Postgres = await run.CreateDatabaseAsync(),
            Clock = engine.Clock,
            Settings = new Dictionary<string, string>(settings ?? new Dictionary<string, string>())
            {
                ["Http:PublicUrl"] = "https://voice.example.com/erzy",
                ["Carriers:Vapi:BaseAddress"] = engine.Vapi.Address.ToString(),
            },
            Services = services ?? (static _ => { }),
        });
        engine.Vapi.CallbackHandler = engine.Server.Server.CreateHandler();
        engine.Tenant = await engine.Server.CreateTenantAsync(new TenantOptions { Mode = OrganizationMode.Live, MaxConcurrentCalls = 5 });
        engine.Account = await engine.ConnectAsync("Main line", callsPerSecond: callsPerSecond);
        (await engine.Tenant.Api.PostAsync("/phone-numbers", new { phoneNumber = Number, carrierAccountId = engine.Account.Id.ToString() })).ShouldBe(HttpStatusCode.Created);
        return engine;
    }

    /// <summary>An account as the command connects it.</summary>
    public Task<CarrierAccount> ConnectAsync(string name, string? privateKey = null, decimal? callsPerSecond = null)
    {
        var account = CarrierAccount.Create(Tenant.Organization.Id, "vapi", name, Clock.GetUtcNow());
        var encryption = Server.Services.GetRequiredService<Encryption>();
        account.Connect(
            CarrierSecrets.Renew(account, encryption, privateKey ?? Vapi.Options.PrivateKey, Vapi.Options.PublicKey).Encrypt(encryption), baseAddress: null, callsPerSecond);
        return Tenant.AddAsync(account);
    }

    /// <summary>The id of a new call from the account's number.</summary>
    public async Task<string> PlaceAsync(string to = "+14155550100", object? more = null)
    {
        var body = new Dictionary<string, object?> { ["to"] = to, ["from"] = Number };
        foreach (var property in more?.GetType().GetProperties() ?? [])
        {
            body[property.Name] = property.GetValue(more);
        }

        return (await Tenant.Api.PostAsync("/calls", body)).ShouldBe(HttpStatusCode.Created).Data.GetProperty("id").GetString()!;
    }

    /// <summary>A call that Vapi has.</summary>
    public async Task<(string Id, VapiCall Call)> DialAsync(string to = "+14155550100", object? more = null)
    {
        var id = await PlaceAsync(to, more);
        await DispatchAsync();
        return (id, Vapi.Calls[id]);
    }

    public Task DispatchAsync() => Server.RunAsync<CallDispatchJob>();

    /// <summary>Lets time pass a second at a time, with the jobs that talk to carriers at work.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        for (var end = Clock.GetUtcNow() + time; Clock.GetUtcNow() < end;)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await Server.StepAsync<ReconcileCallsJob>();
            await Server.StepAsync<HangUpJob>();
            await Server.StepAsync<HangUpStraysJob>();
        }
    }

    public async Task<int> HangUpAsync() => await Server.RunAsync<HangUpJob>() + await Server.RunAsync<HangUpStraysJob>();

    public Task<JsonElement> GetAsync(string id) => Tenant.GetCallAsync(id);

    public async Task<(string Status, string? EndedReason)> StateOfAsync(string id)
    {
        var call = await GetAsync(id);
        return (call.GetProperty("status").GetString()!, call.GetProperty("endedReason").GetString());
    }

    public async Task<IReadOnlyList<string>> EventsOfAsync(string id) => [.. (await Server.EventsOfAsync(id)).Select(happened => happened.Type)];

    public async Task<CarrierAccount> AccountAsync() =>
        await Server.InDatabaseAsync(db => db.CarrierAccounts.AsNoTracking().SingleAsync(row => row.Id == Account.Id, TestContext.Current.CancellationToken));

    /// <summary>How many lines the organization's calls hold.</summary>
    public Task<int> BusyAsync() => Server.InDatabaseAsync(db => db.Calls.CountAsync(call => call.Status == "processing" && call.LineFreeAt == null));

    /// <summary>The address of a call's callbacks.</summary>
    public string HookOf(string call, Id<CarrierAccount>? account = null) => $"/hooks/carriers/{account ?? Account.Id}/calls/{call}";

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Vapi.DisposeAsync();
    }
}
