using System.Diagnostics.Metrics;

namespace ErzyCall.Api.Platform.Metrics;

/// <summary>
/// What the server counts of itself, beside what ASP.NET Core, Npgsql and .NET count. No tag tells whom something is about: there are no ids, numbers or
/// organizations in it, and so never more series than this file and the gauges (<see cref="DatabaseGauge"/>) tell of.
/// </summary>
internal sealed class ServerMetrics
{
    public const string MeterName = "ErzyCall";

    /// <summary>From a claim at once to the last moment at which a call may be dialled by default.</summary>
    private static readonly double[] s_lagBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 1800, 3600];

    /// <summary>Up to the time that an attempt may take.</summary>
    private static readonly double[] s_attemptBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

    private readonly Meter _meter;
    private readonly Counter<long> _callsFinished;
    private readonly Histogram<double> _dispatchLag;
    private readonly Histogram<double> _webhookAttempts;
    private readonly Counter<long> _whatsAppSends;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _replays;
    private readonly Gauge<int> _redisDegraded;
    private readonly Counter<long> _jobFailures;

    public ServerMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _callsFinished = _meter.CreateCounter<long>("erzycall.calls.finished", "{call}", "Calls that have reached their final status.");
        _dispatchLag = _meter.CreateHistogram(
            "erzycall.calls.dispatch.lag", "s", "From when a call was due until it was claimed for dialling.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = s_lagBuckets });
        _webhookAttempts = _meter.CreateHistogram(
            "erzycall.webhooks.attempt.duration", "s", "Attempts at webhook deliveries.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = s_attemptBuckets });
        _whatsAppSends = _meter.CreateCounter<long>("erzycall.whatsapp.sends", "{message}", "WhatsApp messages given to Meta.");
        _refusals = _meter.CreateCounter<long>("erzycall.rate_limit.refusals", "{request}", "Requests refused because of a limit.");
        _replays = _meter.CreateCounter<long>("erzycall.idempotency.replays", "{request}", "Requests answered with a kept response.");
        _redisDegraded = _meter.CreateGauge<int>("erzycall.redis.degraded", description: "1 while this copy of the server does without Redis, 0 while it does not.");
        _jobFailures = _meter.CreateCounter<long>("erzycall.jobs.failures", "{step}", "Steps of jobs that failed.");
    }

    /// <param name="endedReason">One of a bounded set.</param>
    public void CallFinished(string status, string endedReason) => _callsFinished.Add(1, new("status", status), new("ended_reason", endedReason));

    public void CallClaimed(TimeSpan lag) => _dispatchLag.Record(lag.TotalSeconds);

    public void WebhookAttempted(string outcome, TimeSpan duration) => _webhookAttempts.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));

    public void MessageOffered(string outcome) => _whatsAppSends.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <param name="limit">Whose it was: the <c>key</c>'s, or that of the <c>address</c> whose authentications fail.</param>
    public void RateLimitRefused(string limit) => _refusals.Add(1, new KeyValuePair<string, object?>("limit", limit));

    /// <param name="store">Where the kept response was found.</param>
    public void Replayed(string store) => _replays.Add(1, new KeyValuePair<string, object?>("store", store));

    public void Measured(DatabaseGauge gauge, long count) =>

        // An instrument is made once: after that this is the same one.
        _meter.CreateGauge<long>(gauge.Name, gauge.Unit, gauge.Description).Record(count);

    public void RedisAsked(bool hasAnswered) => _redisDegraded.Record(hasAnswered ? 0 : 1);

    public void JobFailed(string job) => _jobFailures.Add(1, new KeyValuePair<string, object?>("job", job));
}
