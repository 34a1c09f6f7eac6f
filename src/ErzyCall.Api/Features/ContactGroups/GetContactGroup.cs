using ErzyCall.Api.Platform.Http;

namespace ErzyCall.Api.Features.ContactGroups;

/// <summary>
/// One contact group. Its contacts are listed by <c>GET /contacts?groupId=…</c>; how many they are is a part of its <c>ETag</c>.
/// </summary>
internal static class GetContactGroup
{
    public static async Task<SingleResource<ContactGroupResponse>> HandleAsync(
        Id<ContactGroup> groupId, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken) =>
        SingleResource.Of(await db.ShowGroupAsync(groupId, caller, cancellationToken));
}
