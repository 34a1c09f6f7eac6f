namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// What SQL alone cannot do when the schema is upgraded: rows of one table that hang on a version of something in the code are written anew
/// by it. It may be interrupted at any instruction, and run again at any time.
/// </summary>
internal interface IBringsRowsOver
{
    /// <summary>The table.</summary>
    string Rows { get; }

    /// <summary>What it brings them to. A server starts only on rows of its own version.</summary>
    string Version { get; }

    Task RunAsync(CancellationToken cancellationToken);
}
