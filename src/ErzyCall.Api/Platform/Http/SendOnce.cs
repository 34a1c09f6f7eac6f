using System.Net.Http.Headers;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Timeout;

namespace ErzyCall.Api.Platform.Http;

/// <summary>
/// HTTP clients of services that do something for real people, where a request that is sent twice may be done twice: nothing repeats a
/// request of theirs that is not a question.
/// </summary>
internal static class SendOnce
{
    /// <param name="largestAnswer">The longest answer that is read, in bytes.</param>
    public static void AddSendOnceClient<T>(this IServiceCollection services, int largestAnswer)
        where T : class =>
        services.AddHttpClient<T>(http =>
            {
                // The handlers below bound the time.
                http.Timeout = Timeout.InfiniteTimeSpan;
                http.MaxResponseContentBufferSize = largestAnswer;
            })

            // The client's loggers would write the headers of requests, and so the secrets in them, at the level Trace.
            .RemoveAllLoggers()

            // Following a redirect would send a request again, and to an address that somebody else names. A cookie would tie accounts of
            // several organizations together.
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            })
            .AddStandardResilienceHandler(resilience =>
            {
                resilience.AttemptTimeout.Timeout = TimeSpan.FromSeconds(15);
                resilience.TotalRequestTimeout.Timeout = TimeSpan.FromSeconds(20);

                // What is asked for is never asked for again because its answer was lost.
                resilience.Retry.DisableForUnsafeHttpMethods();

                // The breaker is for a service that is away, not for one that refuses: the refusals of one account must not stop the
                // others.
                resilience.CircuitBreaker.ShouldHandle = failed =>
                    ValueTask.FromResult(failed.Outcome.Exception is HttpRequestException or TimeoutRejectedException);
            })

            // A server that is away is no reason not to try another one, which an account may be at.
            .SelectPipelineByAuthority();

    /// <summary>
    /// Whether a request certainly never left: no connection stood, or our own handlers (the circuit breaker, the bound on requests at
    /// once) did not even try.
    /// </summary>
    public static bool NeverLeft(Exception failure) => failure switch
    {
        TimeoutRejectedException => false,
        ExecutionRejectedException => true,
        HttpRequestException request => request.HttpRequestError
            is HttpRequestError.NameResolutionError
            or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError,
        _ => false,
    };

    /// <summary>The time that the sender of an answer wants to be left alone; <c>null</c> when it does not say.</summary>
    public static TimeSpan? RetryAfter(this HttpResponseHeaders headers, TimeProvider clock) => headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - clock.GetUtcNow(),
        _ => null,
    };
}
