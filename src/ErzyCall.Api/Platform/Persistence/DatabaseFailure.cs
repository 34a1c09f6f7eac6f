using Npgsql;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>Sorts what PostgreSQL and its driver throw, however deep Entity Framework has wrapped it.</summary>
internal static class DatabaseFailure
{
    /// <summary>PostgreSQL has ended a session that stood still in the middle of its transaction. The driver has no name for it.</summary>
    private const string IdleInTransactionSessionTimeout = "25P03";

    /// <summary>The unique index that refused a row, or <c>null</c> when none did.</summary>
    public static string? ViolatedUniqueIndex(Exception exception) =>
        Find<PostgresException>(exception) is { SqlState: PostgresErrorCodes.UniqueViolation } refusal ? refusal.ConstraintName : null;

    /// <summary>
    /// A row refers to one that is not there, or one that others refer to was to be deleted (by <c>RESTRICT</c>, from PostgreSQL 18 on, as
    /// a violation of its own).
    /// </summary>
    public static bool IsReferenceViolation(Exception exception) =>
        Find<PostgresException>(exception) is { SqlState: PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.RestrictViolation };

    /// <summary>
    /// The same transaction, repeated at once, may well succeed: it waited for another that waited for it, or it referred to a row that
    /// went between its look and its commit, which its next look will notice.
    /// </summary>
    public static bool IsWorthRepeating(Exception exception) =>
        Find<PostgresException>(exception) is
        {
            SqlState: PostgresErrorCodes.DeadlockDetected
                or PostgresErrorCodes.SerializationFailure
                or PostgresErrorCodes.ForeignKeyViolation,
        }
        || IsOfStalePlan(exception);

    /// <summary>The statement ran into the time limit that was set for it.</summary>
    public static bool IsTimeout(Exception exception) =>
        Find<PostgresException>(exception) is { SqlState: PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.InvalidRegularExpression };

    /// <summary>
    /// The transaction has waited for others' locks for longer than the limit that it has set itself (<c>lock_timeout</c>).
    /// </summary>
    public static bool IsLockTimeout(Exception exception) =>
        Find<PostgresException>(exception) is { SqlState: PostgresErrorCodes.LockNotAvailable };

    /// <summary>The PostgreSQL server takes no changes: it is a replica, or was the primary before a failover.</summary>
    public static bool IsReadOnly(Exception exception) =>
        Find<PostgresException>(exception) is { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction };

    /// <summary>
    /// The same request may succeed later: because of an outage (<see cref="IsOutage"/>), because others were in its way too often, or
    /// because a column has got another type.
    /// </summary>
    public static bool IsUnreachable(Exception exception) =>
        IsOutage(exception) || Find<PostgresException>(exception) is { IsTransient: true } || IsOfStalePlan(exception);

    /// <summary>
    /// A column has another type than when the session prepared the statement (<see cref="PreparedStatements"/>). The driver prepares it
    /// anew when it is sent again.
    /// </summary>
    private static bool IsOfStalePlan(Exception exception) =>
        Find<PostgresException>(exception) is { SqlState: PostgresErrorCodes.FeatureNotSupported, Routine: "RevalidateCachedQuery" };

    /// <summary>
    /// The server is away, starting, stopping, full, read-only or lets nobody in. A driver exception that is not an answer of the server is
    /// a broken or refused connection, a pool that had none to give in time, or a statement that was not answered in time.
    /// </summary>
    public static bool IsOutage(Exception exception) => Find<NpgsqlException>(exception) switch
    {
        null => false,
        PostgresException
        {
            SqlState: PostgresErrorCodes.ReadOnlySqlTransaction
                or IdleInTransactionSessionTimeout
                or PostgresErrorCodes.InvalidCatalogName,
        } => true,

        // By class: connections, authorization, resources (a full disk is one), operator intervention, the system below.
        PostgresException answer => answer.SqlState.AsSpan(0, 2) is "08" or "28" or "53" or "57" or "58",
        _ => true,
    };

    /// <summary>
    /// Says to an operator why PostgreSQL does not do what a command or a start needs; <c>null</c> when the failure is not PostgreSQL's.
    /// </summary>
    public static string? Explain(Exception exception) => Find<NpgsqlException>(exception) switch
    {
        null => null,
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } answer =>
            $"There is no such database: {answer.MessageText}. Is its name right in ConnectionStrings:Postgres? "
            + "(migrate --create-database makes it.)",
        PostgresException
        {
            SqlState: PostgresErrorCodes.UndefinedTable
                or PostgresErrorCodes.UndefinedColumn
                or PostgresErrorCodes.UndefinedFunction,
        } =>
            "The database schema is out of date. Run the command 'migrate' once, then try again.",
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } answer =>
            $"The database role of ConnectionStrings:Postgres lacks a right: {answer.MessageText}.",
        PostgresException answer when IsUnreachable(answer) =>
            $"PostgreSQL refuses: {answer.MessageText}. Is ConnectionStrings:Postgres right?",
        PostgresException answer => $"PostgreSQL refuses: {answer.MessageText} ({answer.SqlState}).",
        var broken => $"PostgreSQL cannot be reached: {Reasons(broken)}. Is ConnectionStrings:Postgres right, and is the server running?",
    };

    /// <summary>
    /// Joins the messages of a failure and its causes: the driver says where it was ("Failed to connect to …"), the causes say why.
    /// </summary>
    private static string Reasons(Exception failure)
    {
        var reasons = new List<string>();
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            reasons.Add(cause.Message.ReplaceLineEndings(" ").TrimEnd('.', ' '));
        }

        return string.Join(": ", reasons.Distinct());
    }

    /// <summary>
    /// The same work on the same rows would fail again, for what is in them: PostgreSQL refuses a value, a constraint or a trigger refuses
    /// what is to be written, or what is stored cannot be read. Every other failure passes by itself or is no row's fault.
    /// </summary>
    public static bool IsOfTheData(Exception exception) => Find<NpgsqlException>(exception) switch
    {
        null => exception is not OperationCanceledException,

        // By class: values, constraints, what triggers raise, and what is too large for an index.
        PostgresException answer => answer.SqlState.AsSpan(0, 2) is "22" or "23" or "P0" or "54",
        _ => false,
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
