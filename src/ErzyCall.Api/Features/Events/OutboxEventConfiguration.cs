using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Platform.Tracing;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.Events;

internal sealed class OutboxEventConfiguration : IEntityTypeConfiguration<OutboxEvent>
{
    public void Configure(EntityTypeBuilder<OutboxEvent> builder)
    {
        builder.ToTable("events");
        builder.Property(happened => happened.Position).UseIdentityAlwaysColumn();
        builder.HasIndex(happened => happened.Position).IsUnique();
        builder.Property(happened => happened.Type).HasMaxLength(100);
        builder.Property(happened => happened.TraceParent).HasMaxLength(Spans.MaxTraceParent);

        // json keeps the text as it was written, to the byte.
        builder.Property(happened => happened.Data).HasColumnType("json");
        builder.HasOne<Organization>().WithMany().HasForeignKey(happened => happened.OrganizationId);

        // To read the feed, to publish into it, and to purge it.
        builder.HasIndex(happened => new { happened.OrganizationId, happened.Sequence }).IsUnique();
        builder.HasIndex(happened => new { happened.OrganizationId, happened.Position }, "ix_events_unpublished")
            .HasFilter("sequence IS NULL AND NOT is_private");
        builder.HasIndex(happened => happened.CreatedAt);

        // To send an endpoint again what happened since a time.
        builder.HasIndex(happened => new { happened.OrganizationId, happened.CreatedAt }).HasFilter("sequence IS NOT NULL");
    }
}

internal static class OutboxEventTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<OutboxEvent> Events => db.Set<OutboxEvent>();
    }

    /// <summary>Selects what a feed has behind a place, in its order.</summary>
    public static IQueryable<OutboxEvent> Behind(this IQueryable<OutboxEvent> feed, long place) =>
        feed.Where(happened => happened.Sequence > place).OrderBy(happened => happened.Sequence);
}
