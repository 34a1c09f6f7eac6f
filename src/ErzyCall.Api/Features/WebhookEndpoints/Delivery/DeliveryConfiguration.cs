using ErzyCall.Api.Features.Events;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

internal sealed class WebhookDeliveryConfiguration : IEntityTypeConfiguration<WebhookDelivery>
{
    public void Configure(EntityTypeBuilder<WebhookDelivery> builder)
    {
        builder.Property(delivery => delivery.Event).HasMaxLength(100);
        builder.Property(delivery => delivery.Status).HasMaxLength(10);

        // The column is jsonb, so that statements can append to it.
        builder.Property(delivery => delivery.Attempts).IsJson().HasColumnType("jsonb");

        // There is no foreign key to the organization: the endpoint has one.
        builder.HasOne<WebhookEndpoint>().WithMany().HasForeignKey(delivery => delivery.EndpointId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<OutboxEvent>().WithMany().HasForeignKey(delivery => delivery.EventId).OnDelete(DeleteBehavior.Cascade);

        // One delivery for each pair, however often a worker dies while it hands out an event.
        builder.HasIndex(delivery => new { delivery.EventId, delivery.EndpointId }).IsUnique();

        // The list, by status or event too; and the counters of an endpoint.
        builder.HasIndex(delivery => new { delivery.EndpointId, delivery.CreatedAt, delivery.Id });
        builder.HasIndex(delivery => new { delivery.EndpointId, delivery.Status, delivery.CreatedAt, delivery.Id });
        builder.HasIndex(delivery => new { delivery.EndpointId, delivery.Event, delivery.CreatedAt, delivery.Id });

        // The queue: what is due, what is in flight, what waits for an earlier event of the same resource. The last index expresses in
        // another way than the others that a delivery is pending (it is while it has a next attempt), and so does the query that needs it.
        // Otherwise PostgreSQL, while its statistics are of an empty queue, may take one of the other indexes and read all of it.
        builder.HasIndex(delivery => new { delivery.EndpointId, delivery.NextAttemptAt, delivery.Position }, "ix_webhook_deliveries_due")
            .HasFilter("status = 'pending'");
        builder.HasIndex(delivery => new { delivery.EndpointId, delivery.LeasedUntil }, "ix_webhook_deliveries_leased")
            .HasFilter("status = 'pending' AND leased_until IS NOT NULL");
        builder.HasIndex(delivery => new { delivery.EndpointId, delivery.ResourceId, delivery.Position }, "ix_webhook_deliveries_order")
            .HasFilter("failures = 0 AND next_attempt_at IS NOT NULL");
        builder.ToTable("webhook_deliveries", table =>
        {
            table.HasCheckConstraint("ck_webhook_deliveries_status", "status IN ('pending', 'delivered', 'failed')");
            table.HasCheckConstraint("ck_webhook_deliveries_next", "(status = 'pending') = (next_attempt_at IS NOT NULL)");
        });
    }
}

internal static class DeliveryTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<WebhookDelivery> WebhookDeliveries => db.Set<WebhookDelivery>();
    }
}
