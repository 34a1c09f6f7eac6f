using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Tenancy;

namespace ErzyCall.Api.Features.ContactGroups;

/// <summary>A named set of contacts.</summary>
internal sealed class ContactGroup : IResource<ContactGroup>
{
    public static string IdPrefix => "group";

    public Id<ContactGroup> Id { get; init; }

    public Id<Organization> OrganizationId { get; init; }

    /// <summary>Unique in the organization.</summary>
    public string Name { get; set; } = "";

    public string? Description { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>That a contact is in a group.</summary>
internal sealed class ContactGroupMember
{
    public Id<ContactGroup> GroupId { get; init; }

    public Id<Contact> ContactId { get; init; }
}
