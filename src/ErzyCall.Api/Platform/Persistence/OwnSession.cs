using Npgsql;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// Tells whether a connection has a session of PostgreSQL to itself. A pooler in transaction mode hands each transaction to whichever
/// session is free: nobody hears what is listened for there, and a statement that is prepared there may be another client's of the same
/// name.
/// </summary>
internal static class OwnSession
{
    private const string Question = "SELECT pg_backend_pid()";

    public static bool IsOf(NpgsqlConnection connection)
    {
        using var question = QuestionOn(connection);
        return IsItself(connection, question.ExecuteScalar());
    }

    public static async Task<bool> IsOfAsync(NpgsqlConnection connection, CancellationToken cancellationToken = default)
    {
        await using var question = QuestionOn(connection);
        return IsItself(connection, await question.ExecuteScalarAsync(cancellationToken));
    }

    // This is a part of connecting: a server that takes connections and then says nothing is not waited for any longer than one that takes
    // none.
    private static NpgsqlCommand QuestionOn(NpgsqlConnection connection) =>
        new(Question, connection) { CommandTimeout = connection.ConnectionTimeout };

    // The process that takes the connection runs its statements; a pooler introduces itself with a process number of its own.
    private static bool IsItself(NpgsqlConnection connection, object? process) => process is int id && id == connection.ProcessID;
}
