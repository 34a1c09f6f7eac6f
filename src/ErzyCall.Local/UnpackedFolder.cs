namespace ErzyCall.Local;

/// <summary>
/// A folder that an archive is unpacked into and that nothing of it leaves. Its links are made when all files have been written, so no
/// file is ever written through a link. Everybody may read it: as root, PostgreSQL runs as another user.
/// </summary>
internal sealed class UnpackedFolder
{
    private const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Program = Plain | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    // By their whole paths. Some file systems hold `LIB` and `lib` for the same.
    private readonly Dictionary<string, string> _links = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="path">A folder that is not there yet.</param>
    public UnpackedFolder(string path)
    {
        Root = Path.GetFullPath(path);
        Make(Root);
    }

    public string Root { get; }

    /// <exception cref="InvalidDataException">The name leads out of the folder.</exception>
    public void AddFolder(string name) => Make(Locate(name));

    /// <inheritdoc cref="AddFolder"/>
    public void AddFile(string name, Stream content, bool isProgram)
    {
        var path = Locate(name);
        Make(Path.GetDirectoryName(path)!);
        using var file = File.Create(path);
        content.CopyTo(file);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file.SafeFileHandle, isProgram ? Program : Plain);
        }
    }

    /// <summary>Adds another name of a file that is there: a hard link, which becomes a copy.</summary>
    /// <inheritdoc cref="AddFolder"/>
    public void AddCopy(string name, string original)
    {
        var path = Locate(name);
        Make(Path.GetDirectoryName(path)!);
        File.Copy(Locate(original), path, overwrite: true);
    }

    /// <summary>Adds a symbolic link, which <see cref="MakeLinks"/> makes.</summary>
    /// <inheritdoc cref="AddFolder"/>
    public void AddLink(string name, string target) => _links[Locate(name)] = target;

    /// <summary>Makes the links, once everything else is there. A file that has a link's name stays.</summary>
    /// <exception cref="InvalidDataException">A link leads out of the folder, or stands behind another link.</exception>
    public void MakeLinks()
    {
        foreach (var (path, target) in _links.Where(link => !File.Exists(link.Key) && !Directory.Exists(link.Key)))
        {
            var folder = Path.GetDirectoryName(path)!;
            for (var above = folder; above.Length > Root.Length; above = Path.GetDirectoryName(above)!)
            {
                if (_links.ContainsKey(above))
                {
                    throw new InvalidDataException($"its link {path[Root.Length..]} stands behind another link");
                }
            }

            // Steps up are only taken from real folders, so they lead where they seem to; what comes after them may be links, but those
            // that are checked here. `..` behind a link would go up from where that leads.
            var steps = target.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).SkipWhile(step => step is ".." or ".");
            if (Path.IsPathRooted(target) || steps.Contains("..") || !Holds(Path.GetFullPath(target, folder)))
            {
                throw new InvalidDataException($"its link {path[Root.Length..]} leads to {target}, out of the folder");
            }

            Make(folder);
            File.CreateSymbolicLink(path, target);
        }
    }

    private static void Make(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        Make(Path.GetDirectoryName(folder)!);
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, Program); // Whatever the umask is.
        }
    }

    private string Locate(string name)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(name, Root));
        return Holds(path) ? path : throw new InvalidDataException($"its entry {name} leads out of the folder");
    }

    private bool Holds(string path) =>
        path == Root || path.StartsWith(Root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
