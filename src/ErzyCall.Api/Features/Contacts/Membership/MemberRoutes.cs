using ErzyCall.Api.Features.ContactGroups;
using ErzyCall.Api.Platform.Authorization;

namespace ErzyCall.Api.Features.Contacts.Membership;

/// <summary>Which contacts are in a group. A contact can also name its groups itself.</summary>
internal static class MemberRoutes
{
    public static void MapMembers(this IEndpointRouteBuilder api)
    {
        var members = api.MapGroup("/contact-groups/{groupId}/members").WithTags(ContactGroupRoutes.Tag);
        members.MapPost("/", AddMembers.HandleAsync).RequireScope(Scopes.ContactGroupsWrite);
        members.MapDelete("/{contactId}", RemoveMember.HandleAsync).RequireScope(Scopes.ContactGroupsWrite);
    }
}
