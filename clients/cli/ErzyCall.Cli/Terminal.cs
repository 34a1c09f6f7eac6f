using ErzyCall.Client;
using Microsoft.Win32.SafeHandles;
using Spectre.Console;

namespace ErzyCall.Cli;

/// <summary>What a command has around it: where it reads and writes, the environment, and the server that it asks.</summary>
internal sealed record Terminal
{
    /// <summary>Wider than any table: what is not read by a person is not cut.</summary>
    private const int Unlimited = 10_000;

    private const int StandardOutput = 1;

    public required TextReader Input { get; init; }

    /// <summary>Whether somebody sits there who can be asked.</summary>
    public required bool IsInteractive { get; init; }

    /// <summary>Where results go.</summary>
    public required IAnsiConsole Output { get; init; }

    /// <summary>Where everything else goes: errors, progress, hints.</summary>
    public required IAnsiConsole Error { get; init; }

    /// <summary>The value of an environment variable.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The folder with the profiles.</summary>
    public required string Folder { get; init; }

    public required Func<ErzyCallOptions, ErzyCallClient> Connect { get; init; }

    /// <summary>The client that requests go by which are no requests to the API.</summary>
    public required HttpClient Http { get; init; }

    public required TimeProvider Clock { get; init; }

    public static Terminal OfProcess() => new()
    {
        Input = Console.In,
        IsInteractive = !Console.IsInputRedirected && !Console.IsErrorRedirected,
        Output = ConsoleOf(OutputOfProcess(), Console.IsOutputRedirected),
        Error = ConsoleOf(Console.Error, Console.IsErrorRedirected),
        Variable = Environment.GetEnvironmentVariable,
        Folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "erzycall"),
        Connect = static options => new ErzyCallClient(options),
#pragma warning disable CA2000, CA5399 // It lives as long as the process. Whether certificates are looked up in revocation lists is the machine's setting.
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }),
#pragma warning restore CA2000, CA5399
        Clock = TimeProvider.System,
    };

    /// <summary>
    /// .NET's own writer is silent when whoever read the output has gone (<c>| head -1</c>): a command that waits for events would wait for
    /// ever. This one throws an <see cref="IOException"/> then.
    /// </summary>
#pragma warning disable CA2000 // It lives as long as the process.
    private static TextWriter OutputOfProcess() => OperatingSystem.IsWindows() || !Console.IsOutputRedirected
        ? Console.Out
        : new StreamWriter(new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0)) { AutoFlush = true };
#pragma warning restore CA2000

    public static IAnsiConsole ConsoleOf(TextWriter writer, bool isRedirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = isRedirected ? Unlimited : console.Profile.Width;
        return console;
    }
}
