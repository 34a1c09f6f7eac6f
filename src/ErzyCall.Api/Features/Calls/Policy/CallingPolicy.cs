using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Platform.Workers;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace ErzyCall.Api.Features.Calls.Policy;

/// <summary>The two ways to treat a call that the policy does not allow at its time.</summary>
[SchemaName("OutsideHoursAction")]
internal static class WhenOutside
{
    /// <summary>It waits, as <c>scheduled</c>, for the next time at which it is allowed.</summary>
    public const string Wait = "wait";

    /// <summary>It is refused with 422, or ends as <c>error</c> when it was placed before.</summary>
    public const string Refuse = "refuse";

    public static IReadOnlyList<string> All { get; } = [Wait, Refuse];
}

/// <summary>The cap of dials to one number, in whatever form, within so many hours.</summary>
/// <param name="Count">The most dials to one number within that time, however they ended.</param>
/// <param name="Hours">The time, in hours, which moves on with the clock: a dial stops counting when it is that long ago.</param>
[SchemaName("CallCap")]
internal sealed record MaxPerNumber(int Count, int Hours)
{
    /// <summary>The first time, not before <paramref name="earliest"/>, at which one more dial is within the cap.</summary>
    /// <param name="dials">The dials to the number, the newest first: at least as many as the cap allows.</param>
    public DateTimeOffset FreeFrom(IReadOnlyList<DateTimeOffset> dials, DateTimeOffset earliest)
    {
        // When there is no room, there is some again once the oldest dial that counts has left the window.
        var leaves = dials.Count < Count ? earliest : dials[Count - 1].AddHours(Hours);
        return leaves > earliest ? leaves : earliest;
    }
}

/// <summary>
/// The rules for when an organization's calls may be dialled, and how often one number. An organization that never set them has no row: all
/// is allowed.
/// </summary>
internal sealed class CallingPolicy : IOwned, IMakesWork
{
    /// <summary>The word, in place of a time zone, for those of the number that is called.</summary>
    public const string Recipient = "recipient";

    private CallingHours? _hours;

    public Id<Owner> OrganizationId { get; private init; }

    /// <summary>The hours in which phones may ring; <c>null</c> when they always may.</summary>
    public IReadOnlyList<CallingWindow>? Hours { get; private set; }

    /// <summary>The clock that the hours go by: <see cref="Recipient"/> or an IANA id.</summary>
    public string TimeZone { get; private set; } = Recipient;

    /// <summary>The clock, an IANA id, for a number that tells none, or several that are never within the hours at once.</summary>
    public string FallbackTimeZone { get; private set; } = "UTC";

    /// <summary>The way to treat a call that is not allowed at its time: one of <see cref="WhenOutside"/>.</summary>
    public string OutsideHours { get; private set; } = WhenOutside.Wait;

    /// <summary>The cap of dials to one number; <c>null</c> when there is none.</summary>
    public MaxPerNumber? MaxPerNumber { get; private set; }

    /// <summary>
    /// A number that rises with every change, so that calls which were judged before it are found. It is 0 when there is no policy.
    /// </summary>
    public long Version { get; private set; }

    /// <summary>The time of the last change; from then on no call is claimed by the policy before it.</summary>
    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>Whether calls are to be judged anew: whoever changes the policy saves it.</summary>
    public bool MakesWork => true;

    /// <summary>A policy with everything off.</summary>
    public static CallingPolicy Off(Id<Owner> organization) => new() { OrganizationId = organization };

    public void Change(
        IReadOnlyList<CallingWindow>? hours,
        string timeZone,
        string fallbackTimeZone,
        string outsideHours,
        MaxPerNumber? maxPerNumber,
        DateTimeOffset now)
    {
        (Hours, TimeZone, FallbackTimeZone, OutsideHours, MaxPerNumber) = (hours, timeZone, fallbackTimeZone, outsideHours, maxPerNumber);
        _hours = null;
        Version++;
        ChangedAt = now;
    }

    /// <summary>Judges a call by the policy alone.</summary>
    /// <param name="dials">The dials to the call's number, the newest first.</param>
    /// <param name="earliest">The time at which the call is to be dialled.</param>
    public CallVerdict Judge(string to, IReadOnlyList<DateTimeOffset> dials, DateTimeOffset earliest)
    {
        var free = MaxPerNumber?.FreeFrom(dials, earliest) ?? earliest;
        if (OutsideHours == WhenOutside.Refuse)
        {
            var reasons = new List<CallRefusal>();
            if (NextOpen(to, earliest) > earliest)
            {
                reasons.Add(CallRefusal.OutsideHours);
            }

            if (free > earliest)
            {
                reasons.Add(CallRefusal.CapReached);
            }

            return reasons.Count > 0 ? new CallVerdict.Refused(reasons) : new CallVerdict.Allowed();
        }

        // Dials only leave the window as time goes on: what is free stays free until phones may ring.
        var dialAt = NextOpen(to, free);
        return dialAt > earliest ? new CallVerdict.NotBefore(dialAt) : new CallVerdict.Allowed();
    }

    /// <summary>The first time, not before <paramref name="at"/>, at which the phone of a number may ring.</summary>
    public DateTimeOffset NextOpen(string to, DateTimeOffset at)
    {
        if (Hours is null)
        {
            return at;
        }

        _hours ??= new CallingHours(Hours);
        var isByNumber = TimeZone == Recipient;
        var zones = isByNumber ? TimeZones.Of(new E164(to)) : [];
        var otherwise = TimeZones.Get(isByNumber ? FallbackTimeZone : TimeZone);
        return _hours.NextOpen(Instant.FromDateTimeOffset(at), zones, otherwise).ToDateTimeOffset();
    }
}

internal sealed class CallingPolicyConfiguration : IEntityTypeConfiguration<CallingPolicy>
{
    public void Configure(EntityTypeBuilder<CallingPolicy> builder)
    {
        builder.ToTable("calling_policies", table =>
            table.HasCheckConstraint("ck_calling_policies_outside_hours", "outside_hours IN ('wait', 'refuse')"));
        builder.HasKey(policy => policy.OrganizationId);
        builder.HasOne<Organization>().WithOne().HasForeignKey<CallingPolicy>(policy => policy.OrganizationId);
        builder.Property(policy => policy.Hours!).IsJson();
        builder.Property(policy => policy.TimeZone).HasMaxLength(TimeZones.MaxLength);
        builder.Property(policy => policy.FallbackTimeZone).HasMaxLength(TimeZones.MaxLength);
        builder.Property(policy => policy.OutsideHours).HasMaxLength(20);
        builder.Property(policy => policy.MaxPerNumber!).IsJson();

        // The job that judges anew: the policies that were changed last.
        builder.HasIndex(policy => new { policy.ChangedAt, policy.OrganizationId });
    }
}

internal static class CallingPolicyTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<CallingPolicy> CallingPolicies => db.Set<CallingPolicy>();
    }
}
