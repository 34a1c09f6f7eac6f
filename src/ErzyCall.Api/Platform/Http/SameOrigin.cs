namespace ErzyCall.Api.Platform.Http;

/// <summary>Tells requests of this server's own pages from those that pages of others make a browser send.</summary>
internal static class SameOrigin
{
    /// <summary>
    /// Whether a browser sends the request for a page of this server. Browsers say so in <c>Sec-Fetch-Site</c>, which no page can write;
    /// over HTTP without TLS they leave it out, and then <c>Origin</c>, which goes with everything but a plain read, must be this server's.
    /// A read without either is taken: no page of another origin is given its answer.
    /// </summary>
    public static bool IsSentFromOurs(HttpRequest request, PublicAddress address)
    {
        if (request.Headers["Sec-Fetch-Site"] is [{ } site])
        {
            return site == "same-origin";
        }

        return request.Headers.Origin is [{ } origin]
            ? Uri.TryCreate(origin, UriKind.Absolute, out var sender) && IsOurs(sender, request, address)
            : HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
    }

    private static bool IsOurs(Uri sender, HttpRequest request, PublicAddress address) =>
        Uri.TryCreate(address.AbsoluteFor(request), UriKind.Absolute, out var ours)
        && Uri.Compare(sender, ours, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;
}
