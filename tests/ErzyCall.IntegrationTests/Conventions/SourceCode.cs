using System.Runtime.CompilerServices;

namespace ErzyCall.IntegrationTests.Conventions;

/// <summary>The source of the server, for rules that only its text can be held to.</summary>
internal static class SourceCode
{
    /// <summary>The lines that are no comments, of the files in a folder of the server's project and below it. Migrations tell of the past, and are left out.</summary>
    public static List<(string File, string Line)> Lines(string folder = "") =>
    [
        .. LinesAsTheyAre("ErzyCall.Api", folder)
            .Select(line => (line.File, Line: line.Line.Trim()))
            .Where(line => !line.Line.StartsWith("//", StringComparison.Ordinal)),
    ];

    /// <summary>All lines of a project's files, in a folder of it and below, but for migrations.</summary>
    public static IEnumerable<(string File, string Line)> LinesAsTheyAre(string project, string folder = "")
    {
        var root = Path.Combine(Path.GetDirectoryName(Here())!, "../../../src", project);
        string[] leftOut = ["Migrations", "bin", "obj"];
        return Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file))
            .Where(file => !leftOut.Contains(file.Split(Path.DirectorySeparatorChar)[0]))
            .SelectMany(file => File.ReadLines(Path.Combine(root, file)).Select(line => (file, line)));
    }

    private static string Here([CallerFilePath] string here = "") => here;
}
