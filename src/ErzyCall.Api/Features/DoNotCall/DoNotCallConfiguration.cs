using System.Diagnostics;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Features.Organizations;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.DoNotCall;

internal sealed class DoNotCallConfiguration : IEntityTypeConfiguration<DoNotCallEntry>
{
    /// <summary>
    /// Those of the numbers, in their canonical form, that an organization must not call. For queries only: it is a function of the
    /// database.
    /// </summary>
    public static string[] NumbersOnLedger(Guid organization, string[] numbers) => throw new UnreachableException();

    public void Configure(EntityTypeBuilder<DoNotCallEntry> builder)
    {
        Func<Guid, string[], string[]> numbersOnLedger = NumbersOnLedger;
        builder.Metadata.Model.AddDbFunction(numbersOnLedger.Method).Name = "numbers_on_ledger";

        // In the collation of contacts' numbers: PostgreSQL compares two columns by an index only when they have the same one.
        builder.Property(entry => entry.Phone).HasMaxLength(E164.MaxLength).UseCollation("C");
        builder.Property(entry => entry.CanonicalNumber).HasMaxLength(E164.MaxLength).UseCollation("C");
        builder.Property(entry => entry.Reason).HasMaxLength(DoNotCallEntry.MaxReason);
        builder.Property(entry => entry.CreatedAt).HasColumnName("at");
        builder.Property(entry => entry.Source).HasMaxLength(20);
        builder.HasOne<Organization>().WithMany().HasForeignKey(entry => entry.OrganizationId);
        builder.HasIndex(entry => new { entry.OrganizationId, entry.CanonicalNumber }, "ix_do_not_call_entries_in_force")
            .IsUnique().HasFilter("lifted_at IS NULL");
        builder.HasIndex(entry => new { entry.OrganizationId, entry.CreatedAt, entry.Id }).HasFilter("lifted_at IS NULL");
        builder.ToTable(
            "do_not_call_entries",
            table => table.HasCheckConstraint("ck_do_not_call_entries_source", "source IN ('api', 'whatsapp', 'call', 'import')"));
    }
}

internal static class DoNotCallTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<DoNotCallEntry> DoNotCallEntries => db.Set<DoNotCallEntry>();
    }
}
