using ErzyCall.Api.Platform.Metrics;
using ErzyCall.Api.Platform.RateLimiting;

namespace ErzyCall.Api.Platform.UseCases;

/// <summary>Decides whether a caller may be served at all: by the limits of its key and organization, then by its scopes.</summary>
internal sealed class Admission(RateLimiter limiter, ServerMetrics metrics)
{
    /// <param name="scope">The scope that the caller must hold; <c>null</c> when any key will do.</param>
    /// <param name="judged">Receives what is left of the limits, before anybody is refused.</param>
    /// <exception cref="ApiException"><c>RATE_LIMITED</c> or <c>INSUFFICIENT_SCOPE</c>.</exception>
    public async Task AdmitAsync(Caller caller, string? scope, Action<RateLimitDecision>? judged = null)
    {
        var decision = await limiter.TakeAsync(caller);
        judged?.Invoke(decision);
        if (decision.Refusal is { } refusal)
        {
            metrics.RateLimitRefused("key");
            throw new ApiException(refusal);
        }

        if (scope is not null && !caller.Holds(scope))
        {
            throw new ApiException(ApiError.InsufficientScope(scope));
        }
    }
}
