using System.Collections.Concurrent;
using ErzyCall.Api.Platform.Metrics;

namespace ErzyCall.Api.Platform.Workers;

/// <summary>
/// The rows that a job passes over for a while, because its work on them failed for what is in them: a constraint or trigger that refuses
/// what is to be written, something that cannot be read. Only such a row is given up, for longer each time, and every time is one line in
/// the log; without this it would be first in its queue again at once and hold up all others. Each copy of the server finds them out for
/// itself: a restart costs one more attempt at each.
/// </summary>
internal sealed partial class ParkedRows<TJob>(ServerMetrics metrics, TimeProvider clock, ILogger<TJob> logger)
    where TJob : class, IJob
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1);

    /// <summary>The longest time for which a row is parked: what an operator has mended is found by itself.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The time for which a row is remembered that was not met again: it is gone, or another copy of the server has got on with it.
    /// </summary>
    private static readonly TimeSpan s_remembered = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<Guid, Parked> _rows = [];

    /// <summary>The rows to be passed over at this moment: <c>AND id &lt;&gt; ALL (…)</c> in whatever selects the next ones.</summary>
    public Guid[] Ids
    {
        get
        {
            if (_rows.IsEmpty)
            {
                return [];
            }

            var now = clock.GetUtcNow();
            return [.. _rows.Where(row => row.Value.Until > now).Select(row => row.Key)];
        }
    }

    /// <summary>Works on one row, and parks it when that fails for what is in it.</summary>
    public async Task TryAsync(Guid row, Func<Task> work)
    {
        try
        {
            await work();
            _rows.TryRemove(row, out _);
        }
        catch (Exception failure) when (DatabaseFailure.IsOfTheData(failure))
        {
            Park(row, failure);
        }
    }

    /// <summary>
    /// Works on rows in the open transaction, on all of them together; when that fails for what is in one of them, on each half, and so on,
    /// until the row is found that is to be parked. What the work on that row has written is undone.
    /// </summary>
    /// <param name="work">The work, which reads the rows itself, by their ids: a row that cannot be read must not be met before.</param>
    /// <param name="isAllWork">
    /// Whether the rows have been worked on when this has succeeded, so that earlier failures are forgotten.
    /// </param>
    /// <returns>The results of the work on the other rows.</returns>
    public async Task<List<T>> EachAsync<T>(
        DbContext db, IReadOnlyList<Guid> rows, Func<IReadOnlyList<Guid>, Task<List<T>>> work, bool isAllWork = true)
    {
        if (rows.Count == 0)
        {
            return [];
        }

        var transaction = db.Database.CurrentTransaction!;
        var savepoint = $"rows_{rows.Count}";
        await transaction.CreateSavepointAsync(savepoint);
        try
        {
            var done = await work(rows);
            foreach (var row in isAllWork ? rows : [])
            {
                _rows.TryRemove(row, out _);
            }

            return done;
        }
        catch (Exception failure) when (DatabaseFailure.IsOfTheData(failure))
        {
            await transaction.RollbackToSavepointAsync(savepoint);
            db.ChangeTracker.Clear();
            if (rows is [var bad])
            {
                Park(bad, failure);
                return [];
            }
        }

        var half = rows.Count / 2;
        return
        [
            .. await EachAsync(db, [.. rows.Take(half)], work, isAllWork),
            .. await EachAsync(db, [.. rows.Skip(half)], work, isAllWork),
        ];
    }

    private void Park(Guid row, Exception failure)
    {
        var now = clock.GetUtcNow();
        foreach (var (forgotten, _) in _rows.Where(known => known.Value.Until + s_remembered < now))
        {
            _rows.TryRemove(forgotten, out _);
        }

        var times = _rows.TryGetValue(row, out var before) ? before.Times + 1 : 1;
        var pause = TimeSpan.FromSeconds(Math.Min(s_shortest.TotalSeconds * Math.Pow(2, times - 1), s_longest.TotalSeconds));
        _rows[row] = new Parked(times, now + pause);
        metrics.JobFailed(typeof(TJob).Name);
        Log.GivenUp(logger, typeof(TJob).Name, row, pause, failure);
    }

    private sealed record Parked(int Times, DateTimeOffset Until);

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Error,
            "{Job} could not work on the row {Row}; it goes on with the others and tries this one again in {Pause}")]
        public static partial void GivenUp(ILogger logger, string job, Guid row, TimeSpan pause, Exception exception);
    }
}
