using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace ErzyCall.Api.Features.Usage;

/// <summary>
/// Counts what the organization did in a range of time, all in all and, when asked to, day by day. A call or message counts for the time at
/// which it was created, also when it has been deleted since.
/// </summary>
internal static class GetUsage
{
    /// <summary>
    /// Adds up whole days and hours from their sums, with what is not added up yet; calls that are over are only looked at in the parts of
    /// an hour at the edges, others wherever they are. What was deleted counts where its hour begins. It is one statement, so of one
    /// snapshot.
    /// </summary>
    /// <remarks>Each status is a part of its own: for all together PostgreSQL would read every call of the range while its statistics are
    /// old.</remarks>
    private const string Sql =
        $"""
         SELECT CASE WHEN @by_day THEN (at AT TIME ZONE 'UTC')::date END AS day, status, ended_reason,
           sum(amount)::bigint AS amount, sum(answered)::bigint AS answered, sum(seconds)::bigint AS seconds
         FROM (
           SELECT starts_at AS at, status, ended_reason, amount, answered, seconds FROM usage_sums
           WHERE organization_id = @organization AND is_day AND starts_at >= @first_day AND starts_at < @last_day
           UNION ALL
           SELECT starts_at, status, ended_reason, amount, answered, seconds FROM usage_sums
           WHERE organization_id = @organization AND NOT is_day AND starts_at >= @first_hour AND starts_at < @first_day
           UNION ALL
           SELECT starts_at, status, ended_reason, amount, answered, seconds FROM usage_sums
           WHERE organization_id = @organization AND NOT is_day AND starts_at >= @last_day AND starts_at <= @last_hour
             AND (starts_at < @last_hour OR (NOT is_kept AND starts_at < @to))
           UNION ALL
           SELECT hour, status, ended_reason, amount, answered, seconds FROM usage_changes
           WHERE organization_id = @organization AND hour >= @first_hour AND hour <= @last_hour
             AND (hour < @last_hour OR (NOT is_kept AND hour < @to))
           UNION ALL
           SELECT created_at, status, '', 1, 0, 0 FROM calls
           WHERE organization_id = @organization AND status = '{CallStatus.New}'
             AND created_at >= @first_hour AND created_at < @last_hour
           UNION ALL
           SELECT created_at, status, '', 1, 0, 0 FROM calls
           WHERE organization_id = @organization AND status = '{CallStatus.Scheduled}'
             AND created_at >= @first_hour AND created_at < @last_hour
           UNION ALL
           SELECT created_at, status, '', 1, 0, 0 FROM calls
           WHERE organization_id = @organization AND status = '{CallStatus.Processing}'
             AND created_at >= @first_hour AND created_at < @last_hour
           UNION ALL
           SELECT created_at, status, ended_reason, amount, answered, seconds FROM ({CountedRows.Sql}) AS early
           WHERE organization_id = @organization AND created_at >= @from AND created_at < @first_hour
           UNION ALL
           SELECT created_at, status, ended_reason, amount, answered, seconds FROM ({CountedRows.Sql}) AS late
           WHERE organization_id = @organization AND created_at >= @last_hour AND created_at < @to) AS counted
         GROUP BY day, status, ended_reason
         HAVING sum(amount) <> 0
         """;

    /// <summary>The longest range: a whole leap year.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(366);

    private static readonly TimeSpan s_usual = TimeSpan.FromDays(30);

    public static async Task<Ok<Data<UsageResponse>>> HandleAsync(
        Query<GetUsageQuery> query, Caller caller, ErzyCallDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        var range = RangeOf(query.Value, clock.Now());
        var isByDay = query.Value.GroupBy is not null;
        var counts = await CountAsync(db, caller, range, isByDay, cancellationToken);
        var byDay = counts.ToLookup(count => count.Day);
        var days = isByDay ? range.Days().Select(day => new UsageDay(day, CallUsage.Of(byDay[day]), MessageUsage.Of(byDay[day]))) : [];
        return TypedResults.Ok(Data.Of(
            new UsageResponse(range.From, range.To, CallUsage.Of(counts), MessageUsage.Of(counts), [.. days])));
    }

    private static UsageRange RangeOf(GetUsageQuery query, DateTimeOffset now)
    {
        // The millisecond after this one, so that what was created just now is counted.
        var to = query.To ?? now.AddMilliseconds(1);
        var from = query.From ?? (to - DateTimeOffset.MinValue < s_usual ? DateTimeOffset.MinValue : to - s_usual);
        return from > to ? throw new ApiException(ApiError.InvalidQuery(new FieldError("from", "Must not be after 'to'")))
            : to - from > s_longest ? throw new ApiException(ApiError.InvalidQuery(
                new FieldError("from", $"Must be at most {s_longest.Days} days before 'to'")))
            : UsageRange.Of(from, to);
    }

    private static Task<List<UsageCount>> CountAsync(
        ErzyCallDbContext db, Caller caller, UsageRange range, bool isByDay, CancellationToken cancellationToken) =>
        db.Database
            .SqlQueryRaw<UsageCount>(
                Sql,
                new NpgsqlParameter("organization", caller.OrganizationId.Value),
                new NpgsqlParameter("by_day", isByDay),
                new NpgsqlParameter("from", range.From),
                new NpgsqlParameter("first_hour", range.FirstHour),
                new NpgsqlParameter("first_day", range.FirstDay),
                new NpgsqlParameter("last_day", range.LastDay),
                new NpgsqlParameter("last_hour", range.LastHour),
                new NpgsqlParameter("to", range.To))
            .ToListAsync(cancellationToken);
}

/// <param name="From">
/// The beginning of the range, inclusive: at most 366 days before <paramref name="To"/>, and 30 days when left out.
/// </param>
/// <param name="To">The end of the range, exclusive; now when left out.</param>
/// <param name="GroupBy"><c>day</c>, to count day by day as well.</param>
internal sealed record GetUsageQuery(DateTimeOffset? From, DateTimeOffset? To, string? GroupBy) : IQueryParameters<GetUsageQuery>
{
    private static readonly Constraint<string> s_groupBy = Constraints.OneOf(["day"]);

    public static GetUsageQuery Read(QueryReader query) => new(
        query.Read("from", Constraints.Time), query.Read("to", Constraints.Time), query.Read("groupBy", s_groupBy));
}
