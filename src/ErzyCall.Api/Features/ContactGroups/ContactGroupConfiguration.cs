using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Platform.Validation;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.ContactGroups;

internal sealed class ContactGroupConfiguration : IEntityTypeConfiguration<ContactGroup>
{
    /// <summary>
    /// The form by which names are compared: the name in NFC, without invisible characters. PostgreSQL makes it, since the server runs
    /// without the tables of Unicode.
    /// </summary>
    private const string ComparedName = "ComparedName";

    public void Configure(EntityTypeBuilder<ContactGroup> builder)
    {
        builder.ToTable("contact_groups");
        builder.Property<string>(ComparedName)
            .HasComputedColumnSql(
                $"normalize(regexp_replace(name, '[{VisibleText.IgnorableClassOfPostgres}]', '', 'g'), NFC)", stored: true);
        builder.Property(group => group.Name).HasMaxLength(ContactGroup.MaxName);
        builder.HasOne<Organization>().WithMany().HasForeignKey(group => group.OrganizationId);
        builder.HasIndex(nameof(ContactGroup.OrganizationId), ComparedName).IsUniqueField(ContactGroup.NameTaken);
        builder.HasIndex(group => new { group.OrganizationId, group.CreatedAt, group.Id });
    }
}

internal sealed class ContactGroupChangeConfiguration : IEntityTypeConfiguration<ContactGroupChange>
{
    public void Configure(EntityTypeBuilder<ContactGroupChange> builder)
    {
        builder.ToTable("contact_group_changes");
        builder.HasIndex(change => change.GroupId);
    }
}

internal static class ContactGroupTables
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<ContactGroup> ContactGroups => db.Set<ContactGroup>();

        public DbSet<ContactGroupChange> ContactGroupChanges => db.Set<ContactGroupChange>();
    }
}
