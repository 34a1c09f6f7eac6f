using System.Collections.Immutable;

namespace ErzyCall.Api.Platform.Workers;

/// <summary>Wakes the jobs of this copy of the server when any copy has committed something that may be work for them.</summary>
internal sealed class WorkSignal
{
    private ImmutableList<WorkSubscription> _subscriptions = [];

    /// <summary>The name of this copy among all, by which it knows its own announcements.</summary>
    public string Copy { get; } = Guid.CreateVersion7().ToString("N");

    /// <summary>Subscribes for the life of the server.</summary>
    /// <param name="tables">The tables whose commits wake the subscriber.</param>
    public WorkSubscription Subscribe(IReadOnlyList<string> tables)
    {
        var subscription = new WorkSubscription(tables);
        ImmutableInterlocked.Update(ref _subscriptions, all => all.Add(subscription));
        return subscription;
    }

    /// <param name="table">The table whose rows were committed; <c>null</c> when that is not known.</param>
    public void Wake(string? table)
    {
        foreach (var subscription in _subscriptions)
        {
            subscription.Notify(table);
        }
    }
}

internal sealed class WorkSubscription(IReadOnlyList<string> tables)
{
    private TaskCompletionSource _next = NewSource();

    /// <summary>Completes at the next wake-up.</summary>
    public Task NextAsync() => Volatile.Read(ref _next).Task;

    public void Notify(string? table)
    {
        if (table is null || tables.Contains(table))
        {
            Interlocked.Exchange(ref _next, NewSource()).SetResult();
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
