using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Platform.Workers;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// A second ringing: a carrier has made more of one order than one call. The call that was known first is the one; this other one is hung
/// up, and the audit tells of it.
/// </summary>
internal sealed class StrayCall : IMakesWork
{
    /// <summary>The call that was ordered.</summary>
    public Id<Call> CallId { get; init; }

    public Id<CarrierAccount>? CarrierAccountId { get; init; }

    /// <summary>The carrier's own id of what rings a second time.</summary>
    public string CarrierCallId { get; init; } = "";

    /// <inheritdoc cref="HandOver.Accepted"/>
    public string? CarrierControl { get; init; }

    public DateTimeOffset FoundAt { get; init; }

    /// <summary>The time at which the carrier is to be told, or told again, to hang up; <c>null</c> once it has heard.</summary>
    public DateTimeOffset? HangUpAt { get; init; }

    public bool MakesWork => HangUpAt is not null;
}

internal sealed class StrayCallConfiguration : IEntityTypeConfiguration<StrayCall>
{
    public void Configure(EntityTypeBuilder<StrayCall> builder)
    {
        builder.ToTable("stray_calls");
        builder.HasKey(stray => new { stray.CallId, stray.CarrierCallId });
        builder.Property(stray => stray.CarrierCallId).HasMaxLength(Call.MaxCarrierCallId);
        builder.HasOne<Call>().WithMany().HasForeignKey(stray => stray.CallId);
        builder.HasIndex(stray => stray.HangUpAt).HasFilter("hang_up_at IS NOT NULL");
        builder.HasIndex(stray => stray.FoundAt);
    }
}

internal static class StrayCallTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<StrayCall> StrayCalls => db.Set<StrayCall>();
    }

    /// <summary>
    /// Records what a report names beside the call that it is bound to, and has it hung up; each word of it asks anew.
    /// </summary>
    public static Task FindStrayAsync(
        this ErzyCallDbContext db, Call call, CarrierReport report, DateTimeOffset now, CancellationToken cancellationToken)
    {
        DateTimeOffset? hangUpAt = report.IsOpen ? now : null;
        db.Announce("stray_calls");
        return db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO stray_calls (call_id, carrier_account_id, carrier_call_id, carrier_control, found_at, hang_up_at)
             VALUES ({call.Id.Value}, {call.CarrierAccountId?.Value}, {report.CarrierCallId}, {report.Control}, {now}, {hangUpAt})
             ON CONFLICT (call_id, carrier_call_id) DO UPDATE
             SET hang_up_at = excluded.hang_up_at, carrier_control = coalesce(excluded.carrier_control, stray_calls.carrier_control)
             """,
            cancellationToken);
    }
}
