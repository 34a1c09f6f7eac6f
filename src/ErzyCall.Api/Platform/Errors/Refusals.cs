namespace ErzyCall.Api.Platform.Errors;

/// <summary>Endpoint metadata: the errors that a route answers besides those of every route of its kind, for the API document.</summary>
internal sealed record Refusals(params IReadOnlyList<ApiError> Errors);

internal static class RefusingRoutes
{
    /// <summary>Names the errors of a use case that nothing else tells of: <c>.Refuses(ApiError.InUse)</c>.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params IReadOnlyList<ApiError> errors) =>
        route.WithMetadata(new Refusals(errors));
}
