using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Conversations;
using ErzyCall.Api.Platform.Time;

namespace ErzyCall.Api.Features.WhatsApp.Messages;

/// <summary>
/// Gives one claimed message to its messenger and records what came of it. No transaction is open meanwhile. When the answer is not heard,
/// nothing is recorded: a report of Meta's tells, or <see cref="MessageDeadlineJob"/> gives up. The message is never sent again.
/// </summary>
internal sealed partial class MessageSubmission(
    ErzyCallDbContext db,
    Messengers messengers,
    CustomerOptOuts optOuts,
    IServiceScopeFactory scopes,
    MessageMetrics metrics,
    TimeProvider clock,
    ILogger<MessageSubmission> logger)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan s_retryAfter = TimeSpan.FromMilliseconds(500);

    public async Task RunAsync(Message claimed)
    {
        // This process may have stood still between the claim and here, and somebody may be sending the next message of the conversation
        // already. Nobody but the process that claimed a message ever offers it, so this one is known not to have been sent.
        var result = clock.Now() > claimed.ClaimedAt + Message.Lease - s_patience ? new SendResult.NotSent() : await OfferAsync(claimed);
        metrics.Offered(result);
        if (result is not null)
        {
            await RecordAsync(claimed, result);
        }
    }

    /// <summary>Offers the message to its messenger. The result is the answer, or <c>null</c> when that is not known.</summary>
    private async Task<SendResult?> OfferAsync(Message claimed)
    {
        WhatsAppAccount account;
        bool isSimulated;
        string to;
        try
        {
            account = await db.WhatsAppAccounts.AsNoTracking().SingleAsync(row => row.Id == claimed.AccountId);
            to = await db.Conversations.Where(row => row.Id == claimed.ConversationId).Select(row => row.WaUserPhone).SingleAsync();
            isSimulated = await messengers.IsSimulatedAsync(account, CancellationToken.None);

            // This is the last thing before the message leaves: whoever has entered the number since the claim is waiting for this answer
            // (LedgerWriter).
            var ledger = db.DoNotCallEntries.Where(entry => entry.OrganizationId == claimed.OrganizationId);
            if (await ledger.IsBlockedAsync(db.Conversations, claimed.AccountId, to, CancellationToken.None))
            {
                return new SendResult.OptedOut();
            }
        }
        catch (Exception failure) when (DatabaseFailure.IsUnreachable(failure))
        {
            return new SendResult.NotSent();
        }

        using var enough = new CancellationTokenSource(s_patience, clock);
        try
        {
            var message = new OutgoingMessage(claimed.Id, to, claimed.Text, claimed.Template);
            return await SendInScopeAsync(isSimulated, account, message, enough.Token).WaitAsync(enough.Token);
        }
#pragma warning disable CA1031 // Whatever a messenger throws, the one thing to conclude from it is that its answer is not known.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.NoAnswer(logger, claimed.Id.ToString(), failure.GetType().Name);
            return null;
        }
    }

    /// <summary>
    /// Sends in a scope of its own. A messenger that is given up may go on with what it does, and what it needs for that ends with it and
    /// not with the submission.
    /// </summary>
    private async Task<SendResult> SendInScopeAsync(
        bool isSimulated, WhatsAppAccount account, OutgoingMessage message, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var messenger = scope.ServiceProvider.GetRequiredService<Messengers>().Find(isSimulated);
        return await messenger.SendAsync(account, message, cancellationToken);
    }

    /// <summary>
    /// Records the answer, again and again while the database is away, until the lease ends. A shutdown does not cancel this: the answer
    /// may be known here only.
    /// </summary>
    private async Task RecordAsync(Message claimed, SendResult result)
    {
        while (true)
        {
            try
            {
                await db.Database.InTransactionAsync(() => ApplyAsync(claimed, result), CancellationToken.None);
                return;
            }
            catch (Exception failure) when (DatabaseFailure.IsUnreachable(failure) && clock.Now() < claimed.ClaimedAt + Message.Lease)
            {
                await Task.Delay(s_retryAfter, clock);
            }
        }
    }

    private async Task<bool> ApplyAsync(Message claimed, SendResult result)
    {
        var now = clock.Now();

        // A report may have come first, or the wait for one be over; then only what it leaves open is recorded.
        var message = await db.Messages.FromSql($"SELECT * FROM messages WHERE id = {claimed.Id.Value} FOR UPDATE").SingleAsync();
        var changed = result switch
        {
            SendResult.Accepted accepted => await AcceptAsync(message, accepted, now),
            _ when message.Status != MessageStatus.Queued => false,
            SendResult.OptedOut => message.Fail(MessageErrors.OptedOut),
            SendResult.Refused refused => await RefuseAsync(message, refused, now),
            _ => Requeue(message, now),
        };
        if (changed)
        {
            db.AddEventOf(message, MessageEvents.Status, now);
        }

        await db.SaveReportedAsync(message, CancellationToken.None);
        return changed;
    }

    private async Task<bool> AcceptAsync(Message message, SendResult.Accepted accepted, DateTimeOffset now)
    {
        if (accepted.WaId is { } waId)
        {
            await db.Conversations
                .Where(row => row.Id == message.ConversationId && row.WaUserPhone != "+" + waId)
                .ExecuteUpdateAsync(row => row.SetProperty(known => known.WaId, waId));
        }

        if (!message.Advance(MessageStatus.Sent, accepted.MetaId, now))
        {
            return false;
        }

        await db.CountSentAsync(message, now, CancellationToken.None);
        return true;
    }

    private async Task<bool> RefuseAsync(Message message, SendResult.Refused refused, DateTimeOffset now)
    {
        var error = refused.Error;
        switch (error.Class)
        {
            case MetaErrorClass.WindowClosed when message.FallBack():
                message.SendAgainAt(now);
                return false;

            case MetaErrorClass.CustomerThrottled or MetaErrorClass.Temporary:
                message.Requeue(refused.RetryAfter, now);
                return false;

            case MetaErrorClass.AccountThrottled:
                var pausedUntil = now + message.Requeue(refused.RetryAfter, now);
                await db.SaveChangesAsync();
                await db.WhatsAppAccounts
                    .Where(row => row.Id == message.AccountId && (row.PausedUntil == null || row.PausedUntil < pausedUntil))
                    .ExecuteUpdateAsync(row => row.SetProperty(paused => paused.PausedUntil, pausedUntil));
                return false;

            case MetaErrorClass.Account:
                message.SendAgainAt(now);
                await db.SaveChangesAsync();
                await db.StopAccountAsync(message.AccountId, error, CancellationToken.None);
                return false;

            case MetaErrorClass.Stop:
                await optOuts.EnterAsync(message.ConversationId, "Stopped messages on WhatsApp", now, CancellationToken.None);
                return message.Fail(error.ForMessage);

            default:
                return message.Fail(error.ForMessage);
        }
    }

    private static bool Requeue(Message message, DateTimeOffset now)
    {
        message.Requeue(retryAfter: null, now);
        return false;
    }

    private static partial class Log
    {
        // The exception itself is not logged: nobody can promise what the text of a library's exception holds.
        [LoggerMessage(1, LogLevel.Warning, "No answer was heard about {WhatsAppMessage}: {Failure}")]
        public static partial void NoAnswer(ILogger logger, string whatsAppMessage, string failure);
    }
}
