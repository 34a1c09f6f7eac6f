using ErzyCall.Api.Platform.Authorization;
using ErzyCall.Api.Platform.Http;

namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>The ledger of numbers that must not be called or messaged.</summary>
internal static class DoNotCallRoutes
{
    public static void MapDoNotCall(this IEndpointRouteBuilder api)
    {
        var ledger = api.MapGroup("/do-not-call").WithTags("Do not call");
        ledger.MapGet("/", ListDoNotCallEntries.HandleAsync).RequireScope(Scopes.ContactsRead).InOneStatement();
        ledger.MapPost("/", BlockNumber.HandleAsync).RequireScope(Scopes.ContactsWrite);
        ledger.MapPost("/batch", BlockNumbers.HandleAsync).RequireScope(Scopes.ContactsWrite).WithMetadata(BodyLimit.Batch);
        ledger.MapGet("/{phone}", GetDoNotCallEntry.HandleAsync).RequireScope(Scopes.ContactsRead);
        ledger.MapDelete("/{phone}", UnblockNumber.HandleAsync).RequireScope(Scopes.ContactsWrite);
    }
}
