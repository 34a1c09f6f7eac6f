using ErzyCall.Api.Platform.Http;

namespace ErzyCall.Api.Features.Assistants;

/// <summary>One inbound assistant.</summary>
internal static class GetInboundAssistant
{
    public static async Task<SingleResource<InboundAssistantResponse>> HandleAsync(
        Id<InboundAssistant> inboundAssistantId, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var assistant = await db.InboundAssistants.OwnedBy(caller).AsNoTracking()
            .SingleOrDefaultAsync(row => row.Id == inboundAssistantId, cancellationToken)
            ?? throw new ApiException(ApiError.NotFound("inbound assistant"));
        return SingleResource.Of(InboundAssistantResponse.Of(assistant));
    }
}
