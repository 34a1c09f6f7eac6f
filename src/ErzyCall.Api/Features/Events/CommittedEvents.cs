namespace ErzyCall.Api.Features.Events;

/// <summary>
/// Counts events when they are committed. Events of a transaction that was rolled back are no longer tracked, so they are not counted.
/// </summary>
internal sealed class CommittedEvents(IServiceProvider services) : IHearsCommits
{
    public void Committed(ErzyCallDbContext db)
    {
        foreach (var happened in db.Tracked<OutboxEvent>())
        {
            happened.Entity.Count(services);
        }
    }
}
