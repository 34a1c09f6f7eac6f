using System.Globalization;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Observability;

namespace ErzyCall.Api.Platform.RateLimiting;

/// <summary>Takes one request from the caller's limits and tells what is left: the <c>X-RateLimit-*</c> headers of the tighter window, and the IETF fields for both.</summary>
internal sealed class RateLimitStep(RequestDelegate next, RateLimiter limiter, ServerMetrics metrics)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.User is not CallerPrincipal { Caller: var caller })
        {
            await next(context);
            return;
        }

        var decision = await limiter.TakeAsync(caller);

        // Written as the response starts, because the exception handler clears whatever headers were set before it.
        context.Response.OnStarting(() =>
        {
            Write(context.Response.Headers, decision);
            return Task.CompletedTask;
        });
        if (!decision.IsAllowed)
        {
            metrics.RateLimitRefused("key");
            throw new ApiException(ApiError.RateLimited(decision.RetryAfterSeconds));
        }

        await next(context);
    }

    private static void Write(IHeaderDictionary headers, RateLimitDecision decision)
    {
        var limits = decision.Limits;
        headers["X-RateLimit-Limit"] = Text(decision.MinuteIsTighter ? limits.PerMinute : limits.PerHour);
        headers["X-RateLimit-Remaining"] = Text(decision.MinuteIsTighter ? decision.MinuteRemaining : decision.HourRemaining);
        headers["X-RateLimit-Reset"] = Text(decision.ResetsAt);
        headers["RateLimit-Policy"] = $"\"minute\";q={limits.PerMinute};w=60, \"hour\";q={limits.PerHour};w=3600";
        headers["RateLimit"] = $"\"minute\";r={decision.MinuteRemaining};t={decision.MinuteResetsIn}, \"hour\";r={decision.HourRemaining};t={decision.HourResetsIn}";
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
