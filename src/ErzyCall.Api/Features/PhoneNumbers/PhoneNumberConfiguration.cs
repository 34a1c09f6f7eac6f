using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Platform.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.PhoneNumbers;

internal sealed class PhoneNumberConfiguration : IEntityTypeConfiguration<PhoneNumber>
{
    public void Configure(EntityTypeBuilder<PhoneNumber> builder)
    {
        builder.Property(phone => phone.Number).HasColumnName("phone_number").HasMaxLength(16);
        builder.Property(phone => phone.Label).HasMaxLength(100);
        builder.Property(phone => phone.Country).HasMaxLength(2);
        builder.Property(phone => phone.Provider).HasMaxLength(50);
        builder.HasOne<Organization>().WithMany().HasForeignKey(phone => phone.OrganizationId);
        builder.HasOne<InboundAssistant>().WithMany().HasForeignKey(phone => phone.InboundAssistantId).OnDelete(DeleteBehavior.SetNull);
        builder.HasIndex(phone => new { phone.OrganizationId, phone.Number }).IsUnique();
        builder.HasIndex(phone => phone.OrganizationId, "ix_phone_numbers_one_default").IsUnique().HasFilter("is_default");
        builder.ToTable(table => table.HasCheckConstraint("ck_phone_numbers_capabilities", "capabilities <@ ARRAY['inbound', 'outbound', 'whatsapp']"));
    }
}
