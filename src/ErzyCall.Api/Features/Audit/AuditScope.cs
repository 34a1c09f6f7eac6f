using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Features.WhatsApp.Messages;
using Npgsql;
using NpgsqlTypes;

namespace ErzyCall.Api.Features.Audit;

/// <summary>The part of the database that an audit looks at, and the parameters of a law's query that follow from it.</summary>
/// <param name="Organization">The organization to check; <c>null</c> for all of them.</param>
/// <param name="Since">The time from which on to look. What is older is looked at only where it still goes on.</param>
/// <param name="Now">The time of the check, read before the query's snapshot is taken.</param>
internal sealed record AuditScope(Id<Owner>? Organization, DateTimeOffset Since, DateTimeOffset Now)
{
    /// <summary>
    /// How long something may be overdue before it is late: jobs look every second, and a transaction that stands still for longer than
    /// half a minute is undone. For the same reason a time that was read in one transaction says nothing of another that was under way
    /// within this time.
    /// </summary>
    private static readonly TimeSpan s_slack = TimeSpan.FromMinutes(2);

    /// <summary>The margin for events that are purged while an audit runs: the job reads its clock a little after the audit does.</summary>
    private static readonly TimeSpan s_forgettingMargin = TimeSpan.FromHours(1);

    /// <summary>
    /// The margin for events that were published late: events are purged by when they happened, not by their place in the feed.
    /// </summary>
    private static readonly TimeSpan s_publishingMargin = TimeSpan.FromDays(1);

    /// <summary>
    /// How long ago a delivery's lease must have expired for the delivery to be lost. An expired lease is found within seconds, but an
    /// endpoint that hangs is given only a few attempts at a time.
    /// </summary>
    private static readonly TimeSpan s_lostDelivery = TimeSpan.FromHours(1);

    public IEnumerable<NpgsqlParameter> Parameters()
    {
        var kept = Later(Since, Now - PurgeEventsJob.KeptFor + s_forgettingMargin);
        var feedSince = Later(Since, Now - PurgeEventsJob.KeptFor + s_publishingMargin);
        yield return new("organization", NpgsqlDbType.Uuid) { Value = Organization is { } one ? one.Value : DBNull.Value };
        yield return new("since", NpgsqlDbType.TimestampTz) { Value = Since };

        yield return new("since_id", NpgsqlDbType.Uuid) { Value = Id<Owner>.LeastAt(Since).Value };

        // Since these times nothing can have been purged: no event, and no event of a feed.
        yield return new("kept", NpgsqlDbType.TimestampTz) { Value = kept };
        yield return new("kept_id", NpgsqlDbType.Uuid) { Value = Id<Owner>.LeastAt(kept).Value };
        yield return new("feed_since", NpgsqlDbType.TimestampTz) { Value = feedSince };

        yield return new("late", NpgsqlDbType.TimestampTz) { Value = Now - s_slack };
        yield return new("slack", NpgsqlDbType.Interval) { Value = s_slack };
        yield return new("longest_delivery_lease", NpgsqlDbType.TimestampTz) { Value = Now + DeliveryQueue.Lease + s_slack };
        yield return new("lost_delivery", NpgsqlDbType.TimestampTz) { Value = Now - s_lostDelivery };
        yield return new("unknown_message", NpgsqlDbType.TimestampTz) { Value = Now - Message.UnknownFor - s_slack };
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
