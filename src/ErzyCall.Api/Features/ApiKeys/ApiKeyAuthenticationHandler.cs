using System.Text.Encodings.Web;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Platform.Authorization;
using ErzyCall.Api.Platform.Time;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.ApiKeys;

/// <summary>
/// Finds the caller by the hash of the <c>X-API-Key</c> header. Every request asks the database: a key that was revoked a moment ago on
/// another copy of the server is refused here, and nothing has to be invalidated.
/// </summary>
internal sealed class ApiKeyAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    ErzyCallDbContext db,
    TimeProvider clock)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary><c>lastUsedAt</c> is kept to the minute, so that a busy key does not write a row on every request.</summary>
    private static readonly TimeSpan s_lastUsedResolution = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Reads the key and all that the next steps need in one statement. Of the organization's keys only those that allow more than its
    /// default matter: few are looked at, however many there are.
    /// </summary>
    private static readonly Func<ErzyCallDbContext, byte[], DateTimeOffset, Task<FoundKey?>> s_findByHash = EF.CompileAsyncQuery(
        (ErzyCallDbContext context, byte[] hash, DateTimeOffset now) => context.Set<ApiKey>().AsNoTracking().TagWith(PreparedStatements.Tag)
            .Where(key => key.SecretHash == hash)
            .Select(key => new FoundKey(
                key,
                key.Organization,
                ApiKeyConfiguration.LargestLimits(
                    (Guid)(object)key.OrganizationId,
                    now,
                    RateLimits.OrganizationDefault.PerMinute,
                    RateLimits.OrganizationDefault.PerHour)))
            .SingleOrDefault());

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var sent = Request.Headers[ApiKeyScheme.Header];
        if (sent.Count == 0 || !KeyRequired.IsFor(Context))
        {
            return AuthenticateResult.NoResult();
        }

        if (sent is not [{ } text] || !ApiKeySecret.IsWellFormed(text))
        {
            return AuthenticateResult.Fail(new ApiException(ApiError.Unauthorized));
        }

        var now = clock.Now();
        var found = await s_findByHash(db, new ApiKeySecret(text).Hash(), now);
        var refusal = found?.Key.StatusAt(now) switch
        {
            null => ApiError.Unauthorized,
            ApiKeyStatus.Revoked => ApiError.KeyRevoked,
            ApiKeyStatus.Expired => ApiError.KeyExpired,
            _ => null,
        };
        if (refusal is not null)
        {
            return AuthenticateResult.Fail(new ApiException(refusal));
        }

        var (key, organization) = (found!.Key, found.Organization);
        await TouchAsync(key, now);
        var caller = new Caller(
            organization.Id,
            organization.Name,
            organization.Mode is OrganizationMode.Live,
            new Id<Caller>(key.Id.Value),
            key.Name,
            key.Scopes,
            new RateLimits(key.PerMinute, key.PerHour),
            found.OrganizationLimits,
            key.ExpiresAt);
        return AuthenticateResult.Success(new AuthenticationTicket(new CallerPrincipal(caller), ApiKeyScheme.Name));
    }

    private async Task TouchAsync(ApiKey key, DateTimeOffset now)
    {
        var stale = now - s_lastUsedResolution;
        if (key.LastUsedAt is null || key.LastUsedAt <= stale)
        {
            await db.ApiKeys
                .Where(row => row.Id == key.Id && (row.LastUsedAt == null || row.LastUsedAt <= stale))
                .ExecuteUpdateAsync(row => row.SetProperty(touched => touched.LastUsedAt, now), Context.RequestAborted);
        }
    }

    /// <param name="LargestLimits">
    /// The largest limits of the organization's active keys, per minute and per hour, where they are above the default.
    /// </param>
    private sealed record FoundKey(ApiKey Key, Organization Organization, int?[] LargestLimits)
    {
        public RateLimits OrganizationLimits => new(
            Organization.PerMinute ?? LargestLimits[0] ?? RateLimits.OrganizationDefault.PerMinute,
            Organization.PerHour ?? LargestLimits[1] ?? RateLimits.OrganizationDefault.PerHour);
    }
}
