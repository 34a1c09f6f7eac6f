namespace ErzyCall.Api.Commands;

/// <summary>The deployed server: its databases are where the configuration says.</summary>
internal sealed class ConfiguredHost : CommandHost
{
    public override async Task ServeAsync(string[] args)
    {
        // Settings are read once: watching their files would cost a look at every line of a log that lies beside them.
        var builder = WebApplication.CreateBuilder([.. args, "--hostBuilder:reloadConfigOnChange=false"]);
        builder.AddErzyCall();
        await using var app = builder.Build();
        app.UseErzyCall();
        await app.RunAsync();
    }

    protected override Task<IAsyncDisposable?> PrepareAsync(ConfigurationManager configuration, CancellationToken cancellationToken) =>
        Task.FromResult<IAsyncDisposable?>(null);
}
