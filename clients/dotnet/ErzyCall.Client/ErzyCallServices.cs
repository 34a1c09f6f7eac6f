using ErzyCall.Client;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the client to the services of an application.</summary>
public static class ErzyCallServices
{
    /// <summary>
    /// Adds an <see cref="ErzyCallClient"/> over the application's <see cref="IHttpClientFactory"/>. An application that starts without an
    /// address or a key is told so.
    /// </summary>
    /// <returns>For handlers of your own.</returns>
    public static IHttpClientBuilder AddErzyCall(this IServiceCollection services, Action<ErzyCallOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<ErzyCallOptions>()
            .Configure(configure)
            .Validate(static options => options.BaseAddress is { IsAbsoluteUri: true }, "ErzyCall: BaseAddress must be an absolute address")
            .Validate(static options => options.ApiKey is { Length: > 0 }, "ErzyCall: ApiKey must be given");

        // Each try has its own limit, and a request may be tried several times.
        return services
            .AddHttpClient(nameof(ErzyCallClient), static http => http.Timeout = Timeout.InfiniteTimeSpan)
            .AddTypedClient(static (http, provider) => new ErzyCallClient(http, provider.GetRequiredService<IOptions<ErzyCallOptions>>().Value));
    }
}
