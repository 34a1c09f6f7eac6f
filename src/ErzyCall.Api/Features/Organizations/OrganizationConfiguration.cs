using ErzyCall.Api.Platform.Idempotency;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.Organizations;

internal sealed class OrganizationConfiguration : IEntityTypeConfiguration<Organization>
{
    /// <summary>The time at which the limit of concurrent calls was last set. A trigger sets it, whoever writes the row.</summary>
    private const string LimitSetAt = "LimitSetAt";

    public void Configure(EntityTypeBuilder<Organization> builder)
    {
        SearchText.AddTo(builder.Metadata.Model);
        builder.Property(organization => organization.Name).HasMaxLength(200);
        builder.Property(organization => organization.Mode).HasConversion<string>().HasMaxLength(10);
        builder.Property(organization => organization.ClaimedCalls).HasDefaultValue(0L).ValueGeneratedNever();
        builder.HasMany<IdempotencyRecord>().WithOne().HasForeignKey(record => record.OrganizationId);
        builder.Property<DateTimeOffset>(LimitSetAt).HasDefaultValueSql("now()").ValueGeneratedOnAddOrUpdate();
        builder.ToTable("organizations", table =>
        {
            table.HasCheckConstraint("ck_organizations_max_concurrent_calls", "max_concurrent_calls >= 1");
            table.HasCheckConstraint("ck_organizations_max_waiting_calls", "max_waiting_calls >= 1");
            table.HasCheckConstraint("ck_organizations_per_minute", "per_minute >= 1");
            table.HasCheckConstraint("ck_organizations_per_hour", "per_hour >= 1");
        });
    }
}

internal static class OrganizationTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<Organization> Organizations => db.Set<Organization>();
    }
}
