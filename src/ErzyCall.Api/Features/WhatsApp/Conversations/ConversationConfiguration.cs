using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.WhatsApp.Conversations;

internal sealed class ConversationConfiguration : IEntityTypeConfiguration<Conversation>
{
    public void Configure(EntityTypeBuilder<Conversation> builder)
    {
        builder.Property(conversation => conversation.Status).HasMaxLength(20);
        builder.Property(conversation => conversation.WaUserPhone).HasMaxLength(E164.MaxLength);
        builder.Property(conversation => conversation.CanonicalNumber).HasMaxLength(E164.MaxLength).UseCollation("C");
        builder.Property(conversation => conversation.WaId).HasMaxLength(20);
        builder.Property(conversation => conversation.LastMessageDirection).HasMaxLength(10);
        builder.HasOne<Organization>().WithMany().HasForeignKey(conversation => conversation.OrganizationId);
        builder.HasOne<WhatsAppAccount>().WithMany().HasForeignKey(conversation => conversation.AccountId)
            .HasConstraintName("fk_conversations_whats_app_accounts_account_id");
        builder.HasOne<Contact>().WithMany().HasForeignKey(conversation => conversation.ContactId).OnDelete(DeleteBehavior.SetNull);
        builder.HasIndex(conversation => new { conversation.AccountId, conversation.CanonicalNumber }).IsUnique();
        builder.HasIndex(conversation => new { conversation.AccountId, conversation.WaId }).HasFilter("wa_id IS NOT NULL");

        // The list and its filter, in the order of the list.
        builder.HasIndex(conversation => new { conversation.OrganizationId, conversation.LastMessageAt, conversation.Id });
        builder.HasIndex(
            conversation => new { conversation.OrganizationId, conversation.Status, conversation.LastMessageAt, conversation.Id });
        builder.HasIndex(conversation => conversation.ContactId);
        builder.ToTable("conversations", table =>
            table.HasCheckConstraint("ck_conversations_status", "status IN ('active', 'handed_off', 'closed')"));
    }
}

internal static class ConversationTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<Conversation> Conversations => db.Set<Conversation>();
    }
}
