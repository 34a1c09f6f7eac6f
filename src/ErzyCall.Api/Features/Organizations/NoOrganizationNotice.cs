namespace ErzyCall.Api.Features.Organizations;

/// <summary>
/// Tells at the start of a server that has no organization how to make one: until then nobody has a key. Whoever looks on sees it at the
/// end, when the server listens.
/// </summary>
internal sealed partial class NoOrganizationNotice(IServiceScopeFactory scopes, ILogger<NoOrganizationNotice> logger)
    : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ErzyCallDbContext>();
        if (!await db.Organizations.AnyAsync(cancellationToken))
        {
            Log.NoOrganization(logger);
        }
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Information,
            "There is no organization yet. The command 'seed' makes one with sample data and prints an API key of it: "
            + "docker compose run --rm erzycall seed")]
        public static partial void NoOrganization(ILogger logger);
    }
}
