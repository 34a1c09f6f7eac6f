using ErzyCall.Api.Platform.Workers;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.Calls.Dispatch.Simulation;

internal enum SimulatedState
{
    Ringing,
    Talking,
    Over,
}

/// <summary>
/// A call as the simulated carrier knows it: its own record, which it keeps as a real carrier keeps its own, whatever happens to the
/// server.
/// </summary>
internal sealed class SimulatedCall : IMakesWork
{
    public Id<Call> CallId { get; init; }

    public string To { get; init; } = "";

    public string FirstMessage { get; init; } = "";

    public SimulatedState State { get; set; }

    /// <summary>The time of the call's next step; <c>null</c> when there is none.</summary>
    public DateTimeOffset? NextStepAt { get; set; }

    public DateTimeOffset? AnsweredAt { get; set; }

    public DateTimeOffset? HungUpAt { get; set; }

    /// <summary>Whether the call goes on.</summary>
    public bool MakesWork => NextStepAt is not null;
}

internal sealed class SimulatedCallConfiguration : IEntityTypeConfiguration<SimulatedCall>
{
    public void Configure(EntityTypeBuilder<SimulatedCall> builder)
    {
        builder.ToTable("simulated_calls");
        // The primary key is what makes dialling a call twice impossible here.
        builder.HasKey(call => call.CallId);
        builder.Property(call => call.To).HasMaxLength(16);
        builder.Property(call => call.State).HasConversion<string>().HasMaxLength(10);
        builder.HasIndex(call => call.NextStepAt).HasFilter("next_step_at IS NOT NULL");
    }
}

internal static class SimulatedCallTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<SimulatedCall> SimulatedCalls => db.Set<SimulatedCall>();
    }
}
