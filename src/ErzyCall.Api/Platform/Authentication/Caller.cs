using System.Security.Claims;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.RateLimiting;
using ErzyCall.Api.Platform.Tenancy;

namespace ErzyCall.Api.Platform.Authentication;

/// <summary>Who sends a request: a key, and the organization that it speaks for.</summary>
internal sealed record Caller(
    Id<Organization> OrganizationId,
    string OrganizationName,
    OrganizationMode Mode,
    Id<ApiKey> KeyId,
    string KeyName,
    IReadOnlyList<string> Scopes,
    RateLimits Limits,
    RateLimits OrganizationLimits,
    DateTimeOffset? ExpiresAt)
{
    /// <summary>Every scope, also those that later versions add.</summary>
    public const string Everything = "*";

    public bool Holds(string scope) => Scopes.Contains(scope) || Scopes.Contains(Everything);

    /// <summary>Makes the caller a handler parameter. Only routes behind authentication may have one.</summary>
    public static ValueTask<Caller> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context));

    public static Caller Of(HttpContext context) => ((CallerPrincipal)context.User).Caller;
}

/// <summary>The caller in the shape that the framework's authentication passes along.</summary>
internal sealed class CallerPrincipal(Caller caller) : ClaimsPrincipal(new ClaimsIdentity(ApiKeyAuthenticationHandler.Scheme))
{
    public Caller Caller { get; } = caller;
}
