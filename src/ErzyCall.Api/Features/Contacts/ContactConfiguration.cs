using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.Contacts;

internal sealed class ContactConfiguration : IEntityTypeConfiguration<Contact>
{
    public void Configure(EntityTypeBuilder<Contact> builder)
    {
        builder.Property(contact => contact.Title).HasMaxLength(200);
        builder.Property(contact => contact.Phone).HasMaxLength(16);
        builder.Property(contact => contact.CustomFields).IsStringMap();
        builder.HasOne<Organization>().WithMany().HasForeignKey(contact => contact.OrganizationId);
        builder.HasIndex(contact => new { contact.OrganizationId, contact.Phone }).IsUnique();
        builder.HasIndex(contact => new { contact.OrganizationId, contact.CreatedAt, contact.Id });
    }
}
