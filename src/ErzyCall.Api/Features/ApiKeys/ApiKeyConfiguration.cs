using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.ApiKeys;

internal sealed class ApiKeyConfiguration : IEntityTypeConfiguration<ApiKey>
{
    /// <summary>
    /// The largest limits of an organization's active keys, per minute and per hour, where they are above those given. For queries only: it
    /// is a function of the database.
    /// </summary>
    public static int?[] LargestLimits(Guid organization, DateTimeOffset now, int perMinute, int perHour) =>
        throw new UnreachableException();

    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        Func<Guid, DateTimeOffset, int, int, int?[]> largestLimits = LargestLimits;
        builder.Metadata.Model.AddDbFunction(largestLimits.Method).Name = "largest_key_limits";
        builder.ToTable("api_keys");
        builder.Property(key => key.Name).HasMaxLength(200);
        builder.HasIndex(key => key.SecretHash).IsUnique();
        builder.HasOne(key => key.Organization).WithMany().HasForeignKey(key => key.OrganizationId);

        builder.HasIndex(key => key.OrganizationId);

        // Every request asks for the largest limits of its organization's keys: it reads one end of an index, however many keys there are.
        builder.HasIndex(key => new { key.OrganizationId, key.PerMinute }).HasFilter("revoked_at IS NULL");
        builder.HasIndex(key => new { key.OrganizationId, key.PerHour }).HasFilter("revoked_at IS NULL");
    }
}

internal static class ApiKeyTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<ApiKey> ApiKeys => db.Set<ApiKey>();
    }
}
