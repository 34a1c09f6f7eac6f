using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.Assistants;

internal static class GetInboundAssistant
{
    public static async Task<SingleResource<InboundAssistantResponse>> HandleAsync(
        Id<InboundAssistant> inboundAssistantId, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var assistant = await db.InboundAssistants.OwnedBy(caller).AsNoTracking().SingleOrDefaultAsync(row => row.Id == inboundAssistantId, cancellationToken)
            ?? throw new ApiException(ApiError.NotFound("inbound assistant"));
        return SingleResource.Of(InboundAssistantResponse.Of(assistant));
    }
}
