namespace ErzyCall.Api.Platform.Errors;

/// <summary>Endpoint metadata: what a route answers beyond what its kind of route always may. It is told in the OpenAPI document.</summary>
internal sealed record Refusals(params IReadOnlyList<ApiError> Errors);

internal static class RefusingRoutes
{
    /// <summary>Names the errors of a use case that nothing else tells of: <c>.Refuses(ApiError.InUse)</c>.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params IReadOnlyList<ApiError> errors) => route.WithMetadata(new Refusals(errors));
}
