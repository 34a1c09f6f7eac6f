using ErzyCall.Api.Features.Organizations;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.Events;

/// <summary>
/// The place that an organization's event feed has come to. A trigger makes it with the organization. Only the holder of its row's lock
/// gives events their places: that leaves no gap between them.
/// </summary>
internal sealed class EventFeed
{
    public Id<Owner> OrganizationId { get; init; }

    /// <summary>The place of the last event published; 0 before the first.</summary>
    public long LastSequence { get; set; }

    /// <summary>When events were last published: organizations take turns.</summary>
    public DateTimeOffset? PublishedAt { get; set; }
}

internal sealed class EventFeedConfiguration : IEntityTypeConfiguration<EventFeed>
{
    public void Configure(EntityTypeBuilder<EventFeed> builder)
    {
        builder.ToTable("event_feeds");
        builder.HasKey(feed => feed.OrganizationId);
        builder.HasOne<Organization>().WithOne().HasForeignKey<EventFeed>(feed => feed.OrganizationId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal static class EventFeedTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<EventFeed> EventFeeds => db.Set<EventFeed>();
    }
}
