using ErzyCall.Api.Platform.Authorization;

namespace ErzyCall.Api.Features.Cases;

internal static class CaseRoutes
{
    public static void MapCases(this IEndpointRouteBuilder api)
    {
        var cases = api.MapGroup("/cases").WithTags("Cases");
        cases.MapGet("/", ListCases.HandleAsync).RequireScope(Scopes.CasesRead);
        cases.MapPost("/", CreateCase.HandleAsync).RequireScope(Scopes.CasesWrite);
        cases.MapGet("/{caseId}", GetCase.HandleAsync).RequireScope(Scopes.CasesRead);
        cases.MapPatch("/{caseId}", UpdateCase.HandleAsync).RequireScope(Scopes.CasesWrite);
        cases.MapDelete("/{caseId}", DeleteCase.HandleAsync).RequireScope(Scopes.CasesWrite);
    }
}
