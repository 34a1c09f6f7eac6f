namespace ErzyCall.Api.Platform.Persistence;

/// <summary>Looks once a second whether a PostgreSQL that was away is back.</summary>
internal sealed class DatabaseProbe(DatabaseState database) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (database.IsAway)
            {
                await database.ProbeAsync(stoppingToken);
            }
        }
    }
}
