using System.Globalization;

namespace ErzyCall.Local;

/// <summary>
/// The user that PostgreSQL runs as when we are root, because it refuses to be root: <c>postgres</c>, which a package made for this, else
/// <c>nobody</c>. An ordinary user needs none of this, and <see cref="None"/> changes nothing.
/// </summary>
internal sealed record UnprivilegedUser(string Name, int UserId, int GroupId)
{
    public static UnprivilegedUser None { get; } = new("", -1, -1);

    public static UnprivilegedUser Needed()
    {
        // On Windows pg_ctl gives an administrator's rights up by itself.
        if (!Environment.IsPrivilegedProcess || OperatingSystem.IsWindows())
        {
            return None;
        }

        if (OperatingSystem.IsMacOS())
        {
            throw new LocalSetupException("PostgreSQL refuses to run as root. Start ErzyCall as an ordinary user.");
        }

        var accounts = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(fields => fields.Length >= 4).ToList();
        return (accounts.Find(fields => fields[0] == "postgres") ?? accounts.Find(fields => fields[0] == "nobody")) is { } found
            ? new UnprivilegedUser(
                found[0], int.Parse(found[2], CultureInfo.InvariantCulture), int.Parse(found[3], CultureInfo.InvariantCulture))
            : throw new LocalSetupException(
                "PostgreSQL refuses to run as root, and there is neither a user 'postgres' nor 'nobody'. "
                + "Start ErzyCall as an ordinary user.");
    }

    public IEnumerable<string> Run(params IEnumerable<string> commandLine) =>
        this == None ? commandLine : ["setpriv", $"--reuid={UserId}", $"--regid={GroupId}", "--clear-groups", "--", .. commandLine];

    /// <summary>Makes <paramref name="folder"/>, 0700, for this user, or says which folder above it is closed to them.</summary>
    public async Task OwnAsync(string folder, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder); // Inherits the user's profile or project folder's access list.
            return;
        }

        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (this == None)
        {
            return;
        }

        await MustAsync(["chown", "--no-dereference", $"{UserId}:{GroupId}", folder], cancellationToken);
        if (await FailsToEnterAsync(folder, cancellationToken) is { } complaint)
        {
            var closed = Path.GetDirectoryName(folder);
            for (var parent = closed;
                parent is not null && await FailsToEnterAsync(parent, cancellationToken) is not null;
                parent = Path.GetDirectoryName(parent))
            {
                closed = parent;
            }

            const string example = "/var/lib/erzycall";
            throw new LocalSetupException(
                $"""
                PostgreSQL refuses to run as root, so it runs as '{Name}', who cannot pass {closed} on the way to {folder} ({complaint}).
                Set Embedded:DataDirectory to a folder that everybody can reach (such as {example}), or start ErzyCall as an ordinary user.
                """);
        }
    }

    private async Task<string?> FailsToEnterAsync(string folder, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await ChildProcess.RunAsync("/", Run("/bin/sh", "-c", "cd -- \"$1\"", "sh", folder), cancellationToken);
        return exitCode == 0 ? null : output;
    }

    private static async Task MustAsync(string[] commandLine, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await ChildProcess.RunAsync("/", commandLine, cancellationToken);
        if (exitCode != 0)
        {
            throw new LocalSetupException($"'{string.Join(' ', commandLine)}' failed: {output}");
        }
    }
}
