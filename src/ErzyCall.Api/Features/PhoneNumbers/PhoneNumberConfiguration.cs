using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.Organizations;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.PhoneNumbers;

internal sealed class PhoneNumberConfiguration : IEntityTypeConfiguration<PhoneNumber>
{
    /// <summary>
    /// Whether the number reaches real people. A trigger sets it from the organization's mode, which never changes, whoever writes the row.
    /// </summary>
    private const string IsLive = "IsLive";

    public void Configure(EntityTypeBuilder<PhoneNumber> builder)
    {
        builder.Property(phone => phone.Number).HasColumnName("phone_number").HasMaxLength(16);
        builder.Property(phone => phone.Label).HasMaxLength(PhoneNumber.MaxLabel);
        builder.Property(phone => phone.Country).HasMaxLength(2);
        builder.Property(phone => phone.Provider).HasMaxLength(PhoneNumber.MaxProvider);
        builder.Property(phone => phone.CarrierNumberId).HasMaxLength(100);
        builder.HasOne<CarrierAccount>().WithMany().HasForeignKey(phone => phone.CarrierAccountId);
        builder.HasOne<Organization>().WithMany().HasForeignKey(phone => phone.OrganizationId);
        builder.HasOne<InboundAssistant>().WithMany().HasForeignKey(phone => phone.InboundAssistantId).OnDelete(DeleteBehavior.SetNull);
        builder.Property<bool>(IsLive).HasDefaultValue(false).ValueGeneratedOnAddOrUpdate();
        builder.HasIndex(phone => new { phone.OrganizationId, phone.Number }).IsUniqueField(PhoneNumber.NumberTaken);
        builder.HasIndex(phone => phone.Number).HasFilter("is_live").IsUniqueField(PhoneNumber.NumberInUse);
        builder.HasIndex(phone => phone.OrganizationId, "ix_phone_numbers_one_default").IsUnique().HasFilter("is_default");
        builder.ToTable(
            "phone_numbers",
            table => table.HasCheckConstraint("ck_phone_numbers_capabilities", "capabilities <@ ARRAY['inbound', 'outbound', 'whatsapp']"));
    }
}

internal static class PhoneNumberTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<PhoneNumber> PhoneNumbers => db.Set<PhoneNumber>();
    }
}
