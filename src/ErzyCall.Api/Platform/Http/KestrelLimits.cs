using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;

namespace ErzyCall.Api.Platform.Http;

/// <summary>
/// The limits of a connection before it is known who is at its other end. Most are Kestrel's defaults, written down so that they are
/// decisions. The number of connections is not limited here: that is for the proxy in front, which can tell whose they are; a limit here
/// would let one client shut out all others.
/// </summary>
internal static class KestrelLimits
{
    /// <summary>The largest body that Kestrel takes, in bytes; each route has a tighter limit (<see cref="RequestBody"/>).</summary>
    private const int LargestBody = RequestBody.BatchLimit;

    /// <summary>The longest request line, in bytes: room for every filter of a list at its longest.</summary>
    private const int LongestRequestLine = 32 * 1024;

    /// <summary>
    /// The longest headers, all together, in bytes; the longest of ours, a key or an <c>Idempotency-Key</c>, has 255 characters.
    /// </summary>
    private const int LongestHeaders = 32 * 1024;

    private const int MaxHeaders = 100;

    /// <summary>The time for the request line and the headers from their first byte on, however many bytes come in between.</summary>
    private static readonly TimeSpan s_headers = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The time that a connection may be idle between requests: longer than the minute after which common proxies give up an idle
    /// connection, so that it is they who close it.
    /// </summary>
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(130);

    /// <summary>
    /// The rate below which a body, or the taking of an answer, is broken off after its first five seconds. Kestrel's own 240 bytes a
    /// second would let a batch take ten hours; the clients of this API are servers.
    /// </summary>
    private static readonly MinDataRate s_slowest = new(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(5));

    public static void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;

        // Every byte is a character, so that a header that is not ASCII is refused by the code that reads it, which can say what is wrong.
        // Kestrel itself reads Content-Length: with an encoding of ours it would break off the connection over a length of more than 20
        // characters, and log a warning each time.
        kestrel.RequestHeaderEncodingSelector = static name =>
            name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase) ? null : Encoding.Latin1;

        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = LargestBody;
        limits.MaxRequestLineSize = LongestRequestLine;
        limits.MaxRequestHeadersTotalSize = LongestHeaders;
        limits.MaxRequestHeaderCount = MaxHeaders;
        limits.RequestHeadersTimeout = s_headers;
        limits.KeepAliveTimeout = s_idle;
        limits.MinRequestBodyDataRate = s_slowest;
        limits.MinResponseDataRate = s_slowest;
    }
}
