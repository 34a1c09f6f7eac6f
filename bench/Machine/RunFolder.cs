namespace ErzyCall.Bench.Machine;

/// <summary>The folder of one run, which is removed with it unless somebody has named one to be kept.</summary>
internal sealed class RunFolder(string? kept = null) : IAsyncDisposable
{
    /// <summary>The full path. PostgreSQL may have to pass through it as another user.</summary>
    public string Path { get; } = Directory.CreateDirectory(
        System.IO.Path.GetFullPath(kept ?? System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"erzycall-bench-{Guid.CreateVersion7()}")))
        .FullName;

    public ValueTask DisposeAsync()
    {
        if (kept is null)
        {
            Directory.Delete(Path, recursive: true);
        }

        return ValueTask.CompletedTask;
    }
}
