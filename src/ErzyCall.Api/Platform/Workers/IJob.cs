namespace ErzyCall.Api.Platform.Workers;

/// <summary>
/// Work that goes on beside the requests. Any number of nodes run every job; each step claims its rows in PostgreSQL, so they share the
/// work and none does it twice. Jobs are scoped: every step has a database context of its own.
/// </summary>
internal interface IJob
{
    /// <summary>
    /// How long the job sleeps when a step found nothing and nobody wakes it: how late it is for what only time makes due.
    /// </summary>
    static abstract TimeSpan PollInterval { get; }

    /// <summary>How many steps a node runs at once: more than one where a step may wait for somebody outside.</summary>
    static virtual int Loops => 1;

    /// <summary>The tables whose commits announce that there may be work for this job; none when time alone makes it due.</summary>
    static virtual IReadOnlyList<string> WokenBy => [];

    /// <summary>One step. <c>true</c> when there may be more to do at once.</summary>
    Task<bool> RunOnceAsync(CancellationToken cancellationToken);
}
