using ErzyCall.Api.Features.Calls;

namespace ErzyCall.Api.Features.Usage;

/// <summary>What the organization did in a range of time.</summary>
/// <param name="From">The beginning of the range, inclusive.</param>
/// <param name="To">The end of the range, exclusive.</param>
/// <param name="Calls">The calls of the whole range.</param>
/// <param name="Messages">The WhatsApp messages of the whole range.</param>
/// <param name="Days">Every day of the range, also those on which nothing happened; empty when not asked for.</param>
[Example("""{"from":"2026-01-15T00:00:00.000Z","to":"2026-01-16T00:00:00.000Z"}""")]
internal sealed record UsageResponse(
    DateTimeOffset From,
    DateTimeOffset To,
    CallUsage Calls,
    MessageUsage Messages,
    IReadOnlyList<UsageDay> Days);

/// <summary>What the organization did on one day, as far as the range goes.</summary>
/// <param name="Date">The day, in UTC.</param>
/// <param name="Calls">The calls of the day.</param>
/// <param name="Messages">The WhatsApp messages of the day.</param>
internal sealed record UsageDay(DateOnly Date, CallUsage Calls, MessageUsage Messages);

/// <summary>The calls that were created in a stretch of time, as they stand now.</summary>
/// <param name="Total">The number of calls, whatever became of them.</param>
/// <param name="ByStatus">The number of calls in every status, also in those that no call has.</param>
/// <param name="ByEndedReason">The number of calls for each reason that occurs.</param>
/// <param name="Answered">The number of calls on which somebody answered.</param>
/// <param name="AnsweredShare">
/// The share of answered calls among the calls that are over, from 0 to 1; <c>null</c> when none is over.
/// </param>
/// <param name="Minutes">Minutes of conversation, added up in seconds and rounded once, to two decimals.</param>
[Example(
    """
    {"total":4,"byStatus":{"new":0,"scheduled":0,"processing":1,"ended":3,"cancelled":0,"error":0},
     "byEndedReason":{"assistant-ended-call":2,"customer-busy":1},"answered":2,"answeredShare":0.6667,"minutes":2.05}
    """)]
internal sealed record CallUsage(
    long Total,
    IReadOnlyDictionary<string, long> ByStatus,
    IReadOnlyDictionary<string, long> ByEndedReason,
    long Answered,
    decimal? AnsweredShare,
    decimal Minutes)
{
    public static CallUsage Of(IEnumerable<UsageCount> counts)
    {
        var byStatus = new OrderedDictionary<string, long>(CallStatus.All.Select(status => KeyValuePair.Create(status, 0L)));
        var byEndedReason = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var (total, final, answered, seconds) = (0L, 0L, 0L, 0L);
        foreach (var count in counts.Where(count => byStatus.ContainsKey(count.Status)))
        {
            byStatus[count.Status] += count.Amount;
            if (count.EndedReason.Length > 0)
            {
                byEndedReason[count.EndedReason] = byEndedReason.GetValueOrDefault(count.EndedReason) + count.Amount;
                final += count.Amount;
            }

            total += count.Amount;
            answered += count.Answered;
            seconds += count.Seconds;
        }

        return new CallUsage(
            total,
            byStatus,
            byEndedReason,
            answered,
            final == 0 ? null : Math.Round((decimal)answered / final, 4),
            Math.Round(seconds / 60m, 2, MidpointRounding.AwayFromZero));
    }
}

/// <summary>The number of WhatsApp messages.</summary>
/// <param name="Sent">The messages that Meta has taken.</param>
/// <param name="Received">The messages that customers have written.</param>
internal sealed record MessageUsage(long Sent, long Received)
{
    public static MessageUsage Of(IEnumerable<UsageCount> counts)
    {
        var byStatus = counts.ToLookup(count => count.Status, count => count.Amount);
        return new MessageUsage(byStatus[UsageSum.Sent].Sum(), byStatus[UsageSum.Received].Sum());
    }
}

/// <summary>The number of calls or messages that have the same status and reason, as in <see cref="UsageSum"/>.</summary>
/// <param name="Day">The day in UTC; <c>null</c> when days are not asked for.</param>
/// <param name="EndedReason">The reason of calls that are over; empty for others.</param>
internal sealed record UsageCount(DateOnly? Day, string Status, string EndedReason, long Amount, long Answered, long Seconds);
