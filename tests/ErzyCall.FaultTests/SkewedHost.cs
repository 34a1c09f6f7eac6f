using ErzyCall.Api;
using ErzyCall.Api.Commands;
using ErzyCall.Api.Platform.Time;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ErzyCall.FaultTests;

/// <summary>The deployed server on a machine whose clock is off.</summary>
internal sealed class SkewedHost(TimeSpan off) : CommandHost
{
    public const string Command = "server";

    public override async Task ServeAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddErzyCall();
        builder.Services.AddSingleton(services => new DatabaseClock(new WrongClock(off), services.GetRequiredService<ILogger<DatabaseClock>>()));
        await using var app = builder.Build();
        app.UseErzyCall();
        await app.RunAsync();
    }

    protected override Task<IAsyncDisposable?> PrepareAsync(ConfigurationManager configuration, CancellationToken cancellationToken) =>
        Task.FromResult<IAsyncDisposable?>(null);

    private sealed class WrongClock(TimeSpan off) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + off;
    }
}
