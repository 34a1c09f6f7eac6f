using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Organizations;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.Usage;

/// <summary>
/// The number of an organization's finished calls, or of its WhatsApp messages, of one kind that were created in one hour or one day. What
/// is not added up yet is in <see cref="UsageChange"/>; both together are the number.
/// </summary>
internal sealed class UsageSum : IOwned
{
    /// <summary>The <see cref="Status"/> of outbound messages that Meta has taken.</summary>
    public const string Sent = "sent";

    /// <summary>The <see cref="Status"/> of inbound messages.</summary>
    public const string Received = "received";

    public Id<Owner> OrganizationId { get; private init; }

    /// <summary>Whether it is the sum of a day in UTC; otherwise it is that of an hour.</summary>
    public bool IsDay { get; private init; }

    public DateTimeOffset StartsAt { get; private init; }

    /// <summary>
    /// Whether these calls and messages can still be read. The others have been deleted; nobody knows any more when in the hour they were
    /// created.
    /// </summary>
    public bool IsKept { get; private init; }

    /// <summary>The status of the calls, or one of the two above for messages.</summary>
    public string Status { get; private init; } = "";

    /// <summary>The reason for which the calls ended; empty for messages.</summary>
    public string EndedReason { get; private init; } = "";

    public long Amount { get; private init; }

    /// <summary>The number of the calls on which somebody answered.</summary>
    public long Answered { get; private init; }

    /// <summary>Seconds of conversation.</summary>
    public long Seconds { get; private init; }
}

/// <summary>
/// A change of the sums of an hour. Triggers on calls and messages write it in the transaction of whatever changes those, and nothing
/// updates it, so that calls which end at the same time do not wait for each other.
/// </summary>
internal sealed class UsageChange : IOwned
{
    public Id<Owner> OrganizationId { get; private init; }

    public DateTimeOffset Hour { get; private init; }

    /// <inheritdoc cref="UsageSum.IsKept"/>
    public bool IsKept { get; private init; }

    /// <inheritdoc cref="UsageSum.Status"/>
    public string Status { get; private init; } = "";

    /// <inheritdoc cref="UsageSum.EndedReason"/>
    public string EndedReason { get; private init; } = "";

    /// <summary>The number of calls or messages; less than zero for those that count no more.</summary>
    public int Amount { get; private init; }

    /// <inheritdoc cref="UsageSum.Answered"/>
    public int Answered { get; private init; }

    /// <inheritdoc cref="UsageSum.Seconds"/>
    public long Seconds { get; private init; }
}

internal sealed class UsageSumConfiguration : IEntityTypeConfiguration<UsageSum>
{
    public void Configure(EntityTypeBuilder<UsageSum> builder)
    {
        builder.ToTable("usage_sums");
        builder.HasKey(sum => new { sum.OrganizationId, sum.IsDay, sum.StartsAt, sum.IsKept, sum.Status, sum.EndedReason });
        builder.Property(sum => sum.Status).HasMaxLength(20).UseCollation("C");
        builder.Property(sum => sum.EndedReason).HasMaxLength(EndedReason.MaxLength).UseCollation("C");
        builder.HasOne<Organization>().WithMany().HasForeignKey(sum => sum.OrganizationId);
    }
}

internal sealed class UsageChangeConfiguration : IEntityTypeConfiguration<UsageChange>
{
    public void Configure(EntityTypeBuilder<UsageChange> builder)
    {
        builder.HasNoKey().ToTable("usage_changes");
        builder.Property(change => change.Status).HasMaxLength(20).UseCollation("C");
        builder.Property(change => change.EndedReason).HasMaxLength(EndedReason.MaxLength).UseCollation("C");
        builder.HasIndex(change => new { change.OrganizationId, change.Hour });
    }
}

internal static class UsageTables
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<UsageSum> UsageSums => db.Set<UsageSum>();

        public DbSet<UsageChange> UsageChanges => db.Set<UsageChange>();
    }
}
