namespace ErzyCall.Api.Features.ContactGroups;

internal static class ContactGroupQueries
{
    /// <exception cref="ApiException"><c>NOT_FOUND</c>: some of these groups are not the caller's.</exception>
    public static async Task RequireGroupsAsync(
        this ErzyCallDbContext db, IReadOnlyList<Id<ContactGroup>> groups, Caller caller, CancellationToken cancellationToken)
    {
        if (groups.Count > 0
            && await db.ContactGroups.OwnedBy(caller).CountAsync(group => groups.Contains(group.Id), cancellationToken) < groups.Count)
        {
            throw new ApiException(ApiError.NotFound("contact group"));
        }
    }

    /// <summary>The group as it is shown.</summary>
    /// <exception cref="ApiException"><c>NOT_FOUND</c>.</exception>
    public static async Task<ContactGroupResponse> ShowGroupAsync(
        this ErzyCallDbContext db, Id<ContactGroup> id, Caller caller, CancellationToken cancellationToken) =>
        await db.ContactGroups.OwnedBy(caller)
            .Where(group => group.Id == id)
            .Select(ContactGroupResponse.From(db))
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw new ApiException(ApiError.NotFound("contact group"));
}
