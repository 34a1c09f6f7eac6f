using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace ErzyCall.Api.Platform.Replica;

/// <summary>
/// A copy of the database that PostgreSQL keeps up by streaming replication, at <c>ConnectionStrings:PostgresReplica</c>. Nothing is ever
/// decided by what stands there: only lists and searches are read from it, which may be a moment old.
/// </summary>
internal sealed class ReplicaDatabase(
    IConfiguration configuration,
    PreparedStatements statements,
    DbContextOptions<ErzyCallDbContext> options) : IAsyncDisposable
{
    /// <summary>The name of the connection string.</summary>
    public const string Name = "PostgresReplica";

    /// <summary>The name of the pool in metrics.</summary>
    private const string PoolName = "erzycall_replica";

    private readonly Lazy<NpgsqlDataSource> _source = new(() =>
        new NpgsqlDataSourceBuilder(Read(configuration).ConnectionString) { Name = PoolName }
            .UsePhysicalConnectionInitializer(statements.Examine, statements.ExamineAsync)
            .Build());

    public static bool IsIn(IConfiguration configuration) => !string.IsNullOrWhiteSpace(configuration.GetConnectionString(Name));

    /// <exception cref="OperatorException">The connection string cannot be read, or names several servers.</exception>
    public void RequireUsable() => Read(configuration);

    /// <summary>
    /// Makes a context that reads here. It is none of the pool: there it would keep its connection, and the next request would write by it.
    /// </summary>
    public ErzyCallDbContext CreateContext()
    {
        var db = new ErzyCallDbContext(options);
        db.Database.SetDbConnection(_source.Value.CreateConnection(), contextOwnsConnection: true);
        return db;
    }

    /// <summary>Asks how far the replica has come.</summary>
    /// <exception cref="NpgsqlException">It cannot be reached.</exception>
    public Task<LogPlace> PlaceAsync(CancellationToken cancellationToken) => LogPlace.OfAsync(_source.Value, cancellationToken);

    // One server, since one is asked how far it has come, and another one might answer.
    private static NpgsqlConnectionStringBuilder Read(IConfiguration configuration)
    {
        var settings = PersistenceSetup.Read($"ConnectionStrings:{Name}", configuration.GetConnectionString(Name));
        return settings.Host?.Contains(',', StringComparison.Ordinal) is true
            ? throw new OperatorException($"ConnectionStrings:{Name} names several hosts: it has to be one replica.")
            : settings;
    }

    public ValueTask DisposeAsync() => _source.IsValueCreated ? _source.Value.DisposeAsync() : ValueTask.CompletedTask;
}

/// <summary>A place in the write-ahead log of a database.</summary>
/// <param name="Database">
/// The database and its timeline: the same for a primary and its replicas. After a failover a replica may need some minutes until it says
/// that it is on the new one.
/// </param>
/// <param name="IsReplica">Whether the place is how far a replica has come; else it is the end of a primary's log.</param>
internal sealed record LogPlace(string Database, bool IsReplica, NpgsqlLogSequenceNumber End)
{
    /// <summary>
    /// Asks for the place behind all that is committed, or repeated from the primary. What is not flushed yet counts too: with
    /// <c>synchronous_commit = off</c> a client has its answer before that.
    /// </summary>
    public static async Task<LogPlace> OfAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(
            """
            SELECT concat_ws('/', system_identifier, timeline_id, (SELECT oid FROM pg_database WHERE datname = current_database())),
              pg_is_in_recovery(),
              CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END
            FROM pg_control_system(), pg_control_checkpoint()
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var end = await reader.GetFieldValueAsync<NpgsqlLogSequenceNumber>(2, cancellationToken);
        return new LogPlace(reader.GetString(0), reader.GetBoolean(1), end);
    }
}
