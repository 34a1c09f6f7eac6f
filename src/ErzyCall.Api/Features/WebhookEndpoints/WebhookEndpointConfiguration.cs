using ErzyCall.Api.Features.Organizations;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.WebhookEndpoints;

internal sealed class WebhookEndpointConfiguration : IEntityTypeConfiguration<WebhookEndpoint>
{
    /// <summary>
    /// The time since which the endpoint is subscribed to its present events, or switched off. A trigger sets it, whoever writes the row.
    /// </summary>
    private const string SubscribedAt = "SubscribedAt";

    public void Configure(EntityTypeBuilder<WebhookEndpoint> builder)
    {
        builder.Property(endpoint => endpoint.Url).HasMaxLength(WebhookEndpoint.MaxUrl);
        builder.Property<DateTimeOffset>(SubscribedAt).HasDefaultValueSql("now()").ValueGeneratedOnAddOrUpdate();
        builder.HasOne<Organization>().WithMany().HasForeignKey(endpoint => endpoint.OrganizationId);
        builder.HasIndex(endpoint => new { endpoint.OrganizationId, endpoint.Slot }).IsUnique();

        // The turns of endpoints, and secrets that are to be erased.
        builder.HasIndex(endpoint => endpoint.ClaimedAt);
        builder.HasIndex(endpoint => endpoint.PreviousSecretUntil).HasFilter("previous_secret_until IS NOT NULL");
        builder.ToTable("webhook_endpoints", table =>
        {
            table.HasCheckConstraint("ck_webhook_endpoints_slot", $"slot BETWEEN 1 AND {WebhookEndpoint.MaxEndpoints}");
            table.HasCheckConstraint("ck_webhook_endpoints_previous_secret", "(previous_secret IS NULL) = (previous_secret_until IS NULL)");
        });
    }
}

internal static class WebhookEndpointTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<WebhookEndpoint> WebhookEndpoints => db.Set<WebhookEndpoint>();
    }
}
