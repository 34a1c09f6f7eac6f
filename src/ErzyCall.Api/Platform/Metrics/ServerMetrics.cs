using System.Diagnostics.Metrics;

namespace ErzyCall.Api.Platform.Metrics;

/// <summary>
/// The server's own counts of requests and jobs, beside those of ASP.NET Core, Npgsql and .NET; a feature has instruments of its own in the
/// same meter, and gauges (<see cref="DatabaseGauge"/>). No tag tells whom something is about: tags hold no ids, phone numbers or
/// organizations, and so there are never more series than the code names.
/// </summary>
internal sealed class ServerMetrics
{
    public const string MeterName = "ErzyCall";

    private readonly Meter _meter;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _replays;
    private readonly Gauge<int> _redisDegraded;
    private readonly Counter<long> _jobFailures;
    private readonly Counter<long> _replicaReads;

    public ServerMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _refusals = _meter.CreateCounter<long>("erzycall.rate_limit.refusals", "{request}", "Requests refused because of a limit.");
        _replays = _meter.CreateCounter<long>("erzycall.idempotency.replays", "{request}", "Requests answered with a kept response.");
        _redisDegraded = _meter.CreateGauge<int>(
            "erzycall.redis.degraded", description: "1 while this copy of the server does without Redis, 0 while it does not.");
        _jobFailures = _meter.CreateCounter<long>("erzycall.jobs.failures", "{step}", "Steps of jobs that failed.");
        _replicaReads = _meter.CreateCounter<long>(
            "erzycall.replica.reads", "{request}", "Lists and searches that may be read from a replica.");
    }

    /// <param name="limit">The limit: that of the <c>key</c>, or that of the <c>address</c> whose authentications fail.</param>
    public void RateLimitRefused(string limit) => _refusals.Add(1, new KeyValuePair<string, object?>("limit", limit));

    /// <param name="store">The store in which the response was found.</param>
    public void Replayed(string store) => _replays.Add(1, new KeyValuePair<string, object?>("store", store));

    public void Measured(DatabaseGauge gauge, long count) =>

        // The instrument is made once: after that this returns the same one.
        _meter.CreateGauge<long>(gauge.Name, gauge.Unit, gauge.Description).Record(count);

    public void RedisAsked(bool hasAnswered) => _redisDegraded.Record(hasAnswered ? 0 : 1);

    /// <param name="database">The database that was read: the <c>replica</c>, or the <c>primary</c> in its place.</param>
    public void ReadFrom(string database) => _replicaReads.Add(1, new KeyValuePair<string, object?>("database", database));

    public void JobFailed(string job) => _jobFailures.Add(1, new KeyValuePair<string, object?>("job", job));
}
