using Npgsql;

namespace ErzyCall.Api.Platform.Errors;

/// <summary>Sorts what PostgreSQL and its driver throw, however deep Entity Framework has wrapped it.</summary>
internal static class DatabaseFailure
{
    /// <summary>The unique index that refused a row, or <c>null</c> when none did.</summary>
    public static string? ViolatedUniqueIndex(Exception exception) =>
        Find<PostgresException>(exception) is { SqlState: PostgresErrorCodes.UniqueViolation } refusal ? refusal.ConstraintName : null;

    /// <summary>A row refers to one that is not there, or one that others refer to was to be deleted (by <c>RESTRICT</c>, from PostgreSQL 18 on, as a violation of its own).</summary>
    public static bool IsReferenceViolation(Exception exception) =>
        Find<PostgresException>(exception) is { SqlState: PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.RestrictViolation };

    /// <summary>
    /// The same transaction, repeated at once, may well succeed: it waited for another that waited for it, or it referred to a row that went between its look
    /// and its commit, which the next look will see.
    /// </summary>
    public static bool IsWorthRepeating(Exception exception) =>
        Find<PostgresException>(exception) is { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.ForeignKeyViolation };

    /// <summary>The statement ran into the time limit that was set for it.</summary>
    public static bool IsTimeout(Exception exception) =>
        Find<PostgresException>(exception) is { SqlState: PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.InvalidRegularExpression };

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
