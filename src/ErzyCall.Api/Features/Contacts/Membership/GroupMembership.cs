using ErzyCall.Api.Features.ContactGroups;

namespace ErzyCall.Api.Features.Contacts.Membership;

internal static class GroupMembership
{
    /// <summary>
    /// Puts contacts into groups. One that is in the group already, or is being put there by another request at the same moment, simply is
    /// in it.
    /// </summary>
    /// <remarks>Rows are written in one order, so that two requests at once wait for each other without a deadlock.</remarks>
    public static Task JoinGroupsAsync(
        this ErzyCallDbContext db,
        IReadOnlyCollection<(Id<ContactGroup> Group, Id<Contact> Contact)> members,
        CancellationToken cancellationToken)
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
}
