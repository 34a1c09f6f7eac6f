using System.Runtime.CompilerServices;

namespace ErzyCall.IntegrationTests.Conventions;

/// <summary>The source of the server, for rules that only its text can be held to.</summary>
internal static class SourceCode
{
    /// <summary>The lines that are no comments, of the files in a folder of the server's project and below it. Migrations tell of the past, and are left out.</summary>
    public static List<(string File, string Line)> Lines(string folder = "")
    {
        var project = Path.Combine(Path.GetDirectoryName(Here())!, "../../../src/ErzyCall.Api");
        string[] leftOut = ["Migrations", "bin", "obj"];
        return
        [
            .. Directory.EnumerateFiles(Path.Combine(project, folder), "*.cs", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(project, file))
                .Where(file => !leftOut.Contains(file.Split(Path.DirectorySeparatorChar)[0]))
                .SelectMany(file => File.ReadLines(Path.Combine(project, file)).Select(line => (File: file, Line: line.Trim())))
                .Where(line => !line.Line.StartsWith("//", StringComparison.Ordinal)),
        ];
    }

    private static string Here([CallerFilePath] string here = "") => here;
}
