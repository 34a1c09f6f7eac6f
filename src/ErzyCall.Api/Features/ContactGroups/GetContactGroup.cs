using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;

namespace ErzyCall.Api.Features.ContactGroups;

internal static class GetContactGroup
{
    public static async Task<SingleResource<ContactGroupResponse>> HandleAsync(
        Id<ContactGroup> groupId, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken) =>
        SingleResource.Of(await db.ShowGroupAsync(groupId, caller, cancellationToken));
}
