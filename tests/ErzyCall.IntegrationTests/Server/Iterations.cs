using System.Globalization;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>
/// How many random cases are tried, by models and by the fuzzer: few enough for whoever has changed something, and with <c>ERZYCALL_TESTS_EFFORT=4</c> in the
/// environment four times as many. A higher number looks longer, or shrinks a failure further.
/// </summary>
internal static class Iterations
{
    private static readonly int s_effort =
        Environment.GetEnvironmentVariable("ERZYCALL_TESTS_EFFORT") is { Length: > 0 } effort ? int.Parse(effort, CultureInfo.InvariantCulture) : 1;

    /// <param name="usual">Enough for a second or two.</param>
    public static int Usually(int usual) => usual * s_effort;
}
