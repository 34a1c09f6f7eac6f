using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.ContactGroups;

internal sealed class ContactGroupConfiguration : IEntityTypeConfiguration<ContactGroup>
{
    public void Configure(EntityTypeBuilder<ContactGroup> builder)
    {
        builder.Property(group => group.Name).HasMaxLength(ContactGroup.MaxName);
        builder.HasOne<Organization>().WithMany().HasForeignKey(group => group.OrganizationId);
        builder.HasIndex(group => new { group.OrganizationId, group.Name }).IsUniqueField(ContactGroup.NameTaken);
        builder.HasIndex(group => new { group.OrganizationId, group.CreatedAt, group.Id });
    }
}

internal sealed class ContactGroupChangeConfiguration : IEntityTypeConfiguration<ContactGroupChange>
{
    public void Configure(EntityTypeBuilder<ContactGroupChange> builder) => builder.HasIndex(change => change.GroupId);
}

internal sealed class ContactGroupMemberConfiguration : IEntityTypeConfiguration<ContactGroupMember>
{
    public void Configure(EntityTypeBuilder<ContactGroupMember> builder)
    {
        builder.HasKey(member => new { member.GroupId, member.ContactId });
        builder.HasIndex(member => new { member.GroupId, member.ContactCreatedAt, member.ContactId });
        builder.HasOne<ContactGroup>().WithMany().HasForeignKey(member => member.GroupId);
        builder.HasOne<Contact>().WithMany().HasForeignKey(member => member.ContactId);
    }
}
