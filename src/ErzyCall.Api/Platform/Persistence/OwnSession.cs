using Npgsql;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// Whether a connection has a session of PostgreSQL to itself. A pooler in transaction mode hands each transaction to whichever session is
/// free: what is listened for there is heard by nobody, and a statement that is prepared there may be another client's of the same name.
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

    // A part of connecting: a server that takes connections and then says nothing is not waited for any longer than one that takes none.
    private static NpgsqlCommand QuestionOn(NpgsqlConnection connection) => new(Question, connection) { CommandTimeout = connection.ConnectionTimeout };

    // Who takes the connection is who runs its statements: a pooler introduces itself with a number of its own.
    private static bool IsItself(NpgsqlConnection connection, object? process) => process is int id && id == connection.ProcessID;
}
