using System.Net.Http.Json;
using ErzyCall.Bench.Machine;

namespace ErzyCall.Bench.Comparison;

/// <summary>Places calls that are dialled at once, and waits until they are over.</summary>
internal static class Dispatching
{
    private const int BatchSize = 1_000;

    /// <summary>The time after which calls that are not over are given up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <param name="run">What their metadata tells them by.</param>
    public static async Task PlaceAsync(HttpClient http, int calls, string run)
    {
        for (var made = 0; made < calls; made += BatchSize)
        {
            // The last four digits say what the simulated carrier does; these let it have an ordinary conversation.
            var numbers = Enumerable.Range(made, Math.Min(BatchSize, calls - made))
                .Select(n => new { to = Invariant($"+1415{n:D6}9") });
            using var placed = await http.PostAsJsonAsync(
                "/api/v1/calls/batch",
                new { defaults = new { from = "+14155559999", firstMessage = "Hello", metadata = new { run } }, calls = numbers });
            placed.EnsureSuccessStatusCode();
        }
    }

    /// <returns>Calls a second from the first one's creation: until the last one's end, and until the last event is published.</returns>
    public static async Task<(double Ended, double Published)> WhenPublishedAsync(Database database, int calls, string run)
    {
        const string over =
            """
            NOT EXISTS (SELECT FROM calls WHERE status IN ('new', 'processing'))
              AND NOT EXISTS (SELECT FROM events WHERE sequence IS NULL AND NOT is_private)
            """;
        if (!await database.BecomesAsync(over, Patience))
        {
            return (double.NaN, double.NaN);
        }

        var row = (await database.QueryAsync(
            """
            SELECT count(*) FILTER (WHERE status = 'ended'),
              extract(epoch FROM max(ended_at) - min(created_at))::float8, extract(epoch FROM now() - min(created_at))::float8
            FROM calls WHERE metadata ->> 'run' = @run
            """,
            ("run", run)))[0];
        return (long)row[0] == calls
            ? (calls / (double)row[1], calls / (double)row[2])
            : throw new InvalidOperationException($"{row[0]} of {calls} calls ended as they should have.");
    }
}
