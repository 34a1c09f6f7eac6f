using ErzyCall.Api.Platform.Time;
using Npgsql;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>Keeps <see cref="DatabaseClock"/> right while no new connections are made: machines' clocks are set while they run.</summary>
internal sealed class ClockMeasurement(NpgsqlDataSource database, DatabaseClock clock, DatabaseState state) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                await clock.MeasureAsync(connection);
            }
            catch (NpgsqlException away)
            {
                // Nothing can happen at a wrong time meanwhile, and the next connection begins with a measurement.
                state.Failed(away);
            }
        }
    }
}
