using System.Diagnostics.Metrics;
using ErzyCall.Api.Platform.Metrics;

namespace ErzyCall.Api.Features.Calls;

/// <summary>The metrics of calls. A change is counted when it is committed.</summary>
internal sealed class CallMetrics(IMeterFactory meters)
{
    /// <summary>The buckets, in seconds: from a claim at once to the last moment at which a call may be dialled by default.</summary>
    private static readonly double[] s_lagBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 1800, 3600];

    private readonly Counter<long> _finished = meters.Create(ServerMetrics.MeterName).CreateCounter<long>(
        "erzycall.calls.finished", "{call}", "Calls that have reached their final status.");

    private readonly Histogram<double> _dispatchLag = meters.Create(ServerMetrics.MeterName).CreateHistogram(
        "erzycall.calls.dispatch.lag",
        "s",
        "From when a call was due until it was claimed for dialling.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = s_lagBuckets });

    /// <param name="endedReason">A reason from a bounded set.</param>
    public void Finished(string status, string endedReason) => _finished.Add(1, new("status", status), new("ended_reason", endedReason));

    public void Claimed(TimeSpan lag) => _dispatchLag.Record(lag.TotalSeconds);
}
