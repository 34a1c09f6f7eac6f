using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Pagination;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Assistants;

/// <summary>All outbound assistants of the organization, newest first.</summary>
internal static class ListOutboundAssistants
{
    public static async Task<Ok<Data<List<OutboundAssistantResponse>>>> HandleAsync(
        Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var assistants = await db.OutboundAssistants.OwnedBy(caller).AsNoTracking().NewestFirst().ToListAsync(cancellationToken);
        return TypedResults.Ok(Data.Of(assistants.ConvertAll(OutboundAssistantResponse.Of)));
    }
}
