using ErzyCall.Api.Commands;
using ErzyCall.Api.Platform.OpenApi;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Workers;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>How a server under test differs from a deployed one.</summary>
internal sealed record TestServerOptions
{
    public string? Postgres { get; init; }

    public string? Redis { get; init; }

    /// <summary>A clock that the test moves; <c>null</c> for the system's.</summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>Whether jobs run by themselves. Off, a test runs their steps: <see cref="TestServer.RunAsync{TJob}"/>.</summary>
    public bool Workers { get; init; }

    /// <summary>Whether programs can reach it: <see cref="TestServer.Url"/>. Without, only its own clients can.</summary>
    public bool IsOnPort { get; init; }

    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Replaces services, for what the outside world does to a server.</summary>
    public Action<IServiceCollection> Services { get; init; } = static _ => { };
}

/// <summary>The real server, in Production mode, in this process.</summary>
internal sealed class TestServer(TestServerOptions options) : WebApplicationFactory<ConfiguredHost>
{
    /// <summary>Far more than any test's work.</summary>
    private const int MaxSteps = 10_000;

    private static Task<DocumentedApi>? s_documented;

    /// <summary>Where programs reach it.</summary>
    public string Url => Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();

    public void Start()
    {
        if (options.IsOnPort)
        {
            UseKestrel(port: 0);
        }

        using var client = CreateClient();
    }

    /// <summary>A new organization with a key that may do everything, and a client that uses it.</summary>
    public Task<Tenant> CreateTenantAsync(TenantOptions? tenant = null) => Tenant.CreateAsync(this, tenant ?? new TenantOptions());

    /// <summary>A client with this key or without one, by default with a network address of its own: failing authentications are counted by address.</summary>
    public ApiClient CreateApiClient(string? key = null, string? address = null)
    {
        var client = CreateClient(new WebApplicationFactoryClientOptions
        {
            AllowAutoRedirect = false,
            HandleCookies = false,
            BaseAddress = new Uri(options.IsOnPort ? Url : "http://localhost"),
        });
        client.DefaultRequestHeaders.Add(ClientAddress.Header, address ?? ClientAddress.Next());
        if (key is not null)
        {
            client.DefaultRequestHeaders.Add("X-API-Key", key);
        }

        return new ApiClient(client, DocumentedAsync);
    }

    /// <summary>The API as it is documented. Every server of the run documents the same, so the first one that is asked tells for all.</summary>
    public Task<DocumentedApi> DocumentedAsync() => s_documented ??= ReadDocumentAsync();

    private async Task<DocumentedApi> ReadDocumentAsync() =>
        DocumentedApi.Parse(await Services.GetRequiredService<ApiDocument>().ReadAsync("https://voice.example.com", CancellationToken.None));

    /// <summary>Runs <paramref name="work"/> on the server's database.</summary>
    public async Task<T> InDatabaseAsync<T>(Func<ErzyCallDbContext, Task<T>> work)
    {
        await using var scope = Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<ErzyCallDbContext>());
    }

    /// <summary>Runs steps of a job until it has nothing more to do at once; how many did something.</summary>
    public async Task<int> RunAsync<TJob>()
        where TJob : class, IJob
    {
        for (var steps = 0; ; steps++)
        {
            Assert.True(steps < MaxSteps, $"{typeof(TJob).Name} finds more to do for ever.");
            if (!await StepAsync<TJob>())
            {
                return steps;
            }
        }
    }

    /// <summary>Runs one step of a job; whether it did something.</summary>
    public async Task<bool> StepAsync<TJob>()
        where TJob : class, IJob
    {
        await using var scope = Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<TJob>().RunOnceAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>What the command <c>migrate</c> does.</summary>
    public static async Task MigrateAsync(string postgres, CancellationToken cancellationToken)
    {
        await new UpgradeHost(postgres).RunAsync(services => services.GetRequiredService<SchemaUpgrade>().RunAsync(again: true, cancellationToken), cancellationToken);

        // Nobody may be connected to a template that is copied, and pools keep connections open.
        NpgsqlConnection.ClearAllPools();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment(Environments.Production);
        builder.UseSetting("ConnectionStrings:Postgres", options.Postgres);
        builder.UseSetting("ConnectionStrings:Redis", options.Redis);
        builder.UseSetting("Workers:Enabled", options.Workers.ToString());
        builder.UseSetting("Simulator:Speed", "0");
        builder.UseSetting("Shutdown:Delay", "00:00:00");
        builder.UseSetting("Serilog:MinimumLevel:Default", "Fatal");
        builder.UseSetting("Serilog:MinimumLevel:Override:Microsoft", "Fatal");
        builder.UseSetting("Serilog:MinimumLevel:Override:Microsoft.Hosting.Lifetime", "Fatal");
        foreach (var (key, value) in options.Settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureTestServices(services =>
        {
            if (options.Clock is not null)
            {
                services.AddSingleton(options.Clock);
            }

            services.AddSingleton<IStartupFilter>(new ClientAddress());
            options.Services(services);
        });
    }

    private sealed class UpgradeHost(string postgres) : CommandHost
    {
        public override Task ServeAsync(string[] args) => throw new NotSupportedException("It runs commands only.");

        protected override Task<IAsyncDisposable?> PrepareAsync(ConfigurationManager configuration, CancellationToken cancellationToken)
        {
            configuration["ConnectionStrings:Postgres"] = postgres;
            return Task.FromResult<IAsyncDisposable?>(null);
        }
    }
}
