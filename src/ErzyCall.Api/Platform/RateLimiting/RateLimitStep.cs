using System.Globalization;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Metrics;

namespace ErzyCall.Api.Platform.RateLimiting;

/// <summary>
/// Takes one request from the limits of the caller's key and organization and tells what is left: the <c>X-RateLimit-*</c> headers of the
/// tightest window, and the IETF fields for all.
/// </summary>
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
        var (tightest, now) = (decision.Tightest, decision.Now);
        headers["X-RateLimit-Limit"] = Text(tightest.Limit);
        headers["X-RateLimit-Remaining"] = Text(tightest.Remaining(now));
        headers["X-RateLimit-Reset"] = Text(tightest.ResetsAt(now));
        headers["RateLimit-Policy"] = List(decision.Windows, static window => $"q={window.Limit};w={window.Usage.Length / 1000}");
        headers["RateLimit"] = List(decision.Windows, window => $"r={window.Remaining(now)};t={window.ResetsIn(now)}");
    }

    private static string List(IEnumerable<LimitedWindow> windows, Func<LimitedWindow, string> parameters) =>
        string.Join(", ", windows.Select(window => $"\"{window.Policy}\";{parameters(window)}"));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
