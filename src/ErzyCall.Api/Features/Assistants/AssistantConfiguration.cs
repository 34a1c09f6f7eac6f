using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.Prompts;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.Assistants;

internal sealed class OutboundAssistantConfiguration : IEntityTypeConfiguration<OutboundAssistant>
{
    public void Configure(EntityTypeBuilder<OutboundAssistant> builder)
    {
        builder.ToTable("outbound_assistants");
        builder.Property(assistant => assistant.Name).HasMaxLength(OutboundAssistant.MaxName);

        // json, not jsonb: a provider's own settings come back as they were given.
        builder.Property(assistant => assistant.Voice).HasColumnType("json");
        builder.Property(assistant => assistant.Model).HasColumnType("json");
        builder.Property(assistant => assistant.Transcriber).HasColumnType("json");
        builder.HasOne<Organization>().WithMany().HasForeignKey(assistant => assistant.OrganizationId);
        builder.HasIndex(assistant => assistant.OrganizationId, "ix_outbound_assistants_one_default").IsUnique().HasFilter("is_default");
        builder.HasIndex(assistant => new { assistant.OrganizationId, assistant.CreatedAt, assistant.Id });
    }
}

internal sealed class InboundAssistantConfiguration : IEntityTypeConfiguration<InboundAssistant>
{
    public void Configure(EntityTypeBuilder<InboundAssistant> builder)
    {
        builder.ToTable("inbound_assistants");
        builder.Property(assistant => assistant.Name).HasMaxLength(InboundAssistant.MaxName);
        builder.HasOne<Organization>().WithMany().HasForeignKey(assistant => assistant.OrganizationId);
        builder.HasOne<Prompt>().WithMany().HasForeignKey(assistant => assistant.SystemPromptId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(assistant => new { assistant.OrganizationId, assistant.CreatedAt, assistant.Id });
    }
}

internal static class AssistantTables
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<OutboundAssistant> OutboundAssistants => db.Set<OutboundAssistant>();

        public DbSet<InboundAssistant> InboundAssistants => db.Set<InboundAssistant>();
    }
}
