using System.Diagnostics.Metrics;
using ErzyCall.Api.Platform.Metrics;

namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>The metrics of attempts at deliveries.</summary>
internal sealed class DeliveryMetrics(IMeterFactory meters)
{
    /// <summary>The buckets, in seconds, up to the time that an attempt may take.</summary>
    private static readonly double[] s_attemptBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

    private readonly Histogram<double> _attempts = meters.Create(ServerMetrics.MeterName).CreateHistogram(
        "erzycall.webhooks.attempt.duration",
        "s",
        "Attempts at webhook deliveries.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = s_attemptBuckets });

    public void Attempted(WebhookAnswer answer)
    {
        var outcome = answer.IsSuccess ? "delivered" : answer.StatusCode is null ? "unanswered" : "refused";
        _attempts.Record(answer.Duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));
    }
}
