using System.Globalization;
using System.Text.Json;
using ErzyCall.Api.Platform.Json;
using Serilog;
using Serilog.Events;

namespace ErzyCall.Api.Commands;

/// <summary>An executable's own part of the common server: where its databases come from, and how it serves.</summary>
internal abstract class CommandHost
{
    /// <summary>The streams that commands read and write: the process's own, unless they run inside somebody else's.</summary>
    public virtual TextReader Input => Console.In;

    /// <inheritdoc cref="Input"/>
    public virtual TextWriter Output => Console.Out;

    /// <inheritdoc cref="Input"/>
    public virtual TextWriter Error => Console.Error;

    /// <summary>Runs the server until it is stopped. <paramref name="args"/> are configuration.</summary>
    public abstract Task ServeAsync(string[] args);

    /// <summary>
    /// Makes the databases reachable for one command, and puts their connection strings into <paramref name="configuration"/>.
    /// </summary>
    protected abstract Task<IAsyncDisposable?> PrepareAsync(ConfigurationManager configuration, CancellationToken cancellationToken);

    /// <summary>
    /// Runs one command with its services (<see cref="CommandServices"/>). It is over in a moment, so there is no server around it, and
    /// nothing is started.
    /// </summary>
    public async Task RunAsync(Func<IServiceProvider, Task> command, CancellationToken cancellationToken)
    {
        // The command line listens for a signal to stop only once the command has returned a task: nothing may have begun before.
        await Task.Yield();

        // Settings come from where a server has them, but nobody waits for them to change.
        var configuration = new ConfigurationManager();
        configuration.AddEnvironmentVariables(prefix: "ASPNETCORE_");
        configuration["hostBuilder:reloadConfigOnChange"] = "false";
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { Configuration = configuration });
        await using var databases = await PrepareAsync(configuration, cancellationToken);
        builder.Services.AddCommands(builder.Configuration);

        // Standard output belongs to what the command prints.
        builder.Services.AddSerilog(logging => logging
            .MinimumLevel.Warning()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Fatal)
            .MinimumLevel.Override("Polly", LogEventLevel.Fatal)
            .WriteTo.Console(standardErrorFromLevel: LogEventLevel.Verbose, formatProvider: CultureInfo.InvariantCulture));
        using var host = builder.Build();
        await using var scope = host.Services.CreateAsyncScope();
        await PrepareSchemaAsync(scope.ServiceProvider, cancellationToken);
        await command(scope.ServiceProvider);
    }

    /// <summary>Prints <paramref name="value"/> as <c>--json</c> does.</summary>
    public void PrintJson<T>(T value) => Print(JsonSerializer.Serialize(value, JsonSettings.Default));

    public void Print(string line) => Output.WriteLine(line);

    /// <summary>Runs before every command. A configured database's schema is its operator's business.</summary>
    protected virtual Task PrepareSchemaAsync(IServiceProvider services, CancellationToken cancellationToken) => Task.CompletedTask;
}
