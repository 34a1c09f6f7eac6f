using Npgsql;

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
            .TraceWorkOnly()
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
