using ErzyCall.Api.Features.Simulation;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.WhatsApp.Simulation;

/// <summary>
/// Plays simulated messages forward and tells what happens to them, as Meta's callbacks would. A step that dies between its report and its
/// own record reports again, as Meta does.
/// </summary>
internal sealed class SimulatedMessengerJob(
    ErzyCallDbContext db,
    MetaReports reports,
    ParkedRows<SimulatedMessengerJob> parked,
    IOptions<SimulatorOptions> options,
    TimeProvider clock) : IJob
{
    private const string CustomerName = "Simulated customer";

    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(30);

    public static TimeSpan PollInterval { get; } = TimeSpan.FromMilliseconds(250);

    public static IReadOnlyList<string> WokenBy { get; } = ["simulated_messages"];

    public static int Loops => 2;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var first = await db.FirstAsync(
            $"""
             SELECT message_id FROM simulated_messages WHERE next_step_at <= {now} AND message_id <> ALL ({parked.Ids})
             ORDER BY next_step_at LIMIT 1 FOR UPDATE SKIP LOCKED
             """,
            cancellationToken);
        if (first is not { } id)
        {
            return false;
        }

        await parked.TryAsync(id, async () => await AdvanceAsync(await LeaseAsync(id, now, cancellationToken), cancellationToken));
        return true;
    }

    private async Task<SimulatedMessage> LeaseAsync(Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var message = await db.SimulatedMessages
            .FromSql($"SELECT * FROM simulated_messages WHERE message_id = {id}")
            .SingleAsync(cancellationToken);
        message.NextStepAt = now + s_lease;
        await db.SaveChangesAsync(cancellationToken);
        await db.Database.CommitTransactionAsync(cancellationToken);
        return message;
    }

    private async Task AdvanceAsync(SimulatedMessage message, CancellationToken cancellationToken)
    {
        var script = MessageScript.For(message.To);
        await PlayAsync(message, script[message.StepsPlayed], cancellationToken);
        var played = message.StepsPlayed + 1;
        DateTimeOffset? next = played < script.Count ? clock.Now() + options.Value.Scale(script[played].After) : null;
        await db.SimulatedMessages
            .Where(row => row.MessageId == message.MessageId && row.NextStepAt == message.NextStepAt)
            .ExecuteUpdateAsync(
                row => row.SetProperty(step => step.StepsPlayed, played).SetProperty(step => step.NextStepAt, next), cancellationToken);
    }

    private async Task PlayAsync(SimulatedMessage message, MessageStep step, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var account = await db.WhatsAppAccounts.AsNoTracking().SingleAsync(row => row.Id == message.AccountId, cancellationToken);
        var metaId = SimulatedMessenger.MetaIdOf(message.MessageId);
        if (step.Reply is { } text)
        {
            await reports.ReceivedAsync(
                account, new CustomerMessage($"{metaId}.reply", message.To[1..], CustomerName, text, now), cancellationToken);
            return;
        }

        var error = step.Status == MessageStatus.Failed ? MetaError.Of(MetaError.UndeliverableCode, "Message undeliverable") : null;
        await reports.ReportedAsync(account, new StatusReport(metaId, message.MessageId, step.Status!, now, error), cancellationToken);
    }
}
