using ErzyCall.Api.Features.Organizations;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.Prompts;

internal sealed class PromptConfiguration : IEntityTypeConfiguration<Prompt>
{
    public void Configure(EntityTypeBuilder<Prompt> builder)
    {
        builder.ToTable("prompts");
        builder.Property(prompt => prompt.Name).HasMaxLength(Prompt.MaxName);
        builder.HasOne<Organization>().WithMany().HasForeignKey(prompt => prompt.OrganizationId);
        builder.HasIndex(prompt => new { prompt.OrganizationId, prompt.CreatedAt, prompt.Id });
    }
}

internal static class PromptTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<Prompt> Prompts => db.Set<Prompt>();
    }
}
