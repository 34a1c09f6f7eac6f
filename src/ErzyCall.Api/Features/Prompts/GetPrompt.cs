using ErzyCall.Api.Platform.Http;

namespace ErzyCall.Api.Features.Prompts;

/// <summary>One prompt of the library.</summary>
internal static class GetPrompt
{
    public static async Task<SingleResource<PromptResponse>> HandleAsync(
        Id<Prompt> promptId, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var prompt = await db.Prompts.OwnedBy(caller).AsNoTracking().SingleOrDefaultAsync(row => row.Id == promptId, cancellationToken)
            ?? throw new ApiException(ApiError.NotFound("prompt"));
        return SingleResource.Of(PromptResponse.Of(prompt));
    }
}
