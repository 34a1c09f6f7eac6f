using Microsoft.AspNetCore.Http.Features;

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

    /// <summary>The caller of a request that cannot have come so far without one.</summary>
    public static Caller Of(HttpContext context) => context.Features.GetRequiredFeature<Caller>();

    /// <summary>The caller of a request; <c>null</c> while it is not known, and where none is asked for.</summary>
    public static Caller? Find(HttpContext context) => context.Features.Get<Caller>();
}
