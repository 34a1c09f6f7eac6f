using Microsoft.EntityFrameworkCore.Infrastructure;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// Settings of every session on the database, kept by the database itself: a pooler passes none on that comes with a connection, and what
/// one client sets in a session another one finds there. A server that stands still in the middle of a transaction gives up its row locks
/// (<c>idle_in_transaction_session_timeout</c>): no transaction of the server waits for anything but the database. No
/// statement has workers or compiled code of its own: to begin either takes longer than to read a page from an index, and PostgreSQL
/// misjudges how much it will read.
/// </summary>
internal static class SessionDefaults
{
    /// <summary>
    /// Applies the settings to all who use the database or, when the role does not own it, to that role alone. What an operator has set
    /// there stays.
    /// </summary>
    public static Task ApplyAsync(DatabaseFacade database, CancellationToken cancellationToken) => database.ExecuteSqlRawAsync(
        """
        DO $$
        DECLARE
          scope text := (
            SELECT format(
              CASE WHEN pg_has_role(datdba, 'USAGE') THEN 'DATABASE %2$I' ELSE 'ROLE %1$I IN DATABASE %2$I' END, current_user, datname)
            FROM pg_database WHERE datname = current_database());
          wanted record;
        BEGIN
          FOR wanted IN
            SELECT setting.name, setting.value
            FROM (VALUES
              ('idle_in_transaction_session_timeout', '30s'),
              ('max_parallel_workers_per_gather', '0'),
              ('jit', 'off')) AS setting (name, value)
            WHERE NOT EXISTS (
              SELECT FROM pg_db_role_setting, unnest(setconfig) AS held
              WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) AND held LIKE setting.name || '=%')
          LOOP
            EXECUTE format('ALTER %s SET %I = %L', scope, wanted.name, wanted.value);
          END LOOP;
        END
        $$
        """,
        cancellationToken);
}
