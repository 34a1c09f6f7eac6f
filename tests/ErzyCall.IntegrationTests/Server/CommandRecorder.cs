using System.Data.Common;
using System.Text.Json;
using System.Text.RegularExpressions;
using ErzyCall.Api.Platform.Persistence;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>A statement as a server sends it.</summary>
/// <param name="SavesRows">Whether Entity Framework made it, of rows that were read before.</param>
internal sealed record RecordedCommand(string Sql, IReadOnlyList<NpgsqlParameter> Parameters, bool SavesRows = false)
{
    /// <summary>Whether it adds rows that are there once it has run (<see cref="RowsTogether"/>): it finds nothing, and cannot be run again.</summary>
    public bool AddsRows => Sql.StartsWith("INSERT INTO ", StringComparison.Ordinal) && Sql.Contains(" SELECT * FROM unnest(", StringComparison.Ordinal);

    /// <summary>
    /// Explains, line by line, how PostgreSQL would answer it now: by its plan for these parameters and, if it is prepared, also by the one
    /// for any, which the session may keep. It is not run.
    /// </summary>
    /// <param name="settings">That its transaction begins with.</param>
    public async Task<List<string>> ExplainAsync(TestServer server, string settings = "")
    {
        var (forThese, forAny) = await ExplainAsync(server, "EXPLAIN", settings);
        return [.. forThese, .. forAny];
    }

    /// <summary>
    /// Explains, line by line, what the functions that it calls run: by plans for their values, and by those for any, which the session may
    /// keep. It is run.
    /// </summary>
    public async Task<List<string>> ExplainInsideAsync(TestServer server)
    {
        await using var connection = await server.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync(TestContext.Current.CancellationToken);
        var plans = new List<string>();
        connection.Notice += (_, told) => plans.AddRange(told.Notice.MessageText.Split('\n'));
        foreach (var mode in (string[])["force_custom_plan", "force_generic_plan"])
        {
            await using var undone = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await ReadAsync(
                connection,
                $"""
                 LOAD 'auto_explain';
                 SET LOCAL auto_explain.log_min_duration = 0;
                 SET LOCAL auto_explain.log_nested_statements = on;
                 SET LOCAL plan_cache_mode = {mode};
                 SET LOCAL client_min_messages = log
                 """,
                []);
            await ReadAsync(connection, $"SELECT 'ran' FROM ({Sql}) AS command", Parameters);
        }

        return plans;
    }

    /// <summary>
    /// How many rows of tables and indexes PostgreSQL looks at for its answer, those that it then leaves out included, by the worse plan. It is run.
    /// </summary>
    public async Task<long> RowsReadAsync(TestServer server)
    {
        var (forThese, forAny) = await ExplainAsync(server, "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON)", settings: "");
        return Math.Max(ReadBy(forThese), forAny.Count > 0 ? ReadBy(forAny) : 0);

        static long ReadBy(List<string> plan) => RecordedCommand.ReadBy(JsonElement.Parse(string.Join('\n', plan))[0].GetProperty("Plan"));
    }

    /// <summary>How many pages PostgreSQL looks at for its answer, those that it writes included, by the worse plan. It is run.</summary>
    public async Task<long> PagesReadAsync(TestServer server)
    {
        const string How = "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON)";

        // The first time, a session reads also what it needs to know of a function.
        await ExplainAsync(server, How, settings: "");
        var (forThese, forAny) = await ExplainAsync(server, How, settings: "");
        return Math.Max(PagesOf(forThese), forAny.Count > 0 ? PagesOf(forAny) : 0);

        static long PagesOf(List<string> lines)
        {
            var plan = JsonElement.Parse(string.Join('\n', lines))[0].GetProperty("Plan");
            return plan.GetProperty("Shared Hit Blocks").GetInt64() + plan.GetProperty("Shared Read Blocks").GetInt64();
        }
    }

    private static long ReadBy(JsonElement node)
    {
        var type = node.GetProperty("Node Type").GetString()!;
        var isScan = type.Contains("Scan", StringComparison.Ordinal) && type != "Subquery Scan";
        var looked = isScan ? RowsOf("Actual Rows") + RowsOf("Rows Removed by Filter") + RowsOf("Rows Removed by Index Recheck") : 0;
        return ((long)looked * (long)RowsOf("Actual Loops")) + (node.TryGetProperty("Plans", out var parts) ? parts.EnumerateArray().Sum(ReadBy) : 0);

        double RowsOf(string name) => node.TryGetProperty(name, out var rows) ? rows.GetDouble() : 0;
    }

    private async Task<(List<string> ForThese, List<string> ForAny)> ExplainAsync(TestServer server, string how, string settings)
    {
        await using var connection = await server.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var undone = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        if (settings.Length > 0)
        {
            await ReadAsync(connection, settings, []);
        }

        var sql = Sql;
        if (Sql.IndexOf(IndexOrder.Setting, StringComparison.Ordinal) is >= 0 and var setting)
        {
            sql = Sql[(setting + IndexOrder.Setting.Length)..];
            sql = sql.EndsWith(IndexOrder.End, StringComparison.Ordinal) ? sql[..^IndexOrder.End.Length] : sql;
            await ReadAsync(connection, IndexOrder.Setting, []);
        }

        await ReadAsync(connection, "SAVEPOINT unchanged", []);
        var forThese = await ReadAsync(connection, $"{how} {sql}", Parameters);
        if (!sql.StartsWith(PreparedStatements.Mark, StringComparison.Ordinal))
        {
            return (forThese, []);
        }

        await ReadAsync(connection, "ROLLBACK TO SAVEPOINT unchanged; SET LOCAL plan_cache_mode = 'force_generic_plan'", []);
        var types = new List<string>();
        var values = new List<string>();
        var numbered = sql;
        foreach (var parameter in Parameters)
        {
            var name = parameter.ParameterName.TrimStart('@');
            types.AddRange(await ReadAsync(connection, $"SELECT pg_typeof({Placeholder(name)})::text", [parameter]));
            values.AddRange(await ReadAsync(connection, $"SELECT quote_nullable({Placeholder(name)}::text)", [parameter]));
            numbered = name.Length == 0 ? numbered : Regex.Replace(numbered, $@"@{name}\b", _ => $"${types.Count}");
        }

        await ReadAsync(connection, $"PREPARE explained {List(types)} AS {numbered}", []);
        var forAny = await ReadAsync(connection, $"{how} EXECUTE explained {List(values)}", []);
        await ReadAsync(connection, "DEALLOCATE explained", []);
        return (forThese, forAny);

        static string Placeholder(string name) => name.Length == 0 ? "$1" : $"@{name}";
        static string List(List<string> items) => items.Count == 0 ? "" : $"({string.Join(", ", items)})";
    }

    private static async Task<List<string>> ReadAsync(NpgsqlConnection connection, string sql, IReadOnlyList<NpgsqlParameter> parameters)
    {
#pragma warning disable CA2100 // All of them are the server's own.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        command.Parameters.AddRange(parameters.Select(parameter => parameter.Clone()).ToArray());
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var lines = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            lines.Add(reader.GetString(0));
        }

        return lines;
    }
}

/// <summary>Keeps the very statements that a server sends, so that their plans can be looked at.</summary>
internal sealed class CommandRecorder : DbCommandInterceptor
{
    public List<RecordedCommand> Commands { get; } = [];

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Keep(command, eventData);
        return base.ReaderExecutingAsync(command, eventData, result, cancellationToken);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Keep(command, eventData);
        return base.NonQueryExecutingAsync(command, eventData, result, cancellationToken);
    }

    private void Keep(DbCommand command, CommandEventData eventData)
    {
        lock (Commands)
        {
            var parameters = command.Parameters.Cast<NpgsqlParameter>().Select(parameter => parameter.Clone());
            Commands.Add(new RecordedCommand(command.CommandText, [.. parameters], eventData.CommandSource == CommandSource.SaveChanges));
        }
    }
}
