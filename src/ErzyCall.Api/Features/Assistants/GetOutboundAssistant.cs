using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.Assistants;

internal static class GetOutboundAssistant
{
    public static async Task<SingleResource<OutboundAssistantResponse>> HandleAsync(
        Id<OutboundAssistant> outboundAssistantId, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var assistant = await db.OutboundAssistants.OwnedBy(caller).AsNoTracking().SingleOrDefaultAsync(row => row.Id == outboundAssistantId, cancellationToken)
            ?? throw new ApiException(ApiError.NotFound("outbound assistant"));
        return SingleResource.Of(OutboundAssistantResponse.Of(assistant));
    }
}
