using ErzyCall.Api.Platform.Outbox;
using ErzyCall.Api.Platform.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

internal sealed class WebhookDeliveryConfiguration : IEntityTypeConfiguration<WebhookDelivery>
{
    public void Configure(EntityTypeBuilder<WebhookDelivery> builder)
    {
        builder.Property(delivery => delivery.Event).HasMaxLength(100);
        builder.Property(delivery => delivery.Status).HasMaxLength(10);
        builder.HasOne<Organization>().WithMany().HasForeignKey(delivery => delivery.OrganizationId);
        builder.HasOne<WebhookEndpoint>().WithMany().HasForeignKey(delivery => delivery.EndpointId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<OutboxEvent>().WithMany().HasForeignKey(delivery => delivery.EventId).OnDelete(DeleteBehavior.Cascade);

        // However often a worker dies while it hands out an event.
        builder.HasIndex(delivery => new { delivery.EventId, delivery.EndpointId }).IsUnique();

        // The list, by status too; and the counters of an endpoint.
        builder.HasIndex(delivery => new { delivery.EndpointId, delivery.CreatedAt, delivery.Id });
        builder.HasIndex(delivery => new { delivery.EndpointId, delivery.Status, delivery.CreatedAt, delivery.Id });

        // The queue: what is due, what is under way, what waits for an earlier event of the same resource.
        builder.HasIndex(delivery => new { delivery.EndpointId, delivery.NextAttemptAt, delivery.Position }, "ix_webhook_deliveries_due").HasFilter("status = 'pending'");
        builder.HasIndex(delivery => new { delivery.EndpointId, delivery.LeasedUntil }, "ix_webhook_deliveries_leased").HasFilter("status = 'pending' AND leased_until IS NOT NULL");
        builder.HasIndex(delivery => new { delivery.EndpointId, delivery.ResourceId, delivery.Position }, "ix_webhook_deliveries_order").HasFilter("status = 'pending' AND failures = 0");
        builder.ToTable(table =>
        {
            table.HasCheckConstraint("ck_webhook_deliveries_status", "status IN ('pending', 'delivered', 'failed')");
            table.HasCheckConstraint("ck_webhook_deliveries_next", "(status = 'pending') = (next_attempt_at IS NOT NULL)");
        });
    }
}

internal sealed class DeliveryAttemptConfiguration : IEntityTypeConfiguration<DeliveryAttempt>
{
    public void Configure(EntityTypeBuilder<DeliveryAttempt> builder)
    {
        builder.HasKey(attempt => new { attempt.DeliveryId, attempt.Number });
        builder.Property(attempt => attempt.Error).HasMaxLength(DeliveryAttempt.MaxError);
        builder.HasOne<WebhookDelivery>().WithMany().HasForeignKey(attempt => attempt.DeliveryId).OnDelete(DeleteBehavior.Cascade);
        builder.ToTable("webhook_attempts");
    }
}
