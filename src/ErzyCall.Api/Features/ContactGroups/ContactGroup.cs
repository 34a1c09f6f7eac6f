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

    /// <summary>
    /// The group's name, unique in the organization as people see it: neither the way in which its characters are composed nor invisible
    /// characters make a difference.
    /// </summary>
    public string Name { get; set; } = "";

    public string? Description { get; set; }

    /// <summary>The number of contacts in the group when its changes were last added up (<see cref="ContactGroupChange"/>).</summary>
    public int CountedContacts { get; private init; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>
/// A change of the number of a group's contacts by one statement. A trigger writes it in the statement's own transaction, and it is never
/// changed: transactions that change one group at the same time do not wait for each other. It has no foreign key, which would make them
/// wait for a transaction that deletes the group.
/// </summary>
internal sealed class ContactGroupChange
{
    public long Id { get; private init; }

    public Id<ContactGroup> GroupId { get; private init; }

    /// <summary>The number of contacts that joined; less than zero when contacts left.</summary>
    public int Contacts { get; private init; }
}
