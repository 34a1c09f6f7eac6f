namespace ErzyCall.Local;

/// <summary>
/// An exclusive claim on the data directory, held through an open file, so that the operating system gives it up
/// when the process dies, however it dies. The file itself stays: deleting it would let two processes lock two files of one name.
/// </summary>
internal sealed class DataDirectoryLock : IDisposable
{
    // What .NET reports when another handle has the file: EAGAIN on Linux, EWOULDBLOCK on macOS, ERROR_SHARING_VIOLATION on Windows.
    private static readonly int[] s_heldByAnother = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    public static DataDirectoryLock? TryTake(string path)
    {
        try
        {
            return new DataDirectoryLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (s_heldByAnother.Contains(e.HResult))
        {
            return null;
        }
    }

    /// <summary>
    /// Whether the lock is held. If it is free it is taken for an instant, so whoever wants it for good has to try more than once.
    /// </summary>
    public static bool IsHeld(string path)
    {
        using var taken = TryTake(path);
        return taken is null;
    }

    public void Dispose() => _file.Dispose();
}
