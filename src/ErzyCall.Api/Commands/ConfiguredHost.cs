namespace ErzyCall.Api.Commands;

/// <summary>The deployed server: its databases are where the configuration says.</summary>
internal sealed class ConfiguredHost : CommandHost
{
    public override async Task ServeAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddErzyCall();
        await using var app = builder.Build();
        app.UseErzyCall();
        await app.RunAsync();
    }

    protected override Task<IAsyncDisposable?> PrepareAsync(ConfigurationManager configuration, CancellationToken cancellationToken) =>
        Task.FromResult<IAsyncDisposable?>(null);
}
