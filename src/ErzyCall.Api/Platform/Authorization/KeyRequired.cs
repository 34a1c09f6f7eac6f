using System.Net;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Metrics;
using ErzyCall.Api.Platform.RateLimiting;

namespace ErzyCall.Api.Platform.Authorization;

/// <summary>
/// Refuses every request under <c>/api</c> that has no valid key, also on paths that do not exist, so that nobody without a key can learn
/// which do. Elsewhere it refuses such requests to routes that declare a scope. Addresses that keep failing are told to wait; a valid key
/// from the same address is never affected.
/// </summary>
internal sealed class KeyRequired(RequestDelegate next, LocalRateLimiter failures, ServerMetrics metrics)
{
    /// <summary>The failed authentications that one client address may have in a minute, on one copy of the server.</summary>
    private const int FailuresPerMinute = 100;

    private static readonly RateLimits s_limits = new(FailuresPerMinute, PerHour: int.MaxValue);

    public async Task InvokeAsync(HttpContext context)
    {
        if (!IsFor(context) || Caller.Find(context) is not null)
        {
            await next(context);
            return;
        }

        if (failures.Take(RateLimitSubject.Address(Client(context), s_limits)).Refusal is { } refusal)
        {
            metrics.RateLimitRefused("address");
            throw new ApiException(refusal);
        }

        throw new ApiException(context.Features.Get<RefusedKey>()?.Error ?? ApiError.Unauthorized);
    }

    /// <summary>Notes why the request's key is not valid, for when it is refused.</summary>
    public static void Refuse(HttpContext context, ApiError error) => context.Features.Set(new RefusedKey(error));

    public static bool IsFor(HttpContext context) =>
        context.Request.Path.StartsWithSegments(ApiPath.Root) || context.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>() is not null;

    // Whoever has one IPv6 address has the whole /64 of it.
    private static string Client(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();
        return Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 8)));
    }

    private sealed record RefusedKey(ApiError Error);
}
