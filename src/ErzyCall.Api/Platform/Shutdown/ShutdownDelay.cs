using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Platform.Shutdown;

/// <summary>
/// Delays the end of the server: between the signal that stops it and the first thing that is stopped, which is the taking of requests.
/// </summary>
internal sealed class ShutdownDelay(IOptions<ShutdownOptions> options) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.Delay(options.Value.Delay, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
