using ErzyCall.Api.Platform.Authorization;

namespace ErzyCall.Api.Features.Audit;

/// <summary>
/// The route that tells whether the promises of this product are kept. It is beside the other service routes, but needs a key: it tells of
/// an organization's data.
/// </summary>
internal static class AuditRoutes
{
    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/health/audit", GetAudit.HandleAsync).RequireScope(Scopes.Everything).ExcludeFromDescription();
}
