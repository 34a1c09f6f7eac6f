using ErzyCall.Api.Platform.Authorization;

namespace ErzyCall.Api.Features.ContactGroups;

/// <summary>Named sets of contacts.</summary>
internal static class ContactGroupRoutes
{
    public const string Tag = "Contact groups";

    public static void MapContactGroups(this IEndpointRouteBuilder api)
    {
        var groups = api.MapGroup("/contact-groups").WithTags(Tag);
        groups.MapGet("/", ListContactGroups.HandleAsync).RequireScope(Scopes.ContactGroupsRead).InOneStatement();
        groups.MapPost("/", CreateContactGroup.HandleAsync).RequireScope(Scopes.ContactGroupsWrite)
            .Refuses(ApiError.Duplicate(ContactGroup.NameTaken));
        groups.MapGet("/{groupId}", GetContactGroup.HandleAsync).RequireScope(Scopes.ContactGroupsRead).InOneStatement();
        groups.MapPatch("/{groupId}", UpdateContactGroup.HandleAsync).RequireScope(Scopes.ContactGroupsWrite)
            .Refuses(ApiError.Duplicate(ContactGroup.NameTaken));
        groups.MapDelete("/{groupId}", DeleteContactGroup.HandleAsync).RequireScope(Scopes.ContactGroupsWrite);
    }
}
