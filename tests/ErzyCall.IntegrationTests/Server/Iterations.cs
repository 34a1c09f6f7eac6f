using CsCheck;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>How many random cases a property is tried with.</summary>
internal static class Iterations
{
    /// <param name="usual">Enough for a few seconds. <c>CsCheck_Iter=…</c> in the environment asks for more, to look longer or to shrink a failure further.</param>
    public static long Usually(int usual) => Environment.GetEnvironmentVariable("CsCheck_Iter") is null ? usual : Check.Iter;
}
