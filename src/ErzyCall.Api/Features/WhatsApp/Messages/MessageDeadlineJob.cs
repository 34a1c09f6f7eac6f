using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.WhatsApp.Messages;

/// <summary>
/// Fails messages that could not be sent in time, and those that were submitted and never heard of again, so that none is left without an
/// outcome.
/// </summary>
internal sealed class MessageDeadlineJob(ErzyCallDbContext db, ParkedRows<MessageDeadlineJob> parked, TimeProvider clock) : IJob
{
    private const int BatchSize = 50;

    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var lost = now - Message.UnknownFor;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var late = await db.Database
            .SqlQuery<Guid>(
                $"""
                 SELECT id FROM messages
                 WHERE id = ANY (ARRAY (
                   (SELECT id FROM messages
                    WHERE status = 'queued' AND claimed_at IS NULL AND send_by <= {now} AND id <> ALL ({parked.Ids})
                    ORDER BY send_by LIMIT {BatchSize})
                   UNION ALL
                   (SELECT id FROM messages
                    WHERE status = 'queued' AND claimed_at <= {lost} AND id <> ALL ({parked.Ids})
                    ORDER BY claimed_at LIMIT {BatchSize})))
                   AND status = 'queued' AND (claimed_at IS NULL AND send_by <= {now} OR claimed_at <= {lost})
                 LIMIT {BatchSize} FOR UPDATE SKIP LOCKED
                 """)
            .ToListAsync(cancellationToken);
        await parked.EachAsync(db, late, ids => FailAsync(ids, now, cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return late.Count == BatchSize;
    }

    private async Task<List<Message>> FailAsync(IReadOnlyList<Guid> late, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var messages = await db.Messages.FromSql($"SELECT * FROM messages WHERE id = ANY ({late})").ToListAsync(cancellationToken);
        foreach (var message in messages)
        {
            message.Fail(await ReasonForAsync(message, cancellationToken));
            db.AddEventOf(message, MessageEvents.Status, now);
        }

        await db.SaveChangesAsync(cancellationToken);
        return messages;
    }

    private async Task<MessageError> ReasonForAsync(Message message, CancellationToken cancellationToken) =>
        message.ClaimedAt is not null ? MessageErrors.Unknown
        : await IsAccountActiveAsync(message.AccountId, cancellationToken) ? MessageErrors.NotSentInTime
        : MessageErrors.AccountNotActive;

    private Task<bool> IsAccountActiveAsync(Id<WhatsAppAccount> id, CancellationToken cancellationToken) =>
        db.WhatsAppAccounts.AnyAsync(account => account.Id == id && account.Status == AccountStatus.Active, cancellationToken);
}
