using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;

namespace ErzyCall.Api.Platform.Http;

/// <summary>
/// What a connection may cost before anybody is known to be at its other end. Most are Kestrel's defaults, written down so that they are
/// decisions. The number of connections is not bounded here: that is for the proxy in front, which can tell whose they are, and here would
/// let one client shut out all others.
/// </summary>
internal static class KestrelLimits
{
    /// <summary>Kestrel's own bound; each route has a tighter one (<see cref="RequestBody"/>).</summary>
    private const int LargestBody = RequestBody.BatchLimit;

    /// <summary>Room for every filter of a list at its longest.</summary>
    private const int LongestRequestLine = 32 * 1024;

    /// <summary>All headers together; the longest of ours, a key or an <c>Idempotency-Key</c>, has 255 characters.</summary>
    private const int LongestHeaders = 32 * 1024;

    private const int MaxHeaders = 100;

    /// <summary>For request line and headers from their first byte on, however many bytes come in between.</summary>
    private static readonly TimeSpan s_headers = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Between requests. Longer than the minute after which common proxies give up an idle connection, so that it is they who close it.
    /// </summary>
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(130);

    /// <summary>
    /// A body, or the taking of an answer, that is slower than this after the first five seconds is broken off. Kestrel's own 240 bytes a
    /// second would let a batch take ten hours; the clients of this API are servers.
    /// </summary>
    private static readonly MinDataRate s_slowest = new(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(5));

    public static void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;

        // Every byte is a character: a header that is not ASCII is then refused by whoever reads it, with what is wrong with it. Not so the
        // one that Kestrel reads itself: with an encoding of ours it would break off the connection over a length of more than 20
        // characters, and log a warning each time.
        kestrel.RequestHeaderEncodingSelector = static name => name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase) ? null : Encoding.Latin1;

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
