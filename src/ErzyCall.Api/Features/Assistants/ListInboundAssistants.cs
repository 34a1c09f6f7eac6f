using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Pagination;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Assistants;

/// <summary>All inbound assistants of the organization, newest first.</summary>
internal static class ListInboundAssistants
{
    public static async Task<Ok<Data<List<InboundAssistantResponse>>>> HandleAsync(
        Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var assistants = await db.InboundAssistants.OwnedBy(caller).AsNoTracking().NewestFirst().ToListAsync(cancellationToken);
        return TypedResults.Ok(Data.Of(assistants.ConvertAll(InboundAssistantResponse.Of)));
    }
}
