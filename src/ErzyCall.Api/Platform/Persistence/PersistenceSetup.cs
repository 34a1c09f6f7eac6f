using ErzyCall.Api.Platform.Time;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace ErzyCall.Api.Platform.Persistence;

internal static class PersistenceSetup
{
    /// <summary>
    /// What holds unless the connection string says otherwise. A node that stands still in the middle of a transaction gives up its row locks: no
    /// transaction here waits for anything but the database. A PostgreSQL that stands still itself costs a request at most the wait for a connection (also
    /// from a pool that has none free) and that for one statement: no statement here takes seconds, and clients are not patient for longer. For the same reason
    /// none has workers or compiled code of its own: to begin either takes longer than to read a page from an index, and PostgreSQL misjudges how much it will read.
    /// </summary>
    private const string Defaults = "Options='-c idle_in_transaction_session_timeout=30s -c max_parallel_workers_per_gather=0 -c jit=off';Timeout=10;Command Timeout=20;";

    /// <summary>What metrics call the pool, instead of host, database and user.</summary>
    private const string PoolName = "erzycall";

    public static void AddPersistence(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var text = provider.GetRequiredService<IConfiguration>().GetConnectionString("Postgres")
                ?? throw new OperatorException("ConnectionStrings:Postgres is not set (as an environment variable: ConnectionStrings__Postgres).");
            try
            {
                // Of two values for one setting the later one counts.
                var clock = provider.GetRequiredService<DatabaseClock>();
                return new NpgsqlDataSourceBuilder(Defaults + text) { Name = PoolName }.UsePhysicalConnectionInitializer(clock.Measure, clock.MeasureAsync).Build();
            }
            catch (ArgumentException malformed)
            {
                throw new OperatorException($"ConnectionStrings:Postgres cannot be read: {malformed.Message}", malformed);
            }
        });
        services.AddDbContext<ErzyCallDbContext>((provider, options) => options
            .UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>())
            .UseSnakeCaseNamingConvention()
            .ReplaceService<IRelationalConnection, TransactionBoundConnection>());

        services.AddScoped<SchemaUpgrade>().AddHostedService<SchemaGuard>();
        services.AddSingleton<DatabaseState>().AddHostedService<DatabaseProbe>();
        services.AddHostedService<ClockMeasurement>();

        // In the database, so that every node reads what any node has encrypted, and a backup of the one is a backup of the other.
        services.AddDataProtection().SetApplicationName("ErzyCall").PersistKeysToDbContext<ErzyCallDbContext>();
    }
}
