using System.Diagnostics;

namespace ErzyCall.Local;

/// <summary>
/// The shell between us and PostgreSQL. It reads a pipe whose only write end is ours: the pipe closes when we close it and also when we are
/// killed, and either way the shell stops PostgreSQL. A plain child outlives us, and a parent-death signal does not pass through the shell.
/// <c>setsid</c> takes both out of the terminal's process group, so Ctrl-C reaches us alone and requests in flight still have their
/// database.
/// </summary>
internal sealed class PostgresSupervisor : IAsyncDisposable
{
    // 20 s: with the clients gone a fast shutdown is one checkpoint. An immediate one loses nothing either, it only makes the next start
    // recover. macOS has no setsid: there job control (set -m) gives PostgreSQL a process group of its own, and the shell ignores the
    // keyboard.
    private const string Script =
        """
        exec 3<&0 >"$1" 2>&1
        shift
        command -v setsid >/dev/null || { set -m; trap '' INT HUP; }
        "$@" </dev/null 3<&- &
        postgres=$!
        (
            read -r _ <&3
            kill -INT $postgres
            waited=0
            while [ $waited -lt 20 ] && kill -0 $postgres 2>/dev/null; do sleep 1; waited=$((waited + 1)); done
            kill -QUIT $postgres 2>/dev/null
        ) &
        watcher=$!
        wait $postgres
        status=$?
        kill $watcher 2>/dev/null
        exit $status
        """;

    private readonly Process _shell;

    private PostgresSupervisor(Process shell) => _shell = shell;

    /// <summary>Whether PostgreSQL has ended by itself: it did not start, or it crashed.</summary>
    public bool HasEnded => _shell.HasExited;

    /// <summary>Waits until PostgreSQL has ended by itself (true) or <paramref name="stop"/> is cancelled (false).</summary>
    public async Task<bool> HasEndedBeforeAsync(CancellationToken stop)
    {
        await _shell.WaitForExitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stop.IsCancellationRequested;
    }

    public static PostgresSupervisor Start(UnprivilegedUser user, PostgresFolder folder, IEnumerable<string> postgres)
    {
        IEnumerable<string> supervised = user.Run(["/bin/sh", "-c", Script, "erzycall-postgres", folder.Log, .. postgres]);
        var start = ChildProcess.Describe(folder.Path, OperatingSystem.IsLinux() ? supervised.Prepend("setsid") : supervised);
        start.RedirectStandardInput = true;
        return new PostgresSupervisor(Process.Start(start)!);
    }

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync(CancellationToken.None); // The script sees to it that this ends.
        _shell.Dispose();
    }
}
