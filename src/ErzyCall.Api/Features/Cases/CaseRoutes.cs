using ErzyCall.Api.Platform.Authorization;

namespace ErzyCall.Api.Features.Cases;

/// <summary>Reusable call scripts.</summary>
internal static class CaseRoutes
{
    public static void MapCases(this IEndpointRouteBuilder api)
    {
        var cases = api.MapGroup("/cases").WithTags("Cases");
        cases.MapGet("/", ListCases.HandleAsync).RequireScope(Scopes.CasesRead).InOneStatement();
        cases.MapPost("/", CreateCase.HandleAsync).RequireScope(Scopes.CasesWrite);
        cases.MapGet("/{caseId}", GetCase.HandleAsync).RequireScope(Scopes.CasesRead).InOneStatement();
        cases.MapPatch("/{caseId}", UpdateCase.HandleAsync).RequireScope(Scopes.CasesWrite)
            .Refuses(ApiError.Conflict("The case has a systemPromptId; set it to null to give it a prompt of its own"));
        cases.MapDelete("/{caseId}", DeleteCase.HandleAsync).RequireScope(Scopes.CasesWrite).Refuses(ApiError.InUse);
    }
}
