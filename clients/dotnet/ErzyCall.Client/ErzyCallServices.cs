using ErzyCall.Client;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the client to the services of an application.</summary>
public static class ErzyCallServices
{
    /// <summary>The name of the options of a client that has none.</summary>
    private const string OnlyOne = "";

    /// <summary>
    /// Adds an <see cref="ErzyCallClient"/> over the application's <see cref="IHttpClientFactory"/>. An application that starts without an
    /// address or a key is told so.
    /// </summary>
    /// <returns>For handlers of your own.</returns>
    /// <exception cref="InvalidOperationException">There is one already. Several have names.</exception>
    public static IHttpClientBuilder AddErzyCall(this IServiceCollection services, Action<ErzyCallOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(static service => service.ServiceType == typeof(ErzyCallClient) && !service.IsKeyedService))
        {
            throw new InvalidOperationException("There is an ErzyCallClient already. Give each a name: AddErzyCall(\"live\", …)");
        }

        services.AddTransient(static provider => Create(provider, OnlyOne));
        return Add(services, OnlyOne, configure);
    }

    /// <summary>Adds one of several clients, for <c>[FromKeyedServices("live")] ErzyCallClient</c>.</summary>
    /// <returns>For handlers of your own.</returns>
    public static IHttpClientBuilder AddErzyCall(this IServiceCollection services, string name, Action<ErzyCallOptions> configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        services.AddKeyedTransient(name, static (provider, key) => Create(provider, (string)key!));
        return Add(services, name, configure);
    }

    private static IHttpClientBuilder Add(IServiceCollection services, string name, Action<ErzyCallOptions> configure)
    {
        services.AddOptions<ErzyCallOptions>(name).Configure(configure).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ErzyCallOptions>>(new Validation(name));

        // Each try has its own limit, and a request may be tried several times.
        return services
            .AddHttpClient(HttpName(name), static http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(static () => ErzyCallClient.CreateHandler());
    }

    private static string HttpName(string name) => $"{nameof(ErzyCallClient)}:{name}";

    private static ErzyCallClient Create(IServiceProvider provider, string name) => new(
        provider.GetRequiredService<IHttpClientFactory>().CreateClient(HttpName(name)),
        provider.GetRequiredService<IOptionsMonitor<ErzyCallOptions>>().Get(name));

    private sealed class Validation(string of) : IValidateOptions<ErzyCallOptions>
    {
        public ValidateOptionsResult Validate(string? name, ErzyCallOptions options) =>
            name != of ? ValidateOptionsResult.Skip
            : options.Problems().ToList() is { Count: > 0 } problems ? ValidateOptionsResult.Fail(problems.Select(static problem => $"ErzyCall: {problem}"))
            : ValidateOptionsResult.Success;
    }
}
