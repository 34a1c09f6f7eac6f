using System.IO.Compression;
using ErzyCall.Api.Platform.Http;
using Microsoft.Net.Http.Headers;

namespace ErzyCall.Api.Features.Console;

/// <summary>
/// A file of the console. It is part of the server's own assembly, so that it is there however the server was built and started, and fits
/// the API of the same build.
/// </summary>
internal sealed class ConsoleFile
{
    /// <summary>The start of the names of these files among the resources of the assembly.</summary>
    private const string Prefix = "console/";

    /// <summary>
    /// Nothing is loaded from anywhere else and nothing is sent anywhere else, whatever a text that somebody wrote holds, and no text
    /// becomes a script.
    /// </summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private readonly string _type;

    /// <summary>A server starts without it: it is made when somebody opens the console.</summary>
    private readonly Lazy<Body> _body;

    private ConsoleFile(string name)
    {
        Path = name;
        _body = new Lazy<Body>(() => Body.Of(Read(name)));
        _type = System.IO.Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".svg" => "image/svg+xml",
            var other => throw new InvalidOperationException($"{name}: the media type of {other} is not known here."),
        };
    }

    /// <summary>The path below <c>/console/</c>, as <c>app.js</c>.</summary>
    public string Path { get; }

    /// <summary>The number of bytes that a browser loads.</summary>
    public int CompressedLength => _body.Value.Compressed.Length;

    public static IReadOnlyList<ConsoleFile> All() =>
        [.. typeof(ConsoleFile).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => new ConsoleFile(name[Prefix.Length..]))];

    /// <summary>
    /// Answers with the file. A browser asks each time whether the one that it keeps is still the one: so a page of one build never loads
    /// a script of another.
    /// </summary>
    public async Task WriteAsync(HttpContext context)
    {
        var (request, response, body) = (context.Request, context.Response, _body.Value);
        response.GetTypedHeaders().ETag = body.Tag;
        response.Headers.CacheControl = "no-cache";
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (ResourceTag.IsHeldBy(request, body.Tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = _type;
        var isCompressed = request.GetTypedHeaders().AcceptEncoding.Any(taken => taken.Value == "gzip" && taken.Quality is not 0);
        if (isCompressed)
        {
            response.Headers.ContentEncoding = "gzip";
        }

        var sent = isCompressed ? body.Compressed : body.Content;
        response.ContentLength = sent.Length;
        await response.Body.WriteAsync(sent, context.RequestAborted);
    }

    private static byte[] Read(string name)
    {
        using var source = typeof(ConsoleFile).Assembly.GetManifestResourceStream(Prefix + name)!;
        using var content = new MemoryStream();
        source.CopyTo(content);
        return content.ToArray();
    }

    private sealed record Body(byte[] Content, byte[] Compressed, EntityTagHeaderValue Tag)
    {
        public static Body Of(byte[] content)
        {
            using var compressed = new MemoryStream();
            using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize))
            {
                gzip.Write(content);
            }

            return new Body(content, compressed.ToArray(), ResourceTag.Of(content));
        }
    }
}
