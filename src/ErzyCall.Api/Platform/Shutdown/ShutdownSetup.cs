using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Platform.Shutdown;

internal static class ShutdownSetup
{
    public static void AddShutdown(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddOptions<ShutdownOptions>()
            .Configure(options => options.Delay = environment.IsDevelopment() ? TimeSpan.Zero : options.Delay)
            .Bind(configuration.GetSection(ShutdownOptions.Section))
            .Validate(
                options => options.Delay >= TimeSpan.Zero && options.Timeout >= TimeSpan.Zero,
                "Shutdown:Delay and Shutdown:Timeout must not be negative.")
            .ValidateOnStart();
        services.AddOptions<HostOptions>().Configure<IOptions<ShutdownOptions>>(
            (host, shutdown) => host.ShutdownTimeout = shutdown.Value.Delay + shutdown.Value.Timeout);
        services.AddHostedService<ShutdownDelay>();
    }

    /// <summary>
    /// Asks whoever still sends requests to a server that is stopping to close the connection: one that is about to be closed must not be
    /// used again.
    /// </summary>
    public static void UseConnectionCloseWhenStopping(this WebApplication app)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        app.Use((context, next) =>
        {
            if (stopping.IsCancellationRequested)
            {
                // Written as the response starts, because the exception handler clears whatever headers were set before it.
                context.Response.OnStarting(() =>
                {
                    context.Response.Headers.Connection = "close";
                    return Task.CompletedTask;
                });
            }

            return next(context);
        });
    }
}
