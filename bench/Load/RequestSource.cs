using System.Globalization;
using System.Text;

namespace ErzyCall.Bench.Load;

/// <summary>The requests of one connection, as the bytes that are sent.</summary>
internal abstract class RequestSource
{
    /// <summary>The next request, which may be overwritten by the one after it.</summary>
    public abstract ReadOnlySpan<byte> Next();

    public static byte[] Get(string path, string key) =>
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: bench\r\nX-API-Key: {key}\r\n\r\n");

    public static byte[] Post(string path, string key, string body, string? idempotencyKey = null) =>
        Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: bench\r\nX-API-Key: {key}\r\nContent-Type: application/json\r\n"
            + (idempotencyKey is null ? "" : $"Idempotency-Key: {idempotencyKey}\r\n")
            + $"Content-Length: {body.Length}\r\n\r\n{body}");
}

/// <summary>Sends the same requests again and again, from <paramref name="first"/> on.</summary>
internal sealed class RepeatedRequests(IReadOnlyList<byte[]> requests, int first) : RequestSource
{
    private int _next = first % requests.Count;

    public override ReadOnlySpan<byte> Next()
    {
        var request = requests[_next];
        _next = (_next + 1) % requests.Count;
        return request;
    }
}

/// <summary>Sends one request with another number in it each time, which no other request of this or an earlier run has.</summary>
internal sealed class NumberedRequests : RequestSource
{
    /// <summary>What stands in a request wherever its number belongs.</summary>
    public const string Number = "0000000000000000000";

    private static long s_last = DateTime.UtcNow.Ticks;

    private readonly byte[] _request;
    private readonly List<int> _places = [];

    public NumberedRequests(byte[] request)
    {
        _request = [.. request];
        var number = Encoding.ASCII.GetBytes(Number);
        for (int from = 0, found; (found = request.AsSpan(from).IndexOf(number)) >= 0; from += found + number.Length)
        {
            _places.Add(from + found);
        }
    }

    public override ReadOnlySpan<byte> Next()
    {
        var number = Interlocked.Increment(ref s_last);
        foreach (var place in _places)
        {
            number.TryFormat(_request.AsSpan(place, Number.Length), out _, "D19", CultureInfo.InvariantCulture);
        }

        return _request;
    }
}
