using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Platform.Idempotency;

internal sealed class IdempotencyRecordConfiguration : IEntityTypeConfiguration<IdempotencyRecord>
{
    public void Configure(EntityTypeBuilder<IdempotencyRecord> builder)
    {
        builder.ToTable("idempotency_records");
        builder.HasKey(record => new { record.OrganizationId, record.RequestHash });
        builder.HasIndex(record => record.ExpiresAt);
    }
}

internal static class IdempotencyRecordTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<IdempotencyRecord> IdempotencyRecords => db.Set<IdempotencyRecord>();
    }
}
