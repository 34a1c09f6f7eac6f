using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Platform.Workers;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Features.WhatsApp.Simulation;

/// <summary>
/// A message as the simulated Meta knows it: its own record, which it keeps as the real one keeps its own, whatever happens to the server.
/// </summary>
internal sealed class SimulatedMessage : IMakesWork
{
    public Id<Message> MessageId { get; init; }

    public Id<WhatsAppAccount> AccountId { get; init; }

    public string To { get; init; } = "";

    /// <summary>The number of steps of its script that have been played.</summary>
    public int StepsPlayed { get; set; }

    /// <summary>The time of the message's next step; <c>null</c> when there is none.</summary>
    public DateTimeOffset? NextStepAt { get; set; }

    /// <summary>Whether the message goes on.</summary>
    public bool MakesWork => NextStepAt is not null;
}

internal sealed class SimulatedMessageConfiguration : IEntityTypeConfiguration<SimulatedMessage>
{
    public void Configure(EntityTypeBuilder<SimulatedMessage> builder)
    {
        builder.ToTable("simulated_messages");
        // The primary key is what makes sending a message twice impossible here.
        builder.HasKey(message => message.MessageId);
        builder.Property(message => message.To).HasMaxLength(16);
        builder.HasIndex(message => message.NextStepAt).HasFilter("next_step_at IS NOT NULL");
    }
}

internal static class SimulatedMessageTable
{
    extension(ErzyCallDbContext db)
    {
        public DbSet<SimulatedMessage> SimulatedMessages => db.Set<SimulatedMessage>();
    }
}
