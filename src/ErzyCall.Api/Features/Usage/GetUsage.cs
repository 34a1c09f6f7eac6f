using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Usage;

/// <summary>
/// Counts what the organization did in a range of time, all in all and day by day. A call or message counts for the time at which it was
/// created.
/// </summary>
internal static class GetUsage
{
    /// <summary>The longest range: a whole leap year.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(366);

    private static readonly TimeSpan s_usual = TimeSpan.FromDays(30);

    public static async Task<Ok<Data<UsageResponse>>> HandleAsync(
        Query<GetUsageQuery> query, Caller caller, ErzyCallDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (from, to) = RangeOf(query.Value, clock.Now());
        var calls = await CountCallsAsync(db.Calls.OwnedBy(caller), from, to, cancellationToken);
        var messages = await CountMessagesAsync(db.Messages.OwnedBy(caller), from, to, cancellationToken);
        var days = query.Value.GroupBy is null
            ? []
            : DaysOf(from, to).Select(day => new UsageDay(
                day,
                CallUsage.Of(calls.Where(count => count.Day == day)),
                MessageUsage.Of(messages.Where(count => count.Day == day))));
        return TypedResults.Ok(Data.Of(new UsageResponse(from, to, CallUsage.Of(calls), MessageUsage.Of(messages), [.. days])));
    }

    private static (DateTimeOffset From, DateTimeOffset To) RangeOf(GetUsageQuery query, DateTimeOffset now)
    {
        // The millisecond after this one, so that what was created just now is counted.
        var to = query.To ?? now.AddMilliseconds(1);
        var from = query.From ?? (to - DateTimeOffset.MinValue < s_usual ? DateTimeOffset.MinValue : to - s_usual);
        return from > to ? throw new ApiException(ApiError.InvalidQuery(new FieldError("from", "Must not be after 'to'")))
            : to - from > s_longest ? throw new ApiException(ApiError.InvalidQuery(
                new FieldError("from", $"Must be at most {s_longest.Days} days before 'to'")))
            : (from, to);
    }

    /// <summary>Counts calls in one pass over the index that their list goes by.</summary>
    private static Task<List<CallCount>> CountCallsAsync(
        IQueryable<Call> calls, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        calls
            .Where(call => call.CreatedAt >= from && call.CreatedAt < to)
            .GroupBy(call => new { Day = DateOnly.FromDateTime(call.CreatedAt.UtcDateTime), call.Status, call.EndedReason })
            .Select(group => new CallCount(
                group.Key.Day,
                group.Key.Status,
                group.Key.EndedReason,
                group.LongCount(),
                group.LongCount(call => call.Duration != null),
                group.Sum(call => (long?)call.Duration) ?? 0))
            .ToListAsync(cancellationToken);

    private static Task<List<MessageCount>> CountMessagesAsync(
        IQueryable<Message> messages, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        messages
            .Where(message => message.CreatedAt >= from && message.CreatedAt < to)
            .GroupBy(message => DateOnly.FromDateTime(message.CreatedAt.UtcDateTime))
            .Select(group => new MessageCount(
                group.Key,
                group.LongCount(message => message.Direction == MessageDirection.Outbound && message.SentAt != null),
                group.LongCount(message => message.Direction == MessageDirection.Inbound)))
            .ToListAsync(cancellationToken);

    /// <summary>Every day in UTC of which any part is in the range.</summary>
    private static IEnumerable<DateOnly> DaysOf(DateTimeOffset from, DateTimeOffset to)
    {
        if (from == to)
        {
            return [];
        }

        var first = DateOnly.FromDateTime(from.UtcDateTime).DayNumber;
        var last = DateOnly.FromDateTime(to.UtcDateTime.AddTicks(-1)).DayNumber;
        return Enumerable.Range(first, last - first + 1).Select(DateOnly.FromDayNumber);
    }
}

/// <param name="From">The beginning of the range, inclusive; 30 days before <paramref name="To"/> when left out.</param>
/// <param name="To">The end of the range, exclusive; now when left out.</param>
/// <param name="GroupBy"><c>day</c>, to count day by day as well.</param>
internal sealed record GetUsageQuery(DateTimeOffset? From, DateTimeOffset? To, string? GroupBy) : IQueryParameters<GetUsageQuery>
{
    private static readonly Constraint<string> s_groupBy = Constraints.OneOf(["day"]);

    public static GetUsageQuery Read(QueryReader query) => new(
        query.Read("from", Constraints.Time), query.Read("to", Constraints.Time), query.Read("groupBy", s_groupBy));
}
