using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Features.Organizations;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.Contacts;

internal sealed class ContactConfiguration : IEntityTypeConfiguration<Contact>
{
    public void Configure(EntityTypeBuilder<Contact> builder)
    {
        builder.ToTable("contacts");
        builder.Property(contact => contact.Title).HasMaxLength(Contact.MaxTitle);
        builder.Property(contact => contact.Phone).HasMaxLength(E164.MaxLength).UseCollation(ByCodePoint);
        builder.Property(contact => contact.CanonicalNumber).HasMaxLength(E164.MaxLength).UseCollation(ByCodePoint);
        builder.Property(contact => contact.CustomFields).IsStringMap();
        builder.HasOne<Organization>().WithMany().HasForeignKey(contact => contact.OrganizationId);
        builder.HasMany<DoNotCallEntry>().WithOne().HasForeignKey(entry => entry.ContactId).OnDelete(DeleteBehavior.SetNull);
        builder.HasIndex(contact => new { contact.OrganizationId, contact.Phone }).IsUniqueField(Contact.PhoneTaken);
        builder.HasIndex(contact => new { contact.OrganizationId, contact.CanonicalNumber, contact.NumberTurn })
            .IsUniqueField(Contact.PhoneTaken);
        builder.HasIndex(contact => new { contact.OrganizationId, contact.CreatedAt, contact.Id });

        // The columns that a search looks at. PostgreSQL folds them when the row is written, by the functions in Migrations/Sql, where the
        // index over the tags is too.
        builder.Property<string>(ContactSearch.Title)
            .UseCollation(ByCodePoint)
            .HasComputedColumnSql($"left(search_fold(title), {ContactSearch.IndexedTitle})", stored: true);
        builder.Property<string>(ContactSearch.Email)
            .UseCollation(ByCodePoint)
            .HasComputedColumnSql($"left(search_fold(coalesce(email, '')), {ContactSearch.IndexedEmail})", stored: true);
        builder.Property<string>(ContactSearch.Words)
            .HasComputedColumnSql("search_words(search_fold(title || ' ' || coalesce(email, '')))", stored: true);
        builder.HasIndex(nameof(Contact.OrganizationId), ContactSearch.Title, nameof(Contact.Id));
        builder.HasIndex(nameof(Contact.OrganizationId), ContactSearch.Email, nameof(Contact.Id));
        builder.HasIndex(ContactSearch.Words).HasMethod("gin").HasOperators("gin_trgm_ops");
        builder.HasIndex(nameof(Contact.Phone)).HasMethod("gin").HasOperators("gin_trgm_ops");

        // The contacts that are found by their marks, in the order of the list.
        builder.HasIndex(contact => new { contact.OrganizationId, contact.CreatedAt, contact.Id }, "ix_contacts_marks")
            .HasFilter($"{ContactSearch.HasMarksFunction}(search_title) OR {ContactSearch.HasMarksFunction}(search_email)");
        builder.Metadata.Model.AddDbFunction(((Func<string, bool>)ContactSearch.HasMarks).Method).Name = ContactSearch.HasMarksFunction;
    }

    /// <summary>The collation in which an ordinary index also finds prefixes.</summary>
    private const string ByCodePoint = "C";
}

internal static class ContactTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<Contact> Contacts => db.Set<Contact>();
    }
}
