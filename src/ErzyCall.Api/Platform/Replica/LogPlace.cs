using Npgsql;
using NpgsqlTypes;

namespace ErzyCall.Api.Platform.Replica;

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
