namespace ErzyCall.Api.Features.Console;

/// <summary>Settings of the console.</summary>
internal sealed class ConsoleOptions
{
    public const string Section = "Console";

    /// <summary>
    /// Whether the pages at <c>/</c> are served, by default <c>true</c>. Without them no browser gets a session, and the API takes keys
    /// alone.
    /// </summary>
    public bool Enabled { get; init; } = true;
}
