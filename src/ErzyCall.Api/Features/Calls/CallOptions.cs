namespace ErzyCall.Api.Features.Calls;

/// <summary>The section <c>Calls</c>.</summary>
internal sealed record CallOptions
{
    public const string Section = "Calls";

    /// <summary>
    /// How late a call may be dialled. Nobody's phone rings at three in the morning because a server was down in the afternoon.
    /// </summary>
    public TimeSpan DispatchWithin { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>How long a conversation may take; the carrier is asked to end it then.</summary>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How many calls of an organization may wait to be dialled, unless the organization has a number of its own.</summary>
    public int MaxWaiting { get; init; } = 100_000;
}
