using ErzyCall.Api.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Assistants;

/// <summary>Deletes an inbound assistant. Phone numbers that it answered are left without one.</summary>
internal static class DeleteInboundAssistant
{
    public static Task<NoContent> HandleAsync(
        Id<InboundAssistant> inboundAssistantId,
        IfMatch ifMatch,
        Caller caller,
        ErzyCallDbContext db,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var assistant = await db.LockOwnAsync(inboundAssistantId, caller, cancellationToken)
                    ?? throw new ApiException(ApiError.NotFound("inbound assistant"));
                ifMatch.Check(InboundAssistantResponse.Of(assistant));
                db.InboundAssistants.Remove(assistant);
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.NoContent();
            },
            cancellationToken);
}
