using ErzyCall.Api.Commands;
using Microsoft.Extensions.Configuration;

namespace ErzyCall.IntegrationTests.Commands;

/// <summary>
/// The deployed executable inside of this process, from its arguments to its exit code: the same code, without the second that a process takes to get going. What is
/// the process's own (its streams, its environment, signals) is for <see cref="CommandProcess"/>.
/// </summary>
internal sealed class CommandInside(TextReader input, TextWriter output, TextWriter error, IReadOnlyDictionary<string, string?> settings) : CommandHost
{
    /// <summary>Only makes a failure end: what does not start as it should serves for ever.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    public override TextReader Input => input;

    public override TextWriter Output => output;

    public override TextWriter Error => error;

    /// <param name="postgres">Where a command finds its database. A server has all its settings in <paramref name="args"/>.</param>
    /// <param name="input">What stands on its standard input.</param>
    /// <param name="settings">Others, as <c>Simulator:AllowLive</c>.</param>
    public static async Task<CommandResult> RunAsync(string postgres, IReadOnlyList<string> args, string input = "", params (string Name, string Value)[] settings)
    {
        using var reader = new StringReader(input);
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var host = new CommandInside(
            reader, output, error, settings.Append(("ConnectionStrings:Postgres", postgres)).ToDictionary(setting => setting.Item1, string? (setting) => setting.Item2));
        var exitCode = await ErzyCallCommandLine.RunAsync([.. args], host).WaitAsync(s_patience, TestContext.Current.CancellationToken);
        return new CommandResult(exitCode, output.ToString(), error.ToString());
    }

    public override Task ServeAsync(string[] args) => new ConfiguredHost().ServeAsync(args);

    protected override Task<IAsyncDisposable?> PrepareAsync(ConfigurationManager configuration, CancellationToken cancellationToken)
    {
        configuration.AddInMemoryCollection(settings);
        return Task.FromResult<IAsyncDisposable?>(null);
    }
}
