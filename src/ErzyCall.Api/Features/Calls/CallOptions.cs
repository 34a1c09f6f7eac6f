using ErzyCall.Api.Features.Events;

namespace ErzyCall.Api.Features.Calls;

/// <summary>The settings in the section <c>Calls</c>.</summary>
internal sealed record CallOptions
{
    public const string Section = "Calls";

    /// <summary>
    /// The shortest time to keep calls that are over: as long as their events can be read, and as long as a calling policy counts them (720
    /// hours), with a day to spare.
    /// </summary>
    public static readonly TimeSpan ShortestKeepFor = PurgeEventsJob.KeptFor + TimeSpan.FromDays(1);

    /// <summary>
    /// The longest delay with which a call may still be dialled. Nobody's phone rings at three in the morning because a server was down in
    /// the afternoon.
    /// </summary>
    public TimeSpan DispatchWithin { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>The longest time that a conversation may take; the carrier is asked to end it then.</summary>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The most calls of an organization that may wait to be dialled, unless the organization has a limit of its own.</summary>
    public int MaxWaiting { get; init; } = 100_000;

    /// <summary>How long calls are kept once they are over; <c>null</c> for ever.</summary>
    public TimeSpan? KeepFor { get; init; }
}
