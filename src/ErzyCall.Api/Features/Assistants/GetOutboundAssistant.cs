using ErzyCall.Api.Platform.Http;

namespace ErzyCall.Api.Features.Assistants;

/// <summary>One outbound assistant.</summary>
internal static class GetOutboundAssistant
{
    public static async Task<SingleResource<OutboundAssistantResponse>> HandleAsync(
        Id<OutboundAssistant> outboundAssistantId, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var assistant = await db.OutboundAssistants.OwnedBy(caller).AsNoTracking()
            .SingleOrDefaultAsync(row => row.Id == outboundAssistantId, cancellationToken)
            ?? throw new ApiException(ApiError.NotFound("outbound assistant"));
        return SingleResource.Of(OutboundAssistantResponse.Of(assistant));
    }
}
