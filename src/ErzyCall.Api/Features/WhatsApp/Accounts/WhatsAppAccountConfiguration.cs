using ErzyCall.Api.Features.Organizations;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.WhatsApp.Accounts;

internal sealed class WhatsAppAccountConfiguration : IEntityTypeConfiguration<WhatsAppAccount>
{
    public const int MaxPlatformId = 100;

    public const int MaxName = 200;

    public void Configure(EntityTypeBuilder<WhatsAppAccount> builder)
    {
        builder.ToTable("whatsapp_accounts", table =>
        {
            table.HasCheckConstraint("ck_whatsapp_accounts_status", "status IN ('active', 'disconnected', 'error', 'pending_setup')");
            table.HasCheckConstraint(
                "ck_whatsapp_accounts_secrets",
                "is_simulated = (access_token IS NULL) AND is_simulated = (app_secret IS NULL) AND is_simulated = (verify_token IS NULL)");
        });
        builder.Property(account => account.Status).HasMaxLength(20);
        builder.Property(account => account.StatusMessage).HasMaxLength(500);
        builder.Property(account => account.WabaId).HasMaxLength(MaxPlatformId);
        builder.Property(account => account.PhoneNumberId).HasMaxLength(MaxPlatformId);
        builder.Property(account => account.DisplayPhoneNumber).HasMaxLength(16);
        builder.Property(account => account.VerifiedName).HasMaxLength(MaxName);
        builder.Property(account => account.QualityRating).HasMaxLength(20);
        builder.HasOne<Organization>().WithMany().HasForeignKey(account => account.OrganizationId);
        builder.HasIndex(account => new { account.OrganizationId, account.PhoneNumberId }).IsUnique();
        builder.HasIndex(account => account.PhoneNumberId, "ix_whatsapp_accounts_one_owner").IsUnique().HasFilter("NOT is_simulated");
    }
}

internal static class WhatsAppAccountTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<WhatsAppAccount> WhatsAppAccounts => db.Set<WhatsAppAccount>();
    }
}
