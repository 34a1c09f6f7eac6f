using ErzyCall.Api.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Prompts;

/// <summary>Deletes a prompt. While a case or an inbound assistant points to it, it cannot be deleted: 409.</summary>
internal static class DeletePrompt
{
    public static Task<NoContent> HandleAsync(
        Id<Prompt> promptId, IfMatch ifMatch, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var prompt = await db.LockOwnAsync(promptId, caller, cancellationToken)
                    ?? throw new ApiException(ApiError.NotFound("prompt"));
                ifMatch.Check(PromptResponse.Of(prompt));
                db.Prompts.Remove(prompt);
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.NoContent();
            },
            cancellationToken);
}
