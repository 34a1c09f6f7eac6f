using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace ErzyCall.Api.Platform.Authorization;

/// <summary>Endpoint metadata and requirement at once: the key must hold <paramref name="scope"/>, or be merely valid when that is <c>null</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RequiredScopeAttribute(string? scope) : Attribute, IAuthorizeData, IAuthorizationRequirement, IAuthorizationRequirementData
{
    public string? Scope { get; } = scope;

    string? IAuthorizeData.Policy { get; set; }

    string? IAuthorizeData.Roles { get; set; }

    string? IAuthorizeData.AuthenticationSchemes { get; set; }

    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [this];
}

internal sealed class ScopeAuthorizationHandler : AuthorizationHandler<RequiredScopeAttribute>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RequiredScopeAttribute requirement)
    {
        if (context.User is CallerPrincipal { Caller: var caller } && (requirement.Scope is null || caller.Holds(requirement.Scope)))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}

/// <summary>Names the scope that lacks. The framework's own answer to a refusal is an empty 403.</summary>
internal sealed class ScopeRefusal : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            return next(context);
        }

        var missing = context.GetEndpoint()?.Metadata.GetMetadata<RequiredScopeAttribute>()?.Scope;
        throw new ApiException(missing is null ? ApiError.Unauthorized : ApiError.InsufficientScope(missing));
    }
}

internal static class ScopedRoutes
{
    public static RouteHandlerBuilder RequireScope(this RouteHandlerBuilder route, string scope) => route.WithMetadata(new RequiredScopeAttribute(scope));

    /// <summary>For routes that tell a key about itself.</summary>
    public static RouteHandlerBuilder RequireAnyKey(this RouteHandlerBuilder route) => route.WithMetadata(new RequiredScopeAttribute(scope: null));

    /// <summary>A route whose scope was forgotten must not serve a single request.</summary>
    /// <exception cref="InvalidOperationException">Some route under <c>/api</c> declares no scope.</exception>
    public static void EnsureEveryRouteIsScoped(this IEndpointRouteBuilder routes)
    {
        var unscoped = routes.DataSources
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(endpoint => new PathString($"/{endpoint.RoutePattern.RawText?.TrimStart('/')}").StartsWithSegments(ApiPath.Root)
                && endpoint.Metadata.GetMetadata<RequiredScopeAttribute>() is null)
            .Select(endpoint => endpoint.DisplayName)
            .ToList();
        if (unscoped.Count > 0)
        {
            throw new InvalidOperationException($"These routes declare no scope: {string.Join(", ", unscoped)}");
        }
    }
}
