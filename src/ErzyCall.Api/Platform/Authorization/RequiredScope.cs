using ErzyCall.Api.Platform.Http;

namespace ErzyCall.Api.Platform.Authorization;

/// <summary>Endpoint metadata: the key must hold <paramref name="Scope"/>, or be merely valid when that is <c>null</c>.</summary>
internal sealed record RequiredScope(string? Scope);

internal static class ScopedRoutes
{
    public static RouteHandlerBuilder RequireScope(this RouteHandlerBuilder route, string scope) =>
        route.WithMetadata(new RequiredScope(scope));

    /// <summary>Lets any valid key use the route: for routes that tell a key about itself.</summary>
    public static RouteHandlerBuilder RequireAnyKey(this RouteHandlerBuilder route) => route.WithMetadata(new RequiredScope(Scope: null));

    /// <summary>Stops the start of a server that has a route whose scope was forgotten: it must not serve a single request.</summary>
    /// <exception cref="InvalidOperationException">Some route under <c>/api</c> declares no scope.</exception>
    public static void EnsureEveryRouteIsScoped(this IEndpointRouteBuilder routes)
    {
        var unscoped = routes.DataSources
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(endpoint => new PathString($"/{endpoint.RoutePattern.RawText?.TrimStart('/')}").StartsWithSegments(ApiPath.Root)
                && endpoint.Metadata.GetMetadata<RequiredScope>() is null)
            .Select(endpoint => endpoint.DisplayName)
            .ToList();
        if (unscoped.Count > 0)
        {
            throw new InvalidOperationException($"These routes declare no scope: {string.Join(", ", unscoped)}");
        }
    }
}
