using System.Linq.Expressions;
using ErzyCall.Api.Platform.Pagination;

namespace ErzyCall.Api.Features.ContactGroups;

/// <summary>A named set of contacts.</summary>
/// <param name="Name">What lists call the group. No two groups have the same name, as far as one can see.</param>
/// <param name="Description">What the group is for, in your own words; <c>null</c> when nothing was said.</param>
/// <param name="ContactCount">The number of contacts in the group, exact at the moment when it is read.</param>
internal sealed record ContactGroupResponse(
    Id<ContactGroup> Id,
    string Name,
    string? Description,
    int ContactCount,
    DateTimeOffset CreatedAt) : IListed<ContactGroup>
{
    public static Expression<Func<ContactGroup, ContactGroupResponse>> From(ErzyCallDbContext db) => group => new ContactGroupResponse(
        group.Id,
        group.Name,
        group.Description,
        group.CountedContacts + db.Set<ContactGroupChange>().Where(change => change.GroupId == group.Id).Sum(change => change.Contacts),
        group.CreatedAt);
}
