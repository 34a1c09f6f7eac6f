using ErzyCall.Api.Platform.Http;

namespace ErzyCall.Api.Features.ContactGroups;

internal static class GetContactGroup
{
    public static async Task<SingleResource<ContactGroupResponse>> HandleAsync(
        Id<ContactGroup> groupId, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken) =>
        SingleResource.Of(await db.ShowGroupAsync(groupId, caller, cancellationToken));
}
