using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Idempotency;
using ErzyCall.Api.Platform.Outbox;
using ErzyCall.Api.Platform.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Platform.Persistence;

internal sealed class OrganizationConfiguration : IEntityTypeConfiguration<Organization>
{
    /// <summary>Since when its limit of concurrent calls is what it is. A trigger sets it, whoever writes the row.</summary>
    private const string LimitSetAt = "LimitSetAt";

    public void Configure(EntityTypeBuilder<Organization> builder)
    {
        SearchText.AddTo(builder.Metadata.Model);
        builder.Property(organization => organization.Name).HasMaxLength(200);
        builder.Property(organization => organization.Mode).HasConversion<string>().HasMaxLength(10);
        builder.Property(organization => organization.ClaimedCalls).HasDefaultValue(0L).ValueGeneratedNever();
        builder.Property<DateTimeOffset>(LimitSetAt).HasDefaultValueSql("now()").ValueGeneratedOnAddOrUpdate();
        builder.ToTable(table =>
        {
            table.HasCheckConstraint("ck_organizations_max_concurrent_calls", "max_concurrent_calls >= 1");
            table.HasCheckConstraint("ck_organizations_max_waiting_calls", "max_waiting_calls >= 1");
            table.HasCheckConstraint("ck_organizations_per_minute", "per_minute >= 1");
            table.HasCheckConstraint("ck_organizations_per_hour", "per_hour >= 1");
        });
    }
}

internal sealed class ApiKeyConfiguration : IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        builder.Property(key => key.Name).HasMaxLength(200);
        builder.HasIndex(key => key.SecretHash).IsUnique();
        builder.HasOne(key => key.Organization).WithMany().HasForeignKey(key => key.OrganizationId);

        builder.HasIndex(key => key.OrganizationId);

        // Every request asks for the largest limit of its organization's keys: an end of an index, however many keys there are.
        builder.HasIndex(key => new { key.OrganizationId, key.PerMinute }).HasFilter("revoked_at IS NULL");
        builder.HasIndex(key => new { key.OrganizationId, key.PerHour }).HasFilter("revoked_at IS NULL");
    }
}

internal sealed class OutboxEventConfiguration : IEntityTypeConfiguration<OutboxEvent>
{
    public void Configure(EntityTypeBuilder<OutboxEvent> builder)
    {
        builder.ToTable("events");
        builder.Property(happened => happened.Position).UseIdentityAlwaysColumn();
        builder.HasIndex(happened => happened.Position).IsUnique();
        builder.Property(happened => happened.Type).HasMaxLength(100);

        // json keeps the text as it was written, to the byte.
        builder.Property(happened => happened.Data).HasColumnType("json");
        builder.HasOne<Organization>().WithMany().HasForeignKey(happened => happened.OrganizationId);

        // The feed, what is to be published into it, and what has been kept long enough.
        builder.HasIndex(happened => new { happened.OrganizationId, happened.Sequence }).IsUnique();
        builder.HasIndex(happened => new { happened.OrganizationId, happened.Position }, "ix_events_unpublished").HasFilter("sequence IS NULL AND NOT is_private");
        builder.HasIndex(happened => happened.CreatedAt);

        // What an organization's endpoint is sent again since a time.
        builder.HasIndex(happened => new { happened.OrganizationId, happened.CreatedAt }).HasFilter("sequence IS NOT NULL");
        builder.HasIndex(happened => happened.ResourceId, "ix_events_one_final_event_per_call")
            .IsUnique()
            .HasFilter("type IN ('call.ended', 'call.failed', 'call.cancelled')");
    }
}

internal sealed class IdempotencyRecordConfiguration : IEntityTypeConfiguration<IdempotencyRecord>
{
    public void Configure(EntityTypeBuilder<IdempotencyRecord> builder)
    {
        builder.HasKey(record => new { record.OrganizationId, record.RequestHash });
        builder.HasOne<Organization>().WithMany().HasForeignKey(record => record.OrganizationId);
        builder.HasIndex(record => record.ExpiresAt);
    }
}
