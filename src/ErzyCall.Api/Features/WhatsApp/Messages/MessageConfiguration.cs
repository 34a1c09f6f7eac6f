using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Conversations;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.WhatsApp.Messages;

internal sealed class MessageConfiguration : IEntityTypeConfiguration<Message>
{
    /// <summary>
    /// The name of the unique index by which a message that Meta tells twice is stored once, whichever copy of the server hears it.
    /// </summary>
    public const string MetaIdIndex = "ix_messages_account_id_meta_id";

    public void Configure(EntityTypeBuilder<Message> builder)
    {
        builder.Property(message => message.Direction).HasMaxLength(10);
        builder.Property(message => message.Type).HasMaxLength(10);
        builder.Property(message => message.Status).HasMaxLength(10);
        builder.Property(message => message.MetaId).HasMaxLength(Message.MaxPlatformId);
        builder.Property(message => message.Text!).IsJson();
        builder.Property(message => message.Template!).IsJson();
        builder.Property(message => message.FallbackTemplate!).IsJson();
        builder.Property(message => message.Error!).IsJson();
        builder.HasOne<Organization>().WithMany().HasForeignKey(message => message.OrganizationId);
        builder.HasOne<WhatsAppAccount>().WithMany().HasForeignKey(message => message.AccountId)
            .HasConstraintName("fk_messages_whats_app_accounts_account_id");
        builder.HasOne<Conversation>().WithMany().HasForeignKey(message => message.ConversationId);

        builder.HasIndex(message => new { message.AccountId, message.MetaId }).IsUnique().HasDatabaseName(MetaIdIndex);

        // The list. And within a conversation no two messages have the same time.
        builder.HasIndex(message => new { message.ConversationId, message.CreatedAt }).IsUnique();

        // Usage counts messages by this.
        builder.HasIndex(message => new { message.OrganizationId, message.CreatedAt });

        // The jobs: what is to be sent, and what waits before it in its conversation; what was not sent in time, or never heard of again.
        builder.HasIndex(message => new { message.AccountId, message.DueAt }, "ix_messages_due")
            .HasFilter("status = 'queued' AND claimed_at IS NULL");
        builder.HasIndex(message => new { message.ConversationId, message.CreatedAt }, "ix_messages_unsent").HasFilter("status = 'queued'");
        builder.HasIndex(message => message.SendBy, "ix_messages_send_by").HasFilter("status = 'queued'");
        builder.HasIndex(message => message.ClaimedAt).HasFilter("status = 'queued' AND claimed_at IS NOT NULL");
        builder.ToTable("messages", table =>
        {
            table.HasCheckConstraint("ck_messages_direction", "direction IN ('inbound', 'outbound')");
            table.HasCheckConstraint("ck_messages_status", "status IN ('queued', 'sent', 'delivered', 'read', 'failed')");
            table.HasCheckConstraint(
                "ck_messages_content", "(type = 'text') = (text IS NOT NULL) AND (type = 'template') = (template IS NOT NULL)");
            table.HasCheckConstraint("ck_messages_failed", "(status = 'failed') = (error IS NOT NULL)");
            table.HasCheckConstraint("ck_messages_inbound", "direction = 'outbound' OR (status = 'delivered' AND meta_id IS NOT NULL)");
        });
    }
}

internal static class MessageTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<Message> Messages => db.Set<Message>();
    }
}
