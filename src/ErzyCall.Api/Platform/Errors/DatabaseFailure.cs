using Npgsql;

namespace ErzyCall.Api.Platform.Errors;

/// <summary>Sorts what PostgreSQL and its driver throw, however deep Entity Framework has wrapped it.</summary>
internal static class DatabaseFailure
{
    public static bool IsUniqueViolation(Exception exception) =>
        Find<PostgresException>(exception) is { SqlState: PostgresErrorCodes.UniqueViolation };

    /// <summary>A table or column is not there: the schema is older than the code.</summary>
    public static bool IsSchemaOutOfDate(Exception exception) =>
        Find<PostgresException>(exception) is { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn };

    /// <summary>
    /// The server is away, starting, stopping or full: the same request may succeed later. A driver exception that is not an answer
    /// of the server is a broken or refused connection, or a pool that had none to give in time.
    /// </summary>
    public static bool IsUnreachable(Exception exception) => Find<NpgsqlException>(exception) switch
    {
        null => false,
        PostgresException answer => answer.IsTransient,
        _ => true,
    };

    private static T? Find<T>(Exception? exception)
        where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T found)
            {
                return found;
            }
        }

        return null;
    }
}
