using ErzyCall.Api.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Assistants;

/// <summary>Deletes an outbound assistant. Calls that name it keep its id and what they froze of it, and are still dialled.</summary>
internal static class DeleteOutboundAssistant
{
    public static Task<NoContent> HandleAsync(
        Id<OutboundAssistant> outboundAssistantId,
        IfMatch ifMatch,
        Caller caller,
        ErzyCallDbContext db,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var assistant = await db.LockOwnAsync(outboundAssistantId, caller, cancellationToken)
                    ?? throw new ApiException(ApiError.NotFound("outbound assistant"));
                ifMatch.Check(OutboundAssistantResponse.Of(assistant));
                db.OutboundAssistants.Remove(assistant);
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.NoContent();
            },
            cancellationToken);
}
