using System.Text.RegularExpressions;

namespace ErzyCall.Api.Platform.Http;

/// <summary>
/// The address at which clients reach this server: <c>Http:PublicUrl</c>, or the path at which trusted proxies say that they serve it
/// (<c>X-Forwarded-Prefix</c>).
/// </summary>
internal sealed partial class PublicAddress
{
    private const string Setting = "Http:PublicUrl";

    private readonly string? _url;
    private readonly PathString _prefix;

    /// <exception cref="OperatorException">The setting is not an address that this server could have.</exception>
    public PublicAddress(IConfiguration configuration)
    {
        if (configuration[Setting] is not { Length: > 0 } text)
        {
            return;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
            || url.Host.Length == 0
            || url.UserInfo.Length > 0
            || text.AsSpan().ContainsAny("?#\\")
            || text.Any(char.IsWhiteSpace)
            || !Prefix().IsMatch(url.AbsolutePath.TrimEnd('/')))
        {
            throw new OperatorException(
                $"{Setting}: '{text}' is not an http or https address without query, such as https://voice.example.com/erzy.");
        }

        _url = url.GetLeftPart(UriPartial.Path).TrimEnd('/');
        _prefix = url.AbsolutePath.TrimEnd('/');
    }

    /// <summary>
    /// The beginning of this server's addresses for everybody; <c>null</c> when it is not configured, and hangs on how a client comes.
    /// </summary>
    public string? Absolute => _url;

    /// <summary>
    /// The beginning of this server's paths for the client of a request: an absolute address where that is configured, else a path or
    /// nothing.
    /// </summary>
    public string For(HttpRequest request) => _url
        ?? (request.PathBase.Value!.TrimEnd('/') is var prefix && Prefix().IsMatch(prefix) ? prefix : "");

    /// <summary>
    /// The same as an address that leads here from anywhere: where none is configured, the one at which the client of a request has come.
    /// It may be shown to that client, and to nobody else: the name in it is what the client has written.
    /// </summary>
    public string AbsoluteFor(HttpRequest request) => _url ?? $"{request.Scheme}://{request.Host}{For(request)}";

    /// <summary>
    /// Takes the prefix of the address off the path of a request, so that routes are found behind it as they are without it.
    /// </summary>
    public void TakePrefix(HttpRequest request)
    {
        if (_prefix.HasValue && request.Path.StartsWithSegments(_prefix, StringComparison.Ordinal, out var rest))
        {
            request.Path = rest;
        }
    }

    // A proxy passes on what a client has written in the header unless it is told not to, so nothing is taken that could lead to another
    // server.
    [GeneratedRegex(@"^(?:/[A-Za-z0-9._~-]+)*\z")]
    private static partial Regex Prefix();
}

/// <summary>
/// Takes the prefix of the public address off the path, so that routes are found behind it. The path stays so for the whole request, since
/// its headers are written last of all.
/// </summary>
internal sealed class PublicPrefix(RequestDelegate next, PublicAddress address)
{
    public Task InvokeAsync(HttpContext context)
    {
        address.TakePrefix(context.Request);
        return next(context);
    }
}

/// <summary>
/// Turns the <c>Location</c> that a route gives, a path of this server, into the address that its client can go to. It stands inside of the
/// idempotency step, so that a replay has the same header to the byte.
/// </summary>
internal sealed class PublicLocation(RequestDelegate next, PublicAddress address)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var isDone = false;

        // The response may start before the next step is over, when that writes the body, or only long after it.
        context.Response.OnStarting(() =>
        {
            Write();
            return Task.CompletedTask;
        });
        try
        {
            await next(context);
            Write();
        }
        finally
        {
            isDone = true;
        }

        void Write()
        {
            var headers = context.Response.Headers;
            if (!isDone && headers.Location.ToString() is ['/', ..] path)
            {
                headers.Location = address.For(context.Request) + path;
                isDone = true;
            }
        }
    }
}
