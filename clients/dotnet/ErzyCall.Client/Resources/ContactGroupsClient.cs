namespace ErzyCall.Client;

/// <summary>Groups of contacts.</summary>
public sealed class ContactGroupsClient
{
    private readonly Transport _api;

    internal ContactGroupsClient(Transport api) => _api = api;

    /// <summary>Makes a contact group, without contacts.</summary>
    public Task<ContactGroup> CreateAsync(CreateContactGroupRequest group, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.CreateContactGroup, Operations.CreateContactGroup.Path, group, idempotencyKey, cancellationToken);

    /// <summary>One contact group.</summary>
    public Task<ContactGroup> GetAsync(string groupId, CancellationToken cancellationToken = default) =>
        _api.GetAsync(Operations.GetContactGroup, Operations.GetContactGroup.At(groupId), query: null, cancellationToken);

    /// <summary>Changes the name or the description of a contact group; <c>null</c> clears the description.</summary>
    public Task<ContactGroup> UpdateAsync(string groupId, UpdateContactGroupRequest changes, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.UpdateContactGroup, Operations.UpdateContactGroup.At(groupId), changes, idempotencyKey: null, cancellationToken);

    /// <summary>Deletes a contact group.</summary>
    public Task DeleteAsync(string groupId, CancellationToken cancellationToken = default) =>
        _api.DeleteAsync(Operations.DeleteContactGroup, Operations.DeleteContactGroup.At(groupId), cancellationToken);

    /// <summary>The organization's contact groups, newest first.</summary>
    public PagedList<ContactGroup> List(ListContactGroupsQuery? query = null) => _api.List(Operations.ListContactGroups, Operations.ListContactGroups.Path, query);

    /// <summary>Adds contacts to a group: all of them, or none when one does not exist (404).</summary>
    public Task<ContactGroup> AddMembersAsync(string groupId, IReadOnlyList<string> contactIds, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(
            Operations.AddContactGroupMembers,
            Operations.AddContactGroupMembers.At(groupId),
            new AddContactGroupMembersRequest { ContactIds = contactIds },
            idempotencyKey,
            cancellationToken);

    /// <summary>Takes a contact out of a group.</summary>
    public Task RemoveMemberAsync(string groupId, string contactId, CancellationToken cancellationToken = default) =>
        _api.DeleteAsync(Operations.RemoveContactGroupMember, Operations.RemoveContactGroupMember.At(groupId, contactId), cancellationToken);
}
