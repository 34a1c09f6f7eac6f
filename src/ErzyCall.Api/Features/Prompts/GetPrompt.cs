using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.Prompts;

internal static class GetPrompt
{
    public static async Task<SingleResource<PromptResponse>> HandleAsync(Id<Prompt> promptId, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var prompt = await db.Prompts.OwnedBy(caller).AsNoTracking().SingleOrDefaultAsync(row => row.Id == promptId, cancellationToken)
            ?? throw new ApiException(ApiError.NotFound("prompt"));
        return SingleResource.Of(PromptResponse.Of(prompt));
    }
}
