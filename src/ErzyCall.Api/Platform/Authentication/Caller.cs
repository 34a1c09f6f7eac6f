using System.Security.Claims;

namespace ErzyCall.Api.Platform.Authentication;

/// <summary>The sender of a request: a key, and the organization that it speaks for.</summary>
/// <param name="IsLive">Whether what the organization does reaches real people.</param>
/// <param name="KeyId">The key's id, in logs and in rate limits. Its row belongs to a feature.</param>
internal sealed record Caller(
    Id<Owner> OrganizationId,
    string OrganizationName,
    bool IsLive,
    Id<Caller> KeyId,
    string KeyName,
    IReadOnlyList<string> Scopes,
    RateLimits Limits,
    RateLimits OrganizationLimits,
    DateTimeOffset? ExpiresAt) : IHasIdPrefix
{
    /// <summary>The scope that stands for every scope, also for those that later versions add.</summary>
    public const string Everything = "*";

    public bool Holds(string scope) => Scopes.Contains(scope) || Scopes.Contains(Everything);

    public static string IdPrefix => "key";

    /// <summary>Makes the caller a handler parameter. Only routes behind authentication may have one.</summary>
    public static ValueTask<Caller> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context));

    public static Caller Of(HttpContext context) => ((CallerPrincipal)context.User).Caller;
}

/// <summary>The caller in the shape that the framework's authentication passes along.</summary>
internal sealed class CallerPrincipal(Caller caller) : ClaimsPrincipal(new ClaimsIdentity(ApiKeyScheme.Name))
{
    public Caller Caller { get; } = caller;
}
