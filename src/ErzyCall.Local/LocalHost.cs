using ErzyCall.Api;
using ErzyCall.Api.Commands;
using ErzyCall.Api.Features.ApiKeys;
using ErzyCall.Api.Platform.Persistence;

namespace ErzyCall.Local;

/// <summary>
/// The same server with a PostgreSQL and a Redis of its own, and with sample data on the first start. A connection string that is
/// configured wins, and that part is not started.
/// </summary>
internal sealed class LocalHost : CommandHost
{
    private const string PostgresSetting = "ConnectionStrings:Postgres";
    private const string RedisSetting = "ConnectionStrings:Redis";

    /// <summary>The address of Redis for commands, which do not use it: it only satisfies the setting.</summary>
    private const string NoRedis = "localhost";

    private bool _isPrivate;

    public override async Task ServeAsync(string[] args)
    {
        // Settings are not watched: that would mean to watch the folder in which the database writes, too.
        var builder = WebApplication.CreateBuilder([.. args, "--hostBuilder:reloadConfigOnChange=false"]);
        var urls = builder.Configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } given ? given : ErzyCallApp.DefaultUrl;
        using var port = ReservedPort.Take(urls);
        using var logging = CreateConsoleLogging();
        await using var databases = await StartDatabasesAsync(
            builder.Configuration, LocalDatabasesMode.Serve, logging, CancellationToken.None);
        builder.AddErzyCall();
        await using var app = builder.Build();

        // A configured database belongs to an operator, who migrates it when it suits them.
        var welcomeKey = databases.PostgresConnectionString is not null ? await PrepareAsync(app.Services) : null;
        app.UseErzyCall();
        port.Dispose();
        await app.StartAsync();
        Welcome.Print(app.Urls.First(), welcomeKey);
        await app.WaitForShutdownAsync();
    }

    /// <summary>
    /// Makes the log of what becomes of the databases. It goes to standard error, since standard output belongs to what a command prints.
    /// </summary>
    public static ILoggerFactory CreateConsoleLogging() =>
        LoggerFactory.Create(logging => logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));

    public static async Task<LocalDatabases> StartDatabasesAsync(
        ConfigurationManager configuration, LocalDatabasesMode mode, ILoggerFactory logging, CancellationToken cancellationToken)
    {
        var options = new LocalDatabasesOptions
        {
            DataDirectory = configuration["Embedded:DataDirectory"] ?? LocalDatabasesOptions.DefaultDataDirectory,
            PostgresSource = PostgresSource.Read(configuration),
            NeedsPostgres = string.IsNullOrEmpty(configuration[PostgresSetting]),
            NeedsRedis = string.IsNullOrEmpty(configuration[RedisSetting]),
        };
        var databases = await LocalDatabases.StartAsync(options, mode, logging.CreateLogger<LocalDatabases>(), cancellationToken);
        configuration[PostgresSetting] = databases.PostgresConnectionString ?? configuration[PostgresSetting];
        configuration[RedisSetting] = databases.RedisConnectionString ?? configuration[RedisSetting] ?? NoRedis;
        return databases;
    }

    protected override async Task<IAsyncDisposable?> PrepareAsync(ConfigurationManager configuration, CancellationToken cancellationToken)
    {
        using var logging = CreateConsoleLogging();
        var databases = await StartDatabasesAsync(configuration, LocalDatabasesMode.Command, logging, cancellationToken);
        _isPrivate = databases.PostgresConnectionString is not null;
        return databases;
    }

    // A command may be the first thing that ever runs on a private database.
    protected override Task PrepareSchemaAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        _isPrivate ? services.GetRequiredService<SchemaUpgrade>().RunAsync(again: false, cancellationToken) : Task.CompletedTask;

    /// <summary>
    /// Migrates the database and fills it when it is empty. Gives a key of the sample organization as long as no call was placed in it.
    /// </summary>
    private static async Task<ApiKeySecret?> PrepareAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ErzyCallDbContext>();
        await scope.ServiceProvider.GetRequiredService<SchemaUpgrade>().RunAsync(again: false, CancellationToken.None);
        return await SampleData.WelcomeKeyAsync(db, scope.ServiceProvider.GetRequiredService<TimeProvider>(), CancellationToken.None);
    }
}
