using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.ContactGroups;

internal static class GroupMembership
{
    /// <exception cref="ApiException"><c>NOT_FOUND</c>: some of these groups are not the caller's.</exception>
    public static async Task RequireGroupsAsync(this ErzyCallDbContext db, IReadOnlyList<Id<ContactGroup>> groups, Caller caller, CancellationToken cancellationToken)
    {
        if (groups.Count > 0 && await db.ContactGroups.OwnedBy(caller).CountAsync(group => groups.Contains(group.Id), cancellationToken) < groups.Count)
        {
            throw new ApiException(ApiError.NotFound("contact group"));
        }
    }

    /// <summary>Puts contacts into groups. One that is in it already, or is being put there by somebody else at the same moment, is in it all the same.</summary>
    /// <remarks>In one order, so that two who do it at once wait for each other and never in a circle.</remarks>
    public static Task JoinGroupsAsync(this ErzyCallDbContext db, IReadOnlyCollection<(Id<ContactGroup> Group, Id<Contact> Contact)> members, CancellationToken cancellationToken)
    {
        var groups = members.Select(member => member.Group.Value).ToList();
        var contacts = members.Select(member => member.Contact.Value).ToList();
        return db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO contact_group_members (group_id, contact_id, contact_created_at)
             SELECT member.group_id, contacts.id, contacts.created_at
             FROM unnest({groups}, {contacts}) AS member (group_id, contact_id) JOIN contacts ON contacts.id = member.contact_id
             ORDER BY contacts.id, member.group_id
             ON CONFLICT DO NOTHING
             """,
            cancellationToken);
    }

    /// <summary>The group as it is shown.</summary>
    /// <exception cref="ApiException"><c>NOT_FOUND</c>.</exception>
    public static async Task<ContactGroupResponse> ShowGroupAsync(this ErzyCallDbContext db, Id<ContactGroup> id, Caller caller, CancellationToken cancellationToken) =>
        await db.ContactGroups.OwnedBy(caller).Where(group => group.Id == id).Select(ContactGroupResponse.From(db)).SingleOrDefaultAsync(cancellationToken)
            ?? throw new ApiException(ApiError.NotFound("contact group"));
}
