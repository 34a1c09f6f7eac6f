using System.Diagnostics;

namespace ErzyCall.IntegrationTests.Commands;

/// <summary>What a command printed, and its exit code.</summary>
internal sealed record CommandResult(int ExitCode, string Out, string Error)
{
    public string Line => Assert.Single(Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));

    public CommandResult ShouldSucceed()
    {
        Assert.True(ExitCode == 0, $"Exit code {ExitCode}: {Out}{Error}");
        return this;
    }
}

/// <summary>One of the two executables as a process of its own, as an operator starts it.</summary>
internal static class CommandProcess
{
    public static ProcessStartInfo StartInfo(string assembly, IReadOnlyList<string> args, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, assembly), .. args])
        {
            // Not our standard input and output: the runner speaks with its parent through them.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    public static Task<CommandResult> RunAsync(string assembly, IReadOnlyList<string> args, params (string Name, string Value)[] environment) =>
        RunAsync(assembly, args, input: "", environment);

    /// <param name="input">What stands on its standard input.</param>
    public static async Task<CommandResult> RunAsync(string assembly, IReadOnlyList<string> args, string input, (string Name, string Value)[] environment)
    {
        using var process = Process.Start(StartInfo(assembly, args, environment))!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new CommandResult(process.ExitCode, await output, await error);
    }
}
