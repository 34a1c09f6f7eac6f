namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// Brings rows over, which SQL alone cannot do when the schema is upgraded: rows of one table that depend on the version of something in
/// the code are rewritten by that code. It may be interrupted at any instruction, and run again at any time.
/// </summary>
internal interface IBringsRowsOver
{
    /// <summary>The name of the table.</summary>
    string Rows { get; }

    /// <summary>The version that the rows are brought to. A server starts only on rows of its own version.</summary>
    string Version { get; }

    Task RunAsync(CancellationToken cancellationToken);
}
