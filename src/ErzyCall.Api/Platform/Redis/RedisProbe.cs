namespace ErzyCall.Api.Platform.Redis;

/// <summary>Looks once a second whether a Redis that was away is back, so that no request has to find out by waiting for it.</summary>
internal sealed class RedisProbe(RedisStore redis) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (redis.IsAway)
            {
                await redis.ProbeAsync();
            }
        }
    }
}
