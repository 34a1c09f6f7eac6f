using ErzyCall.Api.Features.ContactGroups;
using ErzyCall.Api.Platform.Authorization;

namespace ErzyCall.Api.Features.Contacts.Membership;

/// <summary>The contacts of a group. A contact can also name its groups itself.</summary>
internal static class MemberRoutes
{
    public static void MapMembers(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/contact-groups/{groupId}").WithTags(ContactGroupRoutes.Tag);
        group.MapPost("/members", AddContactGroupMembers.HandleAsync).RequireScope(Scopes.ContactGroupsWrite);
        group.MapDelete("/members/{contactId}", RemoveContactGroupMember.HandleAsync).RequireScope(Scopes.ContactGroupsWrite);
    }
}
