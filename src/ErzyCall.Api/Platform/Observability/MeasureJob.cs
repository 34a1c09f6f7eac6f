using ErzyCall.Api.Platform.Metrics;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Platform.Observability;

/// <summary>
/// Measures the gauges. A scrape only reads what was measured last, so that it costs the database nothing however often it comes.
/// </summary>
internal sealed class MeasureJob(IEnumerable<DatabaseGauge> gauges, ServerMetrics metrics, ErzyCallDbContext db, TimeProvider clock) : IJob
{
    /// <summary>The time between two measurements: that at which scrapers usually come.</summary>
    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(15);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        foreach (var gauge in gauges)
        {
            metrics.Measured(gauge, await gauge.CountAsync(db, clock.Now(), cancellationToken));
        }

        return false;
    }
}
