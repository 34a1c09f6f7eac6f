using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ErzyCall.Api.Platform.Http;

namespace ErzyCall.Api.Features.ApiKeys.Sessions;

/// <summary>The value of a session's cookie: 32 random bytes in base 64.</summary>
internal sealed record SessionToken(string Text)
{
    public const string Cookie = "erzycall_session";

    private const int RandomBytes = 32;

    public static SessionToken Generate() => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes)));

    /// <summary>
    /// The token that a request brings; <c>null</c> when it has none, and when a page of somebody else makes a browser send it: a cookie
    /// goes with whatever a browser sends. Two of them are none: a server of a neighbouring name can add one of its own.
    /// </summary>
    public static SessionToken? Of(HttpRequest request, PublicAddress address) =>
        request.Headers.Cookie.Count > 0
        && request.GetTypedHeaders().Cookie.Where(cookie => cookie.Name == Cookie).ToList() is [{ Value.Length: > 0 } only]
        && SameOrigin.IsSentFromOurs(request, address)
            ? new SessionToken(only.Value.ToString())
            : null;

    public byte[] Hash() => SHA256.HashData(Encoding.UTF8.GetBytes(Text));

    /// <summary>Hides the token, so that none reaches a log line by accident.</summary>
    public override string ToString() => "…";
}
