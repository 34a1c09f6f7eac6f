using ErzyCall.Api.Features.Organizations;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.CarrierAccounts;

internal sealed class CarrierAccountConfiguration : IEntityTypeConfiguration<CarrierAccount>
{
    public const int MaxBaseAddress = 500;

    public void Configure(EntityTypeBuilder<CarrierAccount> builder)
    {
        builder.ToTable("carrier_accounts", table =>
        {
            table.HasCheckConstraint("ck_carrier_accounts_status", "status IN ('active', 'error', 'disconnected')");
            table.HasCheckConstraint("ck_carrier_accounts_secrets", "secrets IS NOT NULL OR status = 'disconnected'");
            table.HasCheckConstraint("ck_carrier_accounts_pace", "calls_per_second > 0");
        });
        builder.Property(account => account.Provider).HasMaxLength(50);
        builder.Property(account => account.Name).HasMaxLength(CarrierAccount.MaxName);
        builder.Property(account => account.Status).HasMaxLength(20);
        builder.Property(account => account.StatusMessage).HasMaxLength(CarrierAccount.MaxStatusMessage);
        builder.Property(account => account.BaseAddress).HasMaxLength(MaxBaseAddress);
        builder.Property(account => account.CallsPerSecond).HasPrecision(9, 3);
        builder.HasOne<Organization>().WithMany().HasForeignKey(account => account.OrganizationId);
        builder.HasIndex(account => new { account.OrganizationId, account.Name }).IsUnique();
    }
}

internal static class CarrierAccountTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<CarrierAccount> CarrierAccounts => db.Set<CarrierAccount>();
    }
}
