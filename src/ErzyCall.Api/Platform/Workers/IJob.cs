namespace ErzyCall.Api.Platform.Workers;

/// <summary>
/// Work that goes on beside the requests. Any number of copies of the server run every job; each step claims its rows in PostgreSQL, so
/// they share the work and none does it twice. Jobs are scoped: every step has a database context of its own.
/// </summary>
internal interface IJob
{
    /// <summary>
    /// The time that the job sleeps when a step found nothing and nobody wakes it: so late it may be for what only time makes due.
    /// </summary>
    static abstract TimeSpan PollInterval { get; }

    /// <summary>
    /// The number of steps that a copy of the server runs at once: more than one where a step may wait for somebody outside.
    /// </summary>
    static virtual int Loops => 1;

    /// <summary>The tables whose commits announce that there may be work for this job; none when time alone makes it due.</summary>
    static virtual IReadOnlyList<string> WokenBy => [];

    /// <summary>Makes one step. <c>true</c> when there may be more to do at once.</summary>
    Task<bool> RunOnceAsync(CancellationToken cancellationToken);
}
