using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.Prompts;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.Cases;

internal sealed class CaseConfiguration : IEntityTypeConfiguration<Case>
{
    public void Configure(EntityTypeBuilder<Case> builder)
    {
        builder.Property(script => script.Title).HasMaxLength(Case.MaxTitle);
        builder.Property(script => script.Status).HasMaxLength(20);
        builder.Property(script => script.Variables).IsJson();
        builder.HasOne<Organization>().WithMany().HasForeignKey(script => script.OrganizationId);
        builder.HasOne<Prompt>().WithMany().HasForeignKey(script => script.SystemPromptId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(script => new { script.OrganizationId, script.CreatedAt, script.Id });
        builder.ToTable("cases", table =>
        {
            table.HasCheckConstraint("ck_cases_status", "status IN ('open', 'archived')");
            table.HasCheckConstraint("ck_cases_one_prompt", "(prompt IS NULL) <> (system_prompt_id IS NULL)");
        });
    }
}

internal static class CaseTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<Case> Cases => db.Set<Case>();
    }
}
