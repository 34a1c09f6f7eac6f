using System.Text.RegularExpressions;

namespace ErzyCall.Api.Platform.Http;

/// <summary>
/// The address at which clients reach this server: <c>Http:PublicUrl</c>, or what trusted proxies say in front of which path they serve it
/// (<c>X-Forwarded-Prefix</c>).
/// </summary>
internal sealed partial class PublicAddress
{
    private const string Setting = "Http:PublicUrl";

    private readonly string? _url;
    private readonly PathString _prefix;

    /// <exception cref="OperatorException">The setting is no address that this server could be at.</exception>
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
    /// What the paths of this server begin with for the client of a request: an absolute address where that is configured, else a path or
    /// nothing.
    /// </summary>
    public string For(HttpRequest request) => _url
        ?? (request.PathBase.Value!.TrimEnd('/') is var prefix && Prefix().IsMatch(prefix) ? prefix : "");

    /// <summary>
    /// Takes the prefix of the address off the path of a request, so that routes are found behind it as they are without it.
    /// </summary>
    public void TakePrefix(HttpRequest request)
    {
        if (_prefix.HasValue && request.Path.StartsWithSegments(_prefix, StringComparison.Ordinal, out var rest))
        {
            request.Path = rest.HasValue ? rest : "/";
        }
    }

    // A proxy passes on what a client wrote there unless it is told not to: nothing that could lead to another server.
    [GeneratedRegex(@"^(?:/[A-Za-z0-9._~-]+)*\z")]
    private static partial Regex Prefix();
}

/// <summary>
/// Makes routes found behind the prefix of the public address. The path stays so for the whole request: its headers are written last of
/// all.
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
/// Makes the <c>Location</c> that a route gives, a path of this server, the one that its client can go to. It stands inside of the
/// idempotency step: what is kept is what was answered, and is replayed to the byte.
/// </summary>
internal sealed class PublicLocation(RequestDelegate next, PublicAddress address)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var isDone = false;

        // The body may be written, and the response so started, before the next step is over; or only long after it.
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
