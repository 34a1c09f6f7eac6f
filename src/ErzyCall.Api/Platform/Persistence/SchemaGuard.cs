namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// Keeps a server from starting on a schema that is older than its code, or on rows of another version. It does not migrate: with several
/// copies of a server it is for the operator to decide when the schema changes.
/// </summary>
internal sealed class SchemaGuard(IServiceScopeFactory scopes) : IHostedLifecycleService
{
    /// <exception cref="OperatorException">Migrations are missing, rows are to be brought over, or the database cannot be
    /// asked.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<ErzyCallDbContext>().Database;
        try
        {
            var missing = (await database.GetPendingMigrationsAsync(cancellationToken)).ToList();
            if (missing.Count > 0)
            {
                throw new OperatorException(
                    $"The database schema is out of date: {missing.Count} migration(s) are missing, from {missing[0]} on. "
                    + "Run the command 'migrate' once, then start again.");
            }

            var rows = await scope.ServiceProvider.GetRequiredService<SchemaUpgrade>().MissingAsync(cancellationToken);
            if (rows.Count > 0)
            {
                throw new OperatorException(
                    $"The database was written by another version: rows of {string.Join(", ", rows.Select(table => table.Rows))} "
                    + "are to be brought over. Run the command 'migrate' once, then start again.");
            }
        }
        catch (Exception failure) when (DatabaseFailure.Explain(failure) is { } reason)
        {
            throw new OperatorException(reason, failure);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
