using ErzyCall.Api.Platform.Time;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ErzyCall.Api.Platform.Persistence;

internal static class PersistenceSetup
{
    /// <summary>
    /// A node that stands still in the middle of a transaction gives up its row locks after this long: no transaction here waits for anything
    /// but the database. Whoever sets <c>Options</c> in the connection string decides differently.
    /// </summary>
    private const string IdleInTransactionTimeout = "-c idle_in_transaction_session_timeout=30s";

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
                var connection = new NpgsqlConnectionStringBuilder(text);
                connection.Options ??= IdleInTransactionTimeout;
                var clock = provider.GetRequiredService<DatabaseClock>();
                var builder = new NpgsqlDataSourceBuilder(connection.ConnectionString) { Name = PoolName };
                return builder.UsePhysicalConnectionInitializer(clock.Measure, clock.MeasureAsync).Build();
            }
            catch (ArgumentException malformed)
            {
                throw new OperatorException($"ConnectionStrings:Postgres cannot be read: {malformed.Message}", malformed);
            }
        });
        services.AddDbContext<ErzyCallDbContext>((provider, options) => options
            .UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>())
            .UseSnakeCaseNamingConvention());

        services.AddHostedService<SchemaGuard>();
        services.AddHostedService<ClockMeasurement>();

        // In the database, so that every node reads what any node has encrypted, and a backup of the one is a backup of the other.
        services.AddDataProtection().SetApplicationName("ErzyCall").PersistKeysToDbContext<ErzyCallDbContext>();
    }
}
