using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Pagination;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Prompts;

/// <summary>The organization's library of prompts, newest first.</summary>
internal static class ListPrompts
{
    public static async Task<Ok<Data<List<PromptResponse>>>> HandleAsync(
        Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var prompts = await db.Prompts.OwnedBy(caller).AsNoTracking().NewestFirst().ToListAsync(cancellationToken);
        return TypedResults.Ok(Data.Of(prompts.ConvertAll(PromptResponse.Of)));
    }
}
