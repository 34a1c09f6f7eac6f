namespace ErzyCall.Api.Features.ContactGroups;

/// <summary>A named set of contacts.</summary>
internal sealed class ContactGroup : IResource<ContactGroup>
{
    public const int MaxName = 100;

    public const int MaxDescription = 500;

    public static string IdPrefix => "group";

    public static FieldError NameTaken { get; } = new("name", "Another contact group has this name");

    public Id<ContactGroup> Id { get; init; }

    public Id<Owner> OrganizationId { get; init; }

    /// <summary>Unique in the organization, as people see it: however it is composed, and whatever is in it that cannot be seen.</summary>
    public string Name { get; set; } = "";

    public string? Description { get; set; }

    /// <summary>How many contacts were in it when its changes were last added up (<see cref="ContactGroupChange"/>).</summary>
    public int CountedContacts { get; private init; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>
/// By how much a statement has changed the number of a group's contacts. Written by a trigger in the statement's own transaction, and never
/// changed: those who change one group at the same time do not wait for each other. Without a foreign key, which would make them wait for
/// whoever deletes the group.
/// </summary>
internal sealed class ContactGroupChange
{
    public long Id { get; private init; }

    public Id<ContactGroup> GroupId { get; private init; }

    /// <summary>Contacts that joined; less than zero for those that left.</summary>
    public int Contacts { get; private init; }
}
