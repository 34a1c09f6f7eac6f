using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ErzyCall.Bench.Load;

namespace ErzyCall.Bench.Machine;

/// <summary>Starts other programs, without what this one has set for itself.</summary>
internal static class Programs
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Describes <c>dotnet</c> with an assembly that lies beside this program.</summary>
    public static ProcessStartInfo Own(string assembly, params IEnumerable<string> arguments) =>
        Describe("dotnet", [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments]);

    public static ProcessStartInfo Describe(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments);
        foreach (var setting in LoadGenerator.SocketSettings.Keys)
        {
            start.Environment.Remove(setting);
        }

        return start;
    }

    public static ProcessStartInfo With(this ProcessStartInfo start, IReadOnlyDictionary<string, string> settings)
    {
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it has printed.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it has printed.</exception>
    public static async Task<string> RunAsync(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output.Trim()
            : throw new InvalidOperationException(
                $"{start.FileName} {string.Join(' ', start.ArgumentList)} exited with {process.ExitCode}: {output}{await errors}");
    }

    /// <summary>A port that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ErzyCall.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("This program does not lie in its repository.");
    }
}
