using Npgsql;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// Makes connections that stay with one session of PostgreSQL for as long as they live, which a pooler in transaction mode does not give:
/// by <c>ConnectionStrings:PostgresDirect</c>, else by <c>ConnectionStrings:Postgres</c> if no pooler is found behind it.
/// </summary>
internal sealed class DirectDatabase : IAsyncDisposable
{
    /// <summary>The name in metrics, instead of host, database and user.</summary>
    private const string Name = "erzycall_direct";

    private readonly bool _isToldSo;
    private readonly NpgsqlDataSource _source;

    /// <exception cref="OperatorException">The connection string cannot be read.</exception>
    public DirectDatabase(IConfiguration configuration)
    {
        var direct = configuration.GetConnectionString("PostgresDirect");
        _isToldSo = !string.IsNullOrWhiteSpace(direct);
        var settings = _isToldSo
            ? PersistenceSetup.Read("ConnectionStrings:PostgresDirect", direct)
            : PersistenceSetup.Read("ConnectionStrings:Postgres", configuration.GetConnectionString("Postgres"));
        settings.Pooling = false;
        _source = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = Name }.TraceWorkOnly().Build();
    }

    /// <summary>Opens a connection that is in no pool, or gives <c>null</c> when only a pooler can be reached.</summary>
    public async Task<NpgsqlConnection?> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = _source.CreateConnection();
        var isDirect = false;
        try
        {
            await connection.OpenAsync(cancellationToken);
            isDirect = _isToldSo || await OwnSession.IsOfAsync(connection, cancellationToken);
            return isDirect ? connection : null;
        }
        finally
        {
            if (!isDirect)
            {
                await connection.DisposeAsync();
            }
        }
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
