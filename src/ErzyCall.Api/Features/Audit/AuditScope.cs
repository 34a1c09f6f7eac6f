using System.Buffers.Binary;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Features.WhatsApp.Messages;
using Npgsql;
using NpgsqlTypes;

namespace ErzyCall.Api.Features.Audit;

/// <summary>What a law is held against, and the parameters of its query that follow from it.</summary>
/// <param name="Organization"><c>null</c>: all of them.</param>
/// <param name="Since">How far back to look. What is older is looked at only where it still goes on.</param>
/// <param name="Now">Read before the query's snapshot is taken.</param>
internal sealed record AuditScope(Id<Owner>? Organization, DateTimeOffset Since, DateTimeOffset Now)
{
    /// <summary>
    /// What is later than this is late: jobs look every second, and a transaction that stands still for longer than half a minute is
    /// undone. For the same reason a time that was read in one transaction says nothing of another that was under way within this time.
    /// </summary>
    private static readonly TimeSpan s_slack = TimeSpan.FromMinutes(2);

    /// <summary>Events are forgotten by the clock of the job that does it, a little after this audit's.</summary>
    private static readonly TimeSpan s_forgettingMargin = TimeSpan.FromHours(1);

    /// <summary>
    /// Events are forgotten by when they happened, not by their place in the feed: so much later one may have been published.
    /// </summary>
    private static readonly TimeSpan s_publishingMargin = TimeSpan.FromDays(1);

    /// <summary>An expired lease is found within seconds, but an endpoint that hangs is given only a few attempts at a time.</summary>
    private static readonly TimeSpan s_lostDelivery = TimeSpan.FromHours(1);

    public IEnumerable<NpgsqlParameter> Parameters()
    {
        var kept = Later(Since, Now - PurgeEventsJob.KeptFor + s_forgettingMargin);
        var feedSince = Later(Since, Now - PurgeEventsJob.KeptFor + s_publishingMargin);
        yield return new("organization", NpgsqlDbType.Uuid) { Value = Organization is { } one ? one.Value : DBNull.Value };
        yield return new("since", NpgsqlDbType.TimestampTz) { Value = Since };

        // Ids begin with the time of what they name, so an index over them is one over that time.
        yield return new("since_id", NpgsqlDbType.Uuid) { Value = LeastIdAt(Since) };

        // From when on no event can have been forgotten, and no event of a feed.
        yield return new("kept", NpgsqlDbType.TimestampTz) { Value = kept };
        yield return new("kept_id", NpgsqlDbType.Uuid) { Value = LeastIdAt(kept) };
        yield return new("feed_since", NpgsqlDbType.TimestampTz) { Value = feedSince };

        yield return new("late", NpgsqlDbType.TimestampTz) { Value = Now - s_slack };
        yield return new("slack", NpgsqlDbType.Interval) { Value = s_slack };
        yield return new("longest_call_lease", NpgsqlDbType.TimestampTz) { Value = Now + CallHandOver.Lease + s_slack };
        yield return new("longest_delivery_lease", NpgsqlDbType.TimestampTz) { Value = Now + DeliveryQueue.Lease + s_slack };
        yield return new("lost_delivery", NpgsqlDbType.TimestampTz) { Value = Now - s_lostDelivery };
        yield return new("unknown_message", NpgsqlDbType.TimestampTz) { Value = Now - Message.UnknownFor - s_slack };
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static Guid LeastIdAt(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Max(0, at.ToUnixTimeMilliseconds()) << 16);
        return new Guid(bytes, bigEndian: true);
    }
}
