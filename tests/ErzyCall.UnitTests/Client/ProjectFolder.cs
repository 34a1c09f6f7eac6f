using System.Runtime.CompilerServices;

namespace ErzyCall.UnitTests.Client;

internal static class ProjectFolder
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Of();

    private static string Of([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
