using ErzyCall.Api.Features.ContactGroups;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.Contacts.Membership;

/// <summary>
/// The membership of a contact in a group. It has the contact's own time of creation, so that a group's contacts are listed in order from
/// an index, however few of all contacts they are.
/// </summary>
internal sealed class ContactGroupMember
{
    public Id<ContactGroup> GroupId { get; init; }

    public Id<Contact> ContactId { get; init; }

    public DateTimeOffset ContactCreatedAt { get; init; }

    public static ContactGroupMember Of(Id<ContactGroup> groupId, Contact contact) =>
        new() { GroupId = groupId, ContactId = contact.Id, ContactCreatedAt = contact.CreatedAt };
}

internal sealed class ContactGroupMemberConfiguration : IEntityTypeConfiguration<ContactGroupMember>
{
    public void Configure(EntityTypeBuilder<ContactGroupMember> builder)
    {
        builder.ToTable("contact_group_members");
        builder.HasKey(member => new { member.GroupId, member.ContactId });
        builder.HasIndex(member => new { member.GroupId, member.ContactCreatedAt, member.ContactId });
        builder.HasOne<ContactGroup>().WithMany().HasForeignKey(member => member.GroupId);
        builder.HasOne<Contact>().WithMany().HasForeignKey(member => member.ContactId);
    }
}

internal static class ContactGroupMemberTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<ContactGroupMember> ContactGroupMembers => db.Set<ContactGroupMember>();
    }
}
