using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>A statement as a server sends it.</summary>
internal sealed record RecordedCommand(string Sql, IReadOnlyList<NpgsqlParameter> Parameters)
{
    /// <summary>How PostgreSQL would answer it now, line by line. It is not run.</summary>
    /// <param name="settings">That its transaction begins with.</param>
    public Task<List<string>> ExplainAsync(TestServer server, string settings = "") => ExplainAsync(server, "EXPLAIN", settings);

    /// <summary>
    /// How many rows of tables and indexes PostgreSQL looks at for its answer, those that it then leaves out included. It is run.
    /// </summary>
    public async Task<long> RowsReadAsync(TestServer server)
    {
        var plan = JsonElement.Parse(string.Join('\n', await ExplainAsync(server, "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON)", settings: "")));
        return ReadBy(plan[0].GetProperty("Plan"));
    }

    private static long ReadBy(JsonElement node)
    {
        var isScan = node.GetProperty("Node Type").GetString()!.Contains("Scan", StringComparison.Ordinal);
        var looked = isScan ? RowsOf("Actual Rows") + RowsOf("Rows Removed by Filter") + RowsOf("Rows Removed by Index Recheck") : 0;
        return ((long)looked * (long)RowsOf("Actual Loops")) + (node.TryGetProperty("Plans", out var parts) ? parts.EnumerateArray().Sum(ReadBy) : 0);

        double RowsOf(string name) => node.TryGetProperty(name, out var rows) ? rows.GetDouble() : 0;
    }

    private async Task<List<string>> ExplainAsync(TestServer server, string how, string settings)
    {
        await using var connection = await server.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var undone = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // All of them are the server's own.
        if (settings.Length > 0)
        {
            await using var set = new NpgsqlCommand(settings, connection);
            await set.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await using var explain = new NpgsqlCommand($"{how} {Sql}", connection);
#pragma warning restore CA2100
        explain.Parameters.AddRange(Parameters.Select(parameter => parameter.Clone()).ToArray());
        await using var reader = await explain.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var plan = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            plan.Add(reader.GetString(0));
        }

        return plan;
    }
}

/// <summary>Keeps the very statements that a server sends, so that their plans can be looked at.</summary>
internal sealed class CommandRecorder : DbCommandInterceptor
{
    public List<RecordedCommand> Commands { get; } = [];

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Keep(command);
        return base.ReaderExecutingAsync(command, eventData, result, cancellationToken);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Keep(command);
        return base.NonQueryExecutingAsync(command, eventData, result, cancellationToken);
    }

    private void Keep(DbCommand command)
    {
        lock (Commands)
        {
            Commands.Add(new RecordedCommand(command.CommandText, [.. command.Parameters.Cast<NpgsqlParameter>().Select(parameter => parameter.Clone())]));
        }
    }
}
