using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.Calls;

/// <summary>
/// One entry of a call's metadata at the call's place in the list, so that the calls with an entry are read in the order of the list,
/// however few or old they are. The triggers <c>calls_list_metadata…</c> write it; nobody else does.
/// </summary>
internal sealed class CallMetadataEntry
{
    /// <summary>
    /// A digest of organization, key and value. Two entries may have the same one, so whoever looks a call up by it compares its metadata
    /// too.
    /// </summary>
    public long Digest { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public Id<Call> CallId { get; init; }

    /// <summary>The digest of an entry.</summary>
    /// <remarks>For queries only: it is a function of the database, which the triggers use too.</remarks>
    public static long DigestOf(Guid organization, string key, string value) => throw new UnreachableException();
}

internal sealed class CallMetadataEntryConfiguration : IEntityTypeConfiguration<CallMetadataEntry>
{
    public void Configure(EntityTypeBuilder<CallMetadataEntry> builder)
    {
        Func<Guid, string, string, long> digest = CallMetadataEntry.DigestOf;
        builder.Metadata.Model.AddDbFunction(digest.Method).Name = "call_metadata_digest";
        builder.ToTable("call_metadata_entries");

        // There is no foreign key to the call: it would want an index of its own, and the triggers delete what belongs to a deleted call.
        builder.HasKey(entry => new { entry.Digest, entry.CreatedAt, entry.CallId });
    }
}

internal static class CallMetadataTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<CallMetadataEntry> CallMetadataEntries => db.Set<CallMetadataEntry>();
    }
}
