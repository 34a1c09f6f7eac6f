using ErzyCall.Api.Platform.Time;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace ErzyCall.Api.Platform.Persistence;

internal static class PersistenceSetup
{
    /// <summary>
    /// The settings of a connection unless its connection string says otherwise. A PostgreSQL that stands still costs a request at most the
    /// wait for a connection (also from a pool that has none free) and that for one statement: no statement here takes seconds, and clients
    /// are not patient for longer. Nothing here leaves anything behind in a session, so nothing is reset: behind a connection pooler that
    /// would be somebody else's session. For the same reason no settings come with a connection: <see cref="SessionDefaults"/>. Kerberos is
    /// not asked to encrypt: where its library is missing, as in the container image, each connection would try, fail and complain.
    /// </summary>
    private const string Defaults = "Timeout=10;Command Timeout=20;No Reset On Close=true;GSS Encryption Mode=Disable;";

    /// <summary>The name of the pool in metrics, instead of host, database and user.</summary>
    private const string PoolName = "erzycall";

    public static void AddPersistence(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var configuration = provider.GetRequiredService<IConfiguration>();
            var settings = Read("ConnectionStrings:Postgres", configuration.GetConnectionString("Postgres"));
            var clock = provider.GetRequiredService<DatabaseClock>();
            var statements = provider.GetRequiredService<PreparedStatements>();
            return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = PoolName }.UsePhysicalConnectionInitializer(
                connection =>
                {
                    statements.Examine(connection);
                    clock.Measure(connection);
                },
                async connection =>
                {
                    await statements.ExamineAsync(connection);
                    await clock.MeasureAsync(connection);
                }).TraceWorkOnly().Build();
        });
        services.AddSingleton<PreparedStatements>();
        services.AddSingleton<IndexOrder>();
        services.AddSingleton<DirectDatabase>();
        services.AddSingleton<CountedWrites>().AddSingleton<Commits>();

        // It takes the data source above by itself. If that were named here, Entity Framework would work out anew for each database what it
        // otherwise works out once.
        services.AddPooledDbContextFactory<ErzyCallDbContext>((provider, options) => options
            .UseNpgsql()
            .UseSnakeCaseNamingConvention()
            .AddInterceptors(
                provider.GetRequiredService<CountedWrites>(),
                provider.GetRequiredService<IndexOrder>(),
                provider.GetRequiredService<PreparedStatements>(),
                provider.GetRequiredService<Commits>())
            .ReplaceService<IRelationalConnection, TransactionBoundConnection>());

        // Each scope has a context of the pool; with its scope it goes back there.
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<ErzyCallDbContext>>().CreateDbContext());

        services.AddScoped<SchemaUpgrade>().AddHostedService<SchemaGuard>();
        services.AddRowsThatAreBroughtOver();
        services.AddSingleton<DatabaseState>().AddSingleton<Failures>().AddHostedService<DatabaseProbe>();
        services.AddHostedService<ClockMeasurement>();
    }

    /// <summary>Adds every <see cref="IBringsRowsOver"/>, which stands beside its entity, as the entity's configuration does.</summary>
    private static void AddRowsThatAreBroughtOver(this IServiceCollection services)
    {
        var found = typeof(ErzyCallDbContext).Assembly.GetTypes()
            .Where(type => type.IsClass && type.IsAssignableTo(typeof(IBringsRowsOver)))
            .OrderBy(type => type.FullName, StringComparer.Ordinal);
        foreach (var type in found)
        {
            services.AddScoped(typeof(IBringsRowsOver), type);
        }
    }

    /// <summary>Reads a connection string and adds the defaults. Of two values for one setting the later one counts.</summary>
    /// <exception cref="OperatorException">It is not there, or cannot be read; the message holds no value of it.</exception>
    public static NpgsqlConnectionStringBuilder Read(string setting, string? text)
    {
        const string form = "It is a list such as 'Host=…;Database=…;Username=…;Password=…'.";
        if (string.IsNullOrWhiteSpace(text))
        {
            var variable = setting.Replace(":", "__", StringComparison.Ordinal);
            throw new OperatorException($"{setting} is not set (as an environment variable: {variable}).");
        }

        try
        {
            var settings = new NpgsqlConnectionStringBuilder(Defaults + text);
            return string.IsNullOrWhiteSpace(settings.Host) && Environment.GetEnvironmentVariable("PGHOST") is null
                ? throw new OperatorException($"{setting} names no Host. {form}")
                : settings;
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // The driver names the keyword that it does not know, or whose value it cannot use; a text that is no list at all it would
            // repeat whole.
            var keyword = malformed is ArgumentException { ParamName: { } name }
                && text.Contains($"{name}=", StringComparison.OrdinalIgnoreCase)
                    ? $": '{name}'"
                    : "";
            throw new OperatorException($"{setting} cannot be read{keyword}. {form}", malformed);
        }
    }
}
