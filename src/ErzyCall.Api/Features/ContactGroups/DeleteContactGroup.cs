using ErzyCall.Api.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.ContactGroups;

/// <summary>Deletes a contact group. Its contacts stay.</summary>
internal static class DeleteContactGroup
{
    public static Task<NoContent> HandleAsync(
        Id<ContactGroup> groupId, IfMatch ifMatch, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var group = await db.LockOwnAsync(groupId, caller, cancellationToken)
                    ?? throw new ApiException(ApiError.NotFound("contact group"));
                await ifMatch.CheckAsync(() => db.ShowGroupAsync(groupId, caller, cancellationToken));
                db.ContactGroups.Remove(group);
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.NoContent();
            },
            cancellationToken);
}
