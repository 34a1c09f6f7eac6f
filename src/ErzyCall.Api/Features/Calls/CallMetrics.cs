using System.Diagnostics.Metrics;
using ErzyCall.Api.Features.Calls.Dispatch;
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

    private readonly Counter<long> _orders = meters.Create(ServerMetrics.MeterName).CreateCounter<long>(
        "erzycall.carriers.orders", "{order}", "Orders to dial that were given to carriers, by what came of them.");

    private readonly Counter<long> _lookUps = meters.Create(ServerMetrics.MeterName).CreateCounter<long>(
        "erzycall.carriers.look_ups", "{look_up}", "Questions to carriers about calls of which nothing was heard, by what they found.");

    private readonly Counter<long> _callbacks = meters.Create(ServerMetrics.MeterName).CreateCounter<long>(
        "erzycall.carriers.callbacks", "{callback}", "Callbacks of carriers, by what became of them.");

    private readonly Counter<long> _fences = meters.Create(ServerMetrics.MeterName).CreateCounter<long>(
        "erzycall.carriers.fences",
        "{call}",
        "Words of carriers about calls that were over or rang a second time, and that are hung up for it.");

    /// <param name="endedReason">A reason from a bounded set.</param>
    public void Finished(string status, string endedReason) => _finished.Add(1, new("status", status), new("ended_reason", endedReason));

    public void Claimed(TimeSpan lag) => _dispatchLag.Record(lag.TotalSeconds);

    /// <param name="handOver">What the carrier said; <c>null</c> when it said nothing.</param>
    public void Ordered(string carrier, HandOver? handOver) => _orders.Add(
        1,
        new("carrier", carrier),
        new(
            "outcome",
            handOver switch
            {
                HandOver.Accepted => "accepted",
                HandOver.Refused { Refusal.Kind: RefusalKind.Account } => "refused_account",
                HandOver.Refused { Refusal.Kind: RefusalKind.Busy } => "busy",
                HandOver.Refused => "refused",
                HandOver.NotSent => "not_sent",
                _ => "not_known",
            }));

    /// <param name="sighting">What the carrier said; <c>null</c> when it said nothing.</param>
    public void LookedUp(string carrier, Sighting? sighting) => _lookUps.Add(
        1,
        new("carrier", carrier),
        new(
            "outcome",
            sighting switch
            {
                Sighting.Seen => "found",
                Sighting.Absent or Sighting.NotListed => "not_found",
                _ => "no_answer",
            }));

    /// <param name="outcome">What became of the callback: a word of a bounded set.</param>
    public void CalledBack(string carrier, string outcome) => _callbacks.Add(1, new("carrier", carrier), new("outcome", outcome));

    public void Fenced(string carrier) => _fences.Add(1, new KeyValuePair<string, object?>("carrier", carrier));
}
