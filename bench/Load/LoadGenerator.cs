using System.Diagnostics;
using System.Net;

namespace ErzyCall.Bench.Load;

/// <summary>
/// Drives servers by a number of connections that are never idle: as soon as a response has come, its connection sends the next request. So
/// the rate is what the server can bear with that many clients, and the times are what those clients wait for; they say nothing of a rate
/// that is given from outside.
/// </summary>
internal static class LoadGenerator
{
    /// <summary>
    /// All connections are served by the one thread that waits for their sockets, without a hop to the thread pool: of the two this takes
    /// half the processor time for a request. .NET reads these variables once, when the first socket is made.
    /// </summary>
    public static IReadOnlyDictionary<string, string> SocketSettings { get; } = new Dictionary<string, string>
    {
        ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1",
        ["DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT"] = "1",
    };

    /// <param name="servers">The servers, among which the connections are shared out.</param>
    /// <param name="requests">Makes the requests of a connection, which is given by its number.</param>
    public static async Task<Load> RunAsync(
        IReadOnlyList<IPEndPoint> servers, int connections, Func<int, RequestSource> requests, TimeSpan time)
    {
        var clients = Enumerable.Range(0, connections).Select(number => new LoadConnection(requests(number))).ToList();
        try
        {
            for (var i = 0; i < connections; i++)
            {
                await clients[i].ConnectAsync(servers[i % servers.Count]);
            }

            var deadline = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
            await Task.WhenAll(clients.Select(client => client.RunAsync(deadline)));
            return Load.Of(clients, time);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }
}

/// <param name="P50">The median time of a response, in milliseconds.</param>
/// <param name="P99">The time within which 99 of 100 responses came, in milliseconds.</param>
/// <param name="Statuses">The number of responses of each status.</param>
internal sealed record Load(int Requests, double PerSecond, double P50, double P99, IReadOnlyDictionary<int, int> Statuses)
{
    public static Load Of(IReadOnlyCollection<LoadConnection> connections, TimeSpan time)
    {
        var times = connections.SelectMany(connection => connection.Times).Order().ToList();
        double At(double share) =>
            times.Count == 0 ? double.NaN : Stopwatch.GetElapsedTime(0, times[(int)(share * (times.Count - 1))]).TotalMilliseconds;
        var statuses = connections.SelectMany(connection => connection.Statuses)
            .GroupBy(status => status.Key)
            .ToDictionary(status => status.Key, status => status.Sum(part => part.Value));
        return new Load(times.Count, times.Count / time.TotalSeconds, At(0.5), At(0.99), statuses);
    }
}
