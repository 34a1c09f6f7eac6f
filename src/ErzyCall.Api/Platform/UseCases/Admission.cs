using ErzyCall.Api.Platform.Metrics;
using ErzyCall.Api.Platform.RateLimiting;

namespace ErzyCall.Api.Platform.UseCases;

/// <summary>Decides whether a caller may be served at all: by the limits of its key and organization, then by its scopes.</summary>
internal sealed class Admission(RateLimiter limiter, ServerMetrics metrics)
{
    /// <param name="scope">The scope that the caller must hold; <c>null</c> when any key will do.</param>
    /// <param name="judged">Receives what is left of the limits, before anybody is refused.</param>
    /// <returns>The refusal, <c>RATE_LIMITED</c> or <c>INSUFFICIENT_SCOPE</c>; <c>null</c> for a caller that is served.</returns>
    public async Task<ApiError?> RefusalOfAsync(Caller caller, string? scope, Action<RateLimitDecision>? judged = null)
    {
        var decision = await limiter.TakeAsync(caller);
        judged?.Invoke(decision);
        if (decision.Refusal is { } refusal)
        {
            metrics.RateLimitRefused("key");
            return refusal;
        }

        return scope is null || caller.Holds(scope) ? null : ApiError.InsufficientScope(scope);
    }
}
