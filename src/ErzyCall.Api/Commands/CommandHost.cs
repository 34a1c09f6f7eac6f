using Serilog;

namespace ErzyCall.Api.Commands;

/// <summary>What an executable adds to the common server: where its databases come from, and how it serves.</summary>
internal abstract class CommandHost
{
    /// <summary>Runs the server until it is stopped. <paramref name="args"/> are configuration.</summary>
    public abstract Task ServeAsync(string[] args);

    /// <summary>Makes the databases reachable for one command, and puts their connection strings into <paramref name="configuration"/>.</summary>
    protected abstract Task<IAsyncDisposable?> PrepareAsync(ConfigurationManager configuration, CancellationToken cancellationToken);

    /// <summary>Runs one command with the server's own services, nothing of which is started.</summary>
    public async Task RunAsync(Func<IServiceProvider, Task> command, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder();
        await using var databases = await PrepareAsync(builder.Configuration, cancellationToken);
        builder.AddErzyCall();

        // Standard output belongs to what the command prints.
        builder.Services.AddSerilog(logging => logging
            .MinimumLevel.Warning()
            .MinimumLevel.Override("Microsoft", Serilog.Events.LogEventLevel.Fatal)
            .WriteTo.Console(standardErrorFromLevel: Serilog.Events.LogEventLevel.Verbose, formatProvider: System.Globalization.CultureInfo.InvariantCulture));
        await using var app = builder.Build();
        await using var scope = app.Services.CreateAsyncScope();
        await PrepareSchemaAsync(scope.ServiceProvider, cancellationToken);
        await command(scope.ServiceProvider);
    }

    /// <summary>Runs before every command. A configured database's schema is its operator's business.</summary>
    protected virtual Task PrepareSchemaAsync(IServiceProvider services, CancellationToken cancellationToken) => Task.CompletedTask;
}
