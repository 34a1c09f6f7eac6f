namespace ErzyCall.Api.Features.Organizations;

/// <summary>
/// Tells once a server is started that it has no organization, and how to make one: until then nobody has a key. It holds the start up by
/// nothing: a server that is told to stop while it starts would end at once, whatever it was asked already.
/// </summary>
internal sealed partial class NoOrganizationNotice(
    IServiceScopeFactory scopes, IHostApplicationLifetime lifetime, ILogger<NoOrganizationNotice> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var started = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStarted);
        await Task.Delay(Timeout.InfiniteTimeSpan, started.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<ErzyCallDbContext>();
            if (!await db.Organizations.AnyAsync(stoppingToken))
            {
                Log.NoOrganization(logger);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        catch (Exception away) when (DatabaseFailure.IsOutage(away))
        {
            // Readiness tells of it.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Information,
            "There is no organization yet. The command 'seed' makes one with sample data and prints an API key of it: "
            + "docker compose run --rm erzycall seed")]
        public static partial void NoOrganization(ILogger logger);
    }
}
