using System.Data;
using ErzyCall.Api.Platform.Time;
using Npgsql;

namespace ErzyCall.Api.Features.Audit;

/// <summary>The limits of an audit.</summary>
/// <param name="LooksBack">How far an audit looks back when nothing else is asked for.</param>
/// <param name="EachLaw">The most time for each law.</param>
/// <param name="AllLaws">The most time for all laws together; those that are left then are not checked.</param>
internal sealed record AuditBounds(TimeSpan LooksBack, TimeSpan EachLaw, TimeSpan AllLaws);

/// <summary>
/// Checks the laws against the database while it is in use: each in a read-only transaction of its own with one snapshot, so that it sees
/// every other transaction whole or not at all, waits for nobody and holds nobody up.
/// </summary>
internal sealed class Auditor(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>
    /// The settings of a law's transaction. It gets one process of PostgreSQL and one core, since requests come first. What a law compares
    /// by hashes or sorts is some tens of bytes a row, and may take as much memory as a million rows need. Compiling the query is never
    /// worth it.
    /// </summary>
    private const string Limits =
        """
        SELECT set_config('transaction_read_only', 'on', true), set_config('statement_timeout', @patience, true),
          set_config('max_parallel_workers_per_gather', '0', true), set_config('work_mem', '64MB', true), set_config('jit', 'off', true)
        """;

    /// <summary>
    /// How much longer the driver waits than PostgreSQL: PostgreSQL is to give up first, and the driver only when PostgreSQL does not
    /// answer any more.
    /// </summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(10);

    /// <param name="organization">The organization to check; <c>null</c> for all of them.</param>
    /// <param name="since">The time from which on to look; <c>null</c> to look back as far as is usual.</param>
    public async Task<AuditReport> RunAsync(
        Id<Owner>? organization, DateTimeOffset? since, AuditBounds bounds, CancellationToken cancellationToken)
    {
        // The clock is read once a connection is open: connecting sets it by PostgreSQL's.
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var began = clock.GetTimestamp();
        var checkedAt = clock.Now();
        var from = (since ?? checkedAt - bounds.LooksBack).ToUniversalTime();
        var laws = new List<LawReport>();
        foreach (var law in AuditLaws.All)
        {
            var rest = bounds.AllLaws - clock.GetElapsedTime(began);
            var patience = rest < bounds.EachLaw ? rest : bounds.EachLaw;
            var scope = new AuditScope(organization, from, clock.Now());
            laws.Add(await CheckAsync(connection, law, scope, patience, cancellationToken));
        }

        return new AuditReport(AuditStatus.Of(laws), from, checkedAt, laws);
    }

    /// <summary>
    /// The query of a law. It is materialized so that PostgreSQL plans for all offenders: it must not bet on finding the first ones soon,
    /// when there are none.
    /// </summary>
    public static string QueryOf(AuditLaw law) => law.Breaks is null
        ? $"WITH offender (id) AS MATERIALIZED ({law.Offenders}) SELECT id FROM offender LIMIT {LawReport.MaxCounted + 1}"
        : law.Offenders;

    private async Task<LawReport> CheckAsync(
        NpgsqlConnection connection, AuditLaw law, AuditScope scope, TimeSpan patience, CancellationToken cancellationToken)
    {
        // PostgreSQL takes 0 for no limit at all.
        if (patience < TimeSpan.FromMilliseconds(1))
        {
            return LawReport.Unchecked(law, TimeSpan.Zero);
        }

        var began = clock.GetTimestamp();
        try
        {
            return LawReport.Of(law, await FindAsync(connection, law, scope, patience, cancellationToken), clock.GetElapsedTime(began));
        }
        catch (PostgresException broken) when (DatabaseFailure.IsTimeout(broken))
        {
            return LawReport.Unchecked(law, clock.GetElapsedTime(began));
        }
    }

    private static async Task<List<Guid>> FindAsync(
        NpgsqlConnection connection, AuditLaw law, AuditScope scope, TimeSpan patience, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using (var limit = new NpgsqlCommand(Limits, connection, transaction))
        {
            limit.Parameters.AddWithValue("patience", $"{(long)patience.TotalMilliseconds}ms");
            await limit.ExecuteNonQueryAsync(cancellationToken);
        }

#pragma warning disable CA2100 // Laws are written in this program; what varies are parameters.
        await using var find = new NpgsqlCommand(QueryOf(law), connection, transaction);
#pragma warning restore CA2100
        find.CommandTimeout = (int)Math.Ceiling((patience + s_grace).TotalSeconds);
        find.Parameters.AddRange(scope.Parameters().ToArray());
        var offenders = new List<Guid>();
        await using var reader = await find.ExecuteReaderAsync(cancellationToken);
        while (offenders.Count <= LawReport.MaxCounted && await reader.ReadAsync(cancellationToken))
        {
            if (law.Breaks is null || law.Breaks(reader))
            {
                offenders.Add(reader.GetGuid(0));
            }
        }

        return offenders;
    }
}
