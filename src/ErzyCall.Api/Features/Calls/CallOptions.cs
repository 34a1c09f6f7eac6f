namespace ErzyCall.Api.Features.Calls;

/// <summary>The settings in the section <c>Calls</c>.</summary>
internal sealed record CallOptions
{
    public const string Section = "Calls";

    /// <summary>
    /// The longest delay with which a call may still be dialled. Nobody's phone rings at three in the morning because a server was down in
    /// the afternoon.
    /// </summary>
    public TimeSpan DispatchWithin { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>The longest time that a conversation may take; the carrier is asked to end it then.</summary>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The most calls of an organization that may wait to be dialled, unless the organization has a limit of its own.</summary>
    public int MaxWaiting { get; init; } = 100_000;
}
