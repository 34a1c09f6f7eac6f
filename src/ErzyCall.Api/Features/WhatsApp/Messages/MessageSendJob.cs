using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Conversations;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.WhatsApp.Messages;

/// <summary>
/// Claims messages that are due, at most one of each conversation, and hands them to their messengers. The claim is committed first; after
/// it a message is this process's alone, until Meta has certainly not taken it.
/// </summary>
internal sealed class MessageSendJob(
    ErzyCallDbContext db, Messengers messengers, IServiceScopeFactory scopes, ParkedRows<MessageSendJob> parked, TimeProvider clock) : IJob
{
    /// <summary>
    /// The most messages that a step claims: they are submitted all at once, each over a database connection when it is recorded.
    /// </summary>
    private const int BatchSize = 20;

    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<string> WokenBy { get; } = ["messages", "whatsapp_accounts"];

    /// <summary>
    /// The number of steps at once. When Meta hangs for one account, that holds up one step, and the others go on with other messages.
    /// </summary>
    public static int Loops => 4;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var (moved, claimed) = await ClaimAsync(cancellationToken);

        // A shutdown does not stop this: what is claimed is submitted, or nobody will know whether it was.
        await Task.WhenAll(claimed.Select(message => parked.TryAsync(message.Id.Value, () => SubmitAsync(message))));
        return moved > 0;
    }

    private async Task SubmitAsync(Message message)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<MessageSubmission>().RunAsync(message);
    }

    private async Task<(int Moved, IReadOnlyList<Message> Claimed)> ClaimAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var due = await LockDueAsync(now, cancellationToken);
        var claimed = await parked.EachAsync(db, due, ids => ClaimAsync(ids, now, cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return (due.Count, claimed);
    }

    private async Task<List<Message>> ClaimAsync(IReadOnlyList<Guid> due, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var claimed = new List<Message>();
        var messages = await db.Messages
            .FromSql($"SELECT * FROM messages WHERE id = ANY ({due}) ORDER BY due_at")
            .ToListAsync(cancellationToken);
        foreach (var message in messages)
        {
            if (await ReasonNotToSendAsync(message, now, cancellationToken) is { } reason)
            {
                message.Fail(reason);
                db.AddEventOf(message, MessageEvents.Status, now);
            }
            else
            {
                message.Claim(now);
                claimed.Add(message);
            }
        }

        await db.SaveChangesAsync(cancellationToken);
        return claimed;
    }

    /// <summary>
    /// Locks the messages that are due. A message waits for those before it in its conversation, so that they arrive in order: until they
    /// are sent or failed, or the process that was sending one of them is given up. It waits also for its account, to be active and not
    /// paused: an account that is neither is passed over with all that waits for it.
    /// </summary>
    private Task<List<Guid>> LockDueAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        db.Database
            .SqlQuery<Guid>(
                $"""
                 WITH RECURSIVE account AS (
                   (SELECT account_id AS id FROM messages WHERE status = 'queued' AND claimed_at IS NULL ORDER BY account_id LIMIT 1)
                   UNION ALL
                   SELECT next.account_id FROM account CROSS JOIN LATERAL (
                     SELECT account_id FROM messages WHERE status = 'queued' AND claimed_at IS NULL AND account_id > account.id
                     ORDER BY account_id LIMIT 1) AS next)
                 SELECT due.id FROM account
                 CROSS JOIN LATERAL (
                   SELECT FROM whatsapp_accounts
                   WHERE id = account.id AND status = 'active' AND (paused_until IS NULL OR paused_until <= {now}) LIMIT 1) AS able
                 CROSS JOIN LATERAL (
                   SELECT id, due_at FROM messages
                   WHERE account_id = account.id AND status = 'queued' AND claimed_at IS NULL AND due_at <= {now} AND send_by > {now}
                     AND id <> ALL ({parked.Ids})
                     AND NOT EXISTS (
                       SELECT FROM messages AS earlier
                       WHERE earlier.conversation_id = messages.conversation_id AND earlier.created_at < messages.created_at
                         AND earlier.status = 'queued' AND (earlier.claimed_at IS NULL OR earlier.claimed_at > {now - Message.Lease})
                       OFFSET 0)
                   ORDER BY due_at
                   LIMIT {BatchSize}
                   FOR UPDATE SKIP LOCKED) AS due
                 ORDER BY due.due_at
                 LIMIT {BatchSize}
                 """)
            .ToListAsync(cancellationToken);

    private async Task<MessageError?> ReasonNotToSendAsync(Message message, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var account = await db.WhatsAppAccounts.AsNoTracking().SingleAsync(row => row.Id == message.AccountId, cancellationToken);
        if (!await messengers.MaySendAsync(account, cancellationToken))
        {
            return MessageErrors.Simulated;
        }

        var conversation = await db.Conversations.AsNoTracking().SingleAsync(row => row.Id == message.ConversationId, cancellationToken);
        if (await db.DoNotCallEntries.Where(entry => entry.OrganizationId == message.OrganizationId)
            .IsBlockedAsync(db.Conversations, message.AccountId, conversation.WaUserPhone, cancellationToken))
        {
            return MessageErrors.OptedOut;
        }

        return message.Type == MessageType.Text && !conversation.IsWindowOpenAt(now) && !message.FallBack()
            ? MessageErrors.WindowClosed
            : null;
    }
}
