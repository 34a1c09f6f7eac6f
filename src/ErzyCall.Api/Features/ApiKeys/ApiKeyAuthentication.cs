using ErzyCall.Api.Features.ApiKeys.Sessions;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Platform.Authorization;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Time;

namespace ErzyCall.Api.Features.ApiKeys;

/// <summary>
/// Finds the caller by the hash of the <c>X-API-Key</c> header; without the header, by the cookie of a session, which stands for a key.
/// Every request asks the database: a key that was revoked a moment ago on another copy of the server is refused here, and nothing has to
/// be invalidated. Who is not found is refused by <see cref="KeyRequired"/>.
/// </summary>
/// <remarks>
/// It is no scheme of the framework's: that one makes a handler with its options and a logger for each request, and there is but one
/// scheme.
/// </remarks>
internal sealed class ApiKeyAuthentication(RequestDelegate next, PublicAddress address, TimeProvider clock)
{
    /// <summary><c>lastUsedAt</c> is kept to the minute, so that a busy key does not write a row on every request.</summary>
    private static readonly TimeSpan s_lastUsedResolution = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Reads the key and all that the next steps need in one statement. Of the organization's keys only those that allow more than its
    /// default matter: few are looked at, however many there are, and none where the organization has limits of its own.
    /// </summary>
    private static readonly Func<ErzyCallDbContext, byte[], DateTimeOffset, Task<FoundKey?>> s_findByHash = EF.CompileAsyncQuery(
        (ErzyCallDbContext context, byte[] hash, DateTimeOffset now) => context.Set<ApiKey>().AsNoTracking().TagWith(PreparedStatements.Tag)
            .Where(key => key.SecretHash == hash)
            .Select(key => new FoundKey(
                key,
                key.Organization.Name,
                key.Organization.Mode,
                key.Organization.PerMinute,
                key.Organization.PerHour,
                key.Organization.PerMinute == null || key.Organization.PerHour == null
                    ? ApiKeyConfiguration.LargestLimits(
                        (Guid)(object)key.OrganizationId,
                        now,
                        RateLimits.OrganizationDefault.PerMinute,
                        RateLimits.OrganizationDefault.PerHour)
                    : null))
            .SingleOrDefault());

    public async Task InvokeAsync(HttpContext context, ErzyCallDbContext db)
    {
        if (KeyRequired.IsFor(context) && await HashOfKeyAsync(context.Request, db) is { } hash)
        {
            await FindAsync(context, db, hash);
        }

        await next(context);
    }

    /// <summary>The hash of the key that a request shows, or whose session it belongs to; <c>null</c> when it has none.</summary>
    private async ValueTask<byte[]?> HashOfKeyAsync(HttpRequest request, ErzyCallDbContext db)
    {
        var shown = request.Headers[ApiKeyScheme.Header];
        if (shown.Count > 0)
        {
            return shown is [{ } text] && ApiKeySecret.IsWellFormed(text) ? new ApiKeySecret(text).Hash() : null;
        }

        if (SessionToken.Of(request, address)?.Hash() is not { } session)
        {
            return null;
        }

        var now = clock.Now();
        var key = await db.Database.RepeatAsync(() => db.KeySessions.OpenAt(now, session)
            .Select(row => new { row.KeyId, row.Key.SecretHash })
            .SingleOrDefaultAsync(request.HttpContext.RequestAborted));
        return request.Headers[KeySession.Header] is [{ } meant] && meant != key?.KeyId.ToString() ? null : key?.SecretHash;
    }

    private async Task FindAsync(HttpContext context, ErzyCallDbContext db, byte[] hash)
    {
        var now = clock.Now();
        var found = await db.Database.RepeatAsync(() => s_findByHash(db, hash, now));
        switch (found?.Key.StatusAt(now))
        {
            case null:
                break;

            case ApiKeyStatus.Revoked:
                KeyRequired.Refuse(context, ApiError.KeyRevoked);
                break;

            case ApiKeyStatus.Expired:
                KeyRequired.Refuse(context, ApiError.KeyExpired);
                break;

            default:
                await TouchAsync(db, found.Key, now, context.RequestAborted);
                context.Features.Set(found.ToCaller());
                break;
        }
    }

    private static async Task TouchAsync(ErzyCallDbContext db, ApiKey key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var stale = now - s_lastUsedResolution;
        if (key.LastUsedAt is null || key.LastUsedAt <= stale)
        {
            await db.ApiKeys
                .Where(row => row.Id == key.Id && (row.LastUsedAt == null || row.LastUsedAt <= stale))
                .ExecuteUpdateAsync(row => row.SetProperty(touched => touched.LastUsedAt, now), cancellationToken);
        }
    }

    /// <param name="LargestLimits">
    /// The largest limits of the organization's active keys, per minute and per hour, where they are above the default; <c>null</c> where
    /// the organization has both limits itself.
    /// </param>
    private sealed record FoundKey(
        ApiKey Key, string OrganizationName, OrganizationMode Mode, int? PerMinute, int? PerHour, int?[]? LargestLimits)
    {
        public Caller ToCaller() => new(
            Key.OrganizationId,
            OrganizationName,
            Mode is OrganizationMode.Live,
            new Id<Caller>(Key.Id.Value),
            Key.Name,
            Key.Scopes,
            new RateLimits(Key.PerMinute, Key.PerHour),
            OrganizationLimits,
            Key.ExpiresAt);

        private RateLimits OrganizationLimits => new(
            PerMinute ?? LargestLimits?[0] ?? RateLimits.OrganizationDefault.PerMinute,
            PerHour ?? LargestLimits?[1] ?? RateLimits.OrganizationDefault.PerHour);
    }
}
