using System.Globalization;
using ErzyCall.Local;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>Signals to processes of the test's own. Windows has none: tests that need them are skipped there.</summary>
internal static class Signal
{
    public const string Needed = "There are no signals on Windows.";

    public static Task StopAsync(params IEnumerable<int> processIds) => SendAsync("-STOP", processIds);

    public static Task ContinueAsync(params IEnumerable<int> processIds) => SendAsync("-CONT", processIds);

    public static Task TerminateAsync(params IEnumerable<int> processIds) => SendAsync("-TERM", processIds);

    public static Task InterruptAsync(params IEnumerable<int> processIds) => SendAsync("-INT", processIds);

    public static Task KillAsync(params IEnumerable<int> processIds) => SendAsync("-KILL", processIds);

    private static async Task SendAsync(string signal, IEnumerable<int> processIds) =>
        await ChildProcess.RunAsync("/", ["kill", signal, .. processIds.Select(id => id.ToString(CultureInfo.InvariantCulture))], CancellationToken.None);
}
