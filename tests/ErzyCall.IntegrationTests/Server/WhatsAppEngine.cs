using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Features.WhatsApp.Simulation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>A server on a database of its own with one organization and its account; the test moves its time and runs its jobs.</summary>
internal sealed class WhatsAppEngine : IAsyncDisposable
{
    private TestServer? _server;
    private Tenant? _tenant;
    private WhatsAppAccount? _account;

    private WhatsAppEngine()
    {
    }

    public TestServer Server => _server!;

    public Tenant Tenant => _tenant!;

    public WhatsAppAccount Account => _account!;

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));

    /// <param name="messenger">Instead of the simulated one, if any.</param>
    public static Task<WhatsAppEngine> StartAsync(TestRun run, ScriptedMessenger? messenger = null, string speed = "0") =>
        StartAsync(run, OrganizationMode.Test, new Dictionary<string, string> { ["Simulator:Speed"] = speed }, services =>
        {
            if (messenger is not null)
            {
                services.RemoveAll<IMessenger>().AddSingleton<IMessenger>(messenger);
            }
        });

    /// <summary>A live organization's account, and the real adapter against a platform of the test's own.</summary>
    public static Task<WhatsAppEngine> StartLiveAsync(TestRun run, Uri platform) =>
        StartAsync(run, OrganizationMode.Live, new Dictionary<string, string> { ["WhatsApp:BaseAddress"] = platform.ToString() }, static _ => { });

    public Task<int> SendAsync() => Server.RunAsync<MessageSendJob>();

    /// <summary>Every job until none has anything to do at this moment.</summary>
    public async Task RunAllAsync()
    {
        while (await Server.RunAsync<MessageSendJob>() + await Server.RunAsync<SimulatedMessengerJob>() > 0)
        {
        }

        await Server.RunAsync<MessageDeadlineJob>();
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private static async Task<WhatsAppEngine> StartAsync(
        TestRun run, OrganizationMode mode, Dictionary<string, string> settings, Action<IServiceCollection> services)
    {
        var engine = new WhatsAppEngine();
        engine._server = await run.StartServerAsync(new TestServerOptions { Clock = engine.Clock, Settings = settings, Services = services });
        engine._tenant = await engine._server.CreateTenantAsync(new TenantOptions { Mode = mode });
        engine._account = await engine._tenant.ConnectAsync(simulated: mode is OrganizationMode.Test, "106540352242922");
        return engine;
    }
}
