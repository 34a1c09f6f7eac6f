using ErzyCall.Api.Features.ContactGroups;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Contacts.Membership;

/// <summary>Takes a contact out of a group. Nothing changes when it is not in it. This is no event of the contact.</summary>
internal static class RemoveContactGroupMember
{
    public static async Task<NoContent> HandleAsync(
        Id<ContactGroup> groupId, Id<Contact> contactId, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        if (!await db.ContactGroups.OwnedBy(caller).AnyAsync(group => group.Id == groupId, cancellationToken))
        {
            throw new ApiException(ApiError.NotFound("contact group"));
        }

        if (!await db.Contacts.OwnedBy(caller).AnyAsync(contact => contact.Id == contactId, cancellationToken))
        {
            throw new ApiException(ApiError.NotFound("contact"));
        }

        await db.ContactGroupMembers
            .Where(member => member.GroupId == groupId && member.ContactId == contactId)
            .ExecuteDeleteAsync(cancellationToken);
        return TypedResults.NoContent();
    }
}
