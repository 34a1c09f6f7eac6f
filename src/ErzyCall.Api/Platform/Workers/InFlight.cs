namespace ErzyCall.Api.Platform.Workers;

/// <summary>
/// Counts how much of a job is in flight in this process: begun by its steps, and to be finished by later ones. A server that stops drains
/// the job: its steps, which then begin nothing more, go on until nothing is in flight or the time to stop is over. A job that finishes
/// within a step what it begins has nothing to count.
/// </summary>
internal sealed class InFlight<TJob>
    where TJob : class, IJob
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void Begin(int count) => Interlocked.Add(ref _count, count);

    public void End(int count) => Interlocked.Add(ref _count, -count);
}
