using ErzyCall.Api.Features.Calls;

namespace ErzyCall.Api.Features.Usage;

/// <param name="From">The beginning of the range, inclusive.</param>
/// <param name="To">The end of the range, exclusive.</param>
/// <param name="Days">Every day of the range, also those on which nothing happened; empty when not asked for.</param>
internal sealed record UsageResponse(
    DateTimeOffset From,
    DateTimeOffset To,
    CallUsage Calls,
    MessageUsage Messages,
    IReadOnlyList<UsageDay> Days);

/// <param name="Date">The day, in UTC.</param>
internal sealed record UsageDay(DateOnly Date, CallUsage Calls, MessageUsage Messages);

/// <param name="ByStatus">The number of calls in every status, also in those that no call has.</param>
/// <param name="ByEndedReason">The number of calls for each reason that occurs.</param>
/// <param name="Answered">The number of calls on which somebody answered.</param>
/// <param name="AnsweredShare">
/// The share of answered calls among the calls that are over, from 0 to 1; <c>null</c> when none is over.
/// </param>
/// <param name="Minutes">Minutes of conversation, added up in seconds and rounded once.</param>
internal sealed record CallUsage(
    long Total,
    IReadOnlyDictionary<string, long> ByStatus,
    IReadOnlyDictionary<string, long> ByEndedReason,
    long Answered,
    decimal? AnsweredShare,
    decimal Minutes)
{
    public static CallUsage Of(IEnumerable<CallCount> calls)
    {
        var byStatus = new OrderedDictionary<string, long>(CallStatus.All.Select(status => KeyValuePair.Create(status, 0L)));
        var byEndedReason = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var (total, final, answered, seconds) = (0L, 0L, 0L, 0L);
        foreach (var count in calls)
        {
            byStatus[count.Status] += count.Calls;
            if (count.EndedReason is { } reason)
            {
                byEndedReason[reason] = byEndedReason.GetValueOrDefault(reason) + count.Calls;
                final += count.Calls;
            }

            total += count.Calls;
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

/// <summary>The number of calls of one day that have the same status and reason.</summary>
/// <param name="EndedReason">The reason of calls that are over; <c>null</c> for others.</param>
/// <param name="Seconds">Seconds of conversation.</param>
internal sealed record CallCount(DateOnly Day, string Status, string? EndedReason, long Calls, long Answered, long Seconds);

/// <summary>The number of WhatsApp messages.</summary>
/// <param name="Sent">The messages that Meta has taken.</param>
internal sealed record MessageUsage(long Sent, long Received)
{
    public static MessageUsage Of(IEnumerable<MessageCount> messages) =>
        messages.Aggregate(new MessageUsage(0, 0), (sum, count) => new MessageUsage(sum.Sent + count.Sent, sum.Received + count.Received));
}

internal sealed record MessageCount(DateOnly Day, long Sent, long Received);
