using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.PhoneNumbers;
using ErzyCall.Api.Platform.Tracing;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.Calls;

internal sealed class CallConfiguration : IEntityTypeConfiguration<Call>
{
    /// <summary>
    /// The metadata as <c>jsonb</c>: a shadow property that the database computes from <see cref="Call.Metadata"/>, to compare it with what
    /// <c>metadata[key]=value</c> asks for.
    /// </summary>
    public const string MetadataSearch = "MetadataSearch";

    /// <summary>A call that holds one of the lines that its organization may have at once.</summary>
    private const string OnTheLine = "status = 'processing' AND line_free_at IS NULL";

    private const string Unfinished = "status IN ('new', 'scheduled', 'processing')";

    public void Configure(EntityTypeBuilder<Call> builder)
    {
        builder.Property(call => call.Status).HasMaxLength(20);
        builder.Property(call => call.To).HasMaxLength(E164.MaxLength);
        builder.Property(call => call.CanonicalTo).HasMaxLength(E164.MaxLength).UseCollation("C");
        builder.Property(call => call.From).HasMaxLength(E164.MaxLength);
        builder.Property(call => call.HangUpReason).HasMaxLength(EndedReason.MaxLength);
        builder.Property(call => call.EndedReason).HasMaxLength(EndedReason.MaxLength);
        builder.Property(call => call.Fault).HasMaxLength(20);
        builder.Property(call => call.TraceParent).HasMaxLength(Spans.MaxTraceParent);
        builder.Property(call => call.Carrier).HasMaxLength(PhoneNumber.MaxProvider);
        builder.Property(call => call.CarrierCallId).HasMaxLength(Call.MaxCarrierCallId);
        builder.Property(call => call.AnsweredBy).HasMaxLength(20);
        builder.Property(call => call.LineFreeReason).HasMaxLength(EndedReason.MaxLength);
        builder.Property(call => call.CostAmount).HasPrecision(12, 5);
        builder.Property(call => call.CostCurrency).HasMaxLength(3);
        builder.Property(call => call.FailureCode).HasMaxLength(CarrierFailure.MaxCode);
        builder.Property(call => call.FailureMessage).HasMaxLength(CarrierFailure.MaxMessage);

        // json, not jsonb: what a platform makes of a conversation is shown as it was given.
        builder.Property(call => call.Analysis).HasColumnType("json");
        builder.Ignore(call => call.IsSupplemented);
        builder.Property(call => call.VariableValues).IsStringMap();
        builder.Property(call => call.Metadata).IsStringMap();
        builder.Property(call => call.ScriptValues!).IsStringMap();

        // Rows that are not written by way of the API need not name these columns.
        builder.Property(call => call.Direction).HasMaxLength(10).HasDefaultValue(CallDirection.Outbound).ValueGeneratedNever();
        builder.Property(call => call.Looks).HasDefaultValue((short)0).ValueGeneratedNever();
        builder.Property(call => call.IsBatched).HasDefaultValue(false).ValueGeneratedNever();
        builder.Property(call => call.PolicyIgnored).HasDefaultValue(false).ValueGeneratedNever();
        builder.Property(call => call.PolicyVersion).HasDefaultValue(0L).ValueGeneratedNever();

        // A foreign key of the database's makes sure that the script is there. In the model it would bring an index, and nothing looks for
        // the calls of a script.
        builder.Ignore(call => call.Script);
        builder.Property(call => call.Transcript).IsJson();
        builder.Property<string>(MetadataSearch).HasColumnType("jsonb").HasComputedColumnSql("metadata::jsonb", stored: true);

        builder.HasOne<Organization>().WithMany().HasForeignKey(call => call.OrganizationId);
        builder.HasOne<CarrierAccount>().WithMany().HasForeignKey(call => call.CarrierAccountId);
        builder.HasOne<Contact>().WithMany().HasForeignKey(call => call.ContactId).OnDelete(DeleteBehavior.SetNull);

        // The list and its filters, each in the order of the list; metadata are in CallMetadataEntry.
        builder.HasIndex(call => new { call.OrganizationId, call.CreatedAt, call.Id });
        builder.HasIndex(call => new { call.OrganizationId, call.Status, call.CreatedAt, call.Id });
        builder.HasIndex(call => new { call.OrganizationId, call.CreatedAt, call.Id }, "ix_calls_inbound")
            .HasFilter("direction = 'inbound'");
        builder.HasIndex(call => new { call.OrganizationId, call.EndedReason, call.CreatedAt, call.Id });
        builder.HasIndex(call => new { call.OrganizationId, call.To, call.CreatedAt, call.Id });
        builder.HasIndex(call => new { call.OrganizationId, call.From, call.CreatedAt, call.Id });
        builder.HasIndex(call => new { call.OrganizationId, call.CaseId, call.CreatedAt, call.Id });
        builder.HasIndex(call => new { call.ContactId, call.CreatedAt, call.Id });

        // The jobs: what is to be dialled, what is being dialled, what must be moved on.
        builder.HasIndex(call => new { call.OrganizationId, call.IsBatched, call.DueAt, call.Id }, "ix_calls_waiting")
            .HasFilter("status IN ('new', 'scheduled')");
        builder.HasIndex(call => new { call.OrganizationId, call.PolicyVersion }, "ix_calls_judged")
            .HasFilter("status IN ('new', 'scheduled') AND NOT policy_ignored");
        builder.HasIndex(call => new { call.OrganizationId, call.CanonicalTo, call.StartedAt }, "ix_calls_dials")
            .HasFilter("started_at IS NOT NULL");
        builder.HasIndex(call => call.OrganizationId, "ix_calls_on_the_line").HasFilter(OnTheLine);
        builder.HasIndex(call => call.NextLookAt, "ix_calls_next_look").HasFilter("status = 'processing'");
        builder.HasIndex(call => call.DeadlineAt, "ix_calls_deadline").HasFilter("status IN ('new', 'scheduled')");
        builder.HasIndex(call => new { call.OrganizationId, call.LineFreeAt }, "ix_calls_freed").HasFilter("line_free_at IS NOT NULL");
        builder.HasIndex(call => new { call.CarrierAccountId, call.CarrierCallId }, "ix_calls_carrier_call").IsUnique()
            .HasFilter("carrier_account_id IS NOT NULL AND carrier_call_id IS NOT NULL");
        builder.HasIndex(call => call.HangUpRequestedAt).HasFilter("hang_up_requested_at IS NOT NULL AND hang_up_sent_at IS NULL");

        // A call has these once it is claimed at the earliest: they are not written when it is placed, which happens most often.
        foreach (var later in (string[])
            [
                nameof(Call.CarrierAccountId), nameof(Call.CarrierCallId), nameof(Call.CarrierControl), nameof(Call.StartedAt),
                nameof(Call.SubmittedAt), nameof(Call.AnsweredAt), nameof(Call.AnsweredBy), nameof(Call.LineFreeAt),
                nameof(Call.LineFreeReason), nameof(Call.NextLookAt), nameof(Call.Looks), nameof(Call.HangUpRequestedAt),
                nameof(Call.HangUpReason), nameof(Call.HangUpSentAt), nameof(Call.Duration), nameof(Call.RecordingUrl),
                nameof(Call.CostAmount), nameof(Call.CostCurrency), nameof(Call.Analysis), nameof(Call.FailureCode),
                nameof(Call.FailureMessage),
            ])
        {
            builder.Property(later).Metadata.SetBeforeSaveBehavior(PropertySaveBehavior.Ignore);
        }

        builder.ToTable("calls", table =>
        {
            table.HasCheckConstraint("ck_calls_status", "status IN ('new', 'scheduled', 'processing', 'ended', 'cancelled', 'error')");
            table.HasCheckConstraint("ck_calls_processing", "status <> 'processing' OR (started_at IS NOT NULL AND carrier IS NOT NULL)");
            table.HasCheckConstraint("ck_calls_direction", "direction IN ('outbound', 'inbound')");
            table.HasCheckConstraint("ck_calls_answered_by", "answered_by IN ('human', 'machine', 'unknown')");

            // Somebody asks about every call that is under way, until it is over.
            table.HasCheckConstraint("ck_calls_next_look", "(status = 'processing') = (next_look_at IS NOT NULL)");
            table.HasCheckConstraint(
                "ck_calls_final",
                $"({Unfinished}) = (ended_at IS NULL) AND (ended_at IS NULL) = (ended_reason IS NULL)"
                + " AND (ended_at IS NULL) = (fault IS NULL) AND (ended_at IS NULL) = (retryable IS NULL)");
        });
    }
}

internal static class CallTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<Call> Calls => db.Set<Call>();
    }
}
