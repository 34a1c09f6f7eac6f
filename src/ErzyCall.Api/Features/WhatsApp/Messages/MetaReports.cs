using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Conversations;
using ErzyCall.Api.Platform.Time;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.WhatsApp.Messages;

/// <param name="From">Meta's form of the customer's number: digits.</param>
/// <param name="Text">The message in words: what it says, or what it stands for.</param>
internal sealed record CustomerMessage(string MetaId, string From, string? Name, string Text, DateTimeOffset WroteAt)
{
    /// <summary>Whether the customer asks to be left alone.</summary>
    public bool IsStop { get; init; } = StopWord.Is(Text);
}

/// <param name="Message">Our own id of the message, when Meta gives it back.</param>
/// <param name="Error">The error, which comes with the status <c>failed</c>.</param>
internal sealed record StatusReport(string MetaId, Id<Message>? Message, string Status, DateTimeOffset At, MetaError? Error);

/// <summary>
/// Takes what Meta tells, real or simulated. Each message and each status is a transaction of its own, so that a callback which is repeated
/// after a failure goes on where it stopped; whatever is told twice changes nothing the second time.
/// </summary>
internal sealed class MetaReports(ErzyCallDbContext db, CustomerOptOuts optOuts, IOptions<WhatsAppOptions> options, TimeProvider clock)
{
    /// <summary>The most characters of a customer's message that a reason on the ledger quotes.</summary>
    private const int LongestQuote = 100;

    /// <summary>The most attempts at one report. Each time that one is repeated, somebody else has got on.</summary>
    private const int MaxAttempts = 5;

    public Task ReceivedAsync(WhatsAppAccount account, CustomerMessage received, CancellationToken cancellationToken) =>
        TakeAsync(() => ReceiveAsync(account, received, cancellationToken), cancellationToken);

    /// <summary>Takes that a customer wants no more messages, when it was not a message that said so.</summary>
    /// <param name="from">Meta's form of the customer's number: digits.</param>
    public Task StoppedAsync(WhatsAppAccount account, string from, CancellationToken cancellationToken) =>
        TakeAsync(
            () => optOuts.EnterAsync(account, $"+{from}", "Stopped messages on WhatsApp", clock.Now(), cancellationToken),
            cancellationToken);

    public Task ReportedAsync(WhatsAppAccount account, StatusReport report, CancellationToken cancellationToken) =>
        TakeAsync(() => ReportAsync(account, report, cancellationToken), cancellationToken);

    /// <summary>
    /// Takes a report in a transaction, and again when another one has just stored the same: nothing that Meta tells is refused for that.
    /// Two deliveries of one message may lock two conversations, when in between Meta told that these are one customer's. Whoever comes
    /// second begins anew and sees what the first one has stored.
    /// </summary>
    private async Task TakeAsync(Func<Task<bool>> take, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await db.Database.InTransactionAsync(take, cancellationToken);
                return;
            }
            catch (Exception taken) when (attempt < MaxAttempts && DatabaseFailure.ViolatedUniqueIndex(taken) is not null)
            {
                // Somebody else has made the row meanwhile, where the next attempt finds it.
            }
        }
    }

    private async Task<bool> ReceiveAsync(WhatsAppAccount account, CustomerMessage received, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var phone = await db.Conversations
            .With(account.Id, $"+{received.From}")
            .OrderByDescending(row => row.WaId == received.From)
            .ThenByDescending(row => row.LastMessageAt)
            .Select(row => row.WaUserPhone)
            .FirstOrDefaultAsync(cancellationToken);
        var conversation = await db.LockConversationAsync(account, phone ?? $"+{received.From}", now, cancellationToken);

        // The message is looked for under the lock: of two copies of the server that hear it at once, the second one waits here and then
        // sees it.
        if (await db.Messages.AnyAsync(row => row.AccountId == account.Id && row.MetaId == received.MetaId, cancellationToken))
        {
            return false;
        }

        var contacts = db.Contacts.Where(row => row.OrganizationId == account.OrganizationId).WithNumber(conversation.WaUserPhone);
        var contactId = conversation.ContactId ?? (await contacts.FirstOrDefaultAsync(cancellationToken))?.Id;

        // No customer writes in the future, whatever the clocks say.
        var wroteAt = received.WroteAt < now ? received.WroteAt : now;
        var message = Message.Receive(conversation, received.MetaId, received.Text, wroteAt, now);
        conversation.ReceiveFrom(received.From, received.Name, contactId, wroteAt);
        conversation.Add(message);
        db.Messages.Add(message);
        db.AddEventOf(message, MessageEvents.Received, now);
        await db.SaveChangesAsync(cancellationToken);
        if (received.IsStop)
        {
            var words = received.Text.Trim();
            var reason = words.Length <= LongestQuote ? $"Wrote {words} on WhatsApp" : "Asked to stop on WhatsApp";
            await optOuts.EnterAsync(account, $"+{received.From}", reason, now, cancellationToken);
        }

        await db.CountReceivedAsync(message, now, cancellationToken);
        return true;
    }

    private async Task<bool> ReportAsync(WhatsAppAccount account, StatusReport report, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var message = await db.Messages
            .FromSql(
                $"""
                 SELECT * FROM messages
                 WHERE account_id = {account.Id.Value} AND direction = 'outbound'
                   AND (meta_id = {report.MetaId} OR id = {report.Message?.Value})
                 ORDER BY id = {report.Message?.Value} DESC NULLS LAST LIMIT 1
                 FOR UPDATE
                 """)
            .FirstOrDefaultAsync(cancellationToken);

        // The message is not one of ours: other programs may send from the same number.
        if (message is null)
        {
            return false;
        }

        // An id that another message has is not this one's, whatever is told.
        var isTaken = message.MetaId is null
            && await db.Messages.AnyAsync(row => row.AccountId == account.Id && row.MetaId == report.MetaId, cancellationToken);
        var metaId = isTaken ? null : report.MetaId;
        var wasQueued = message.Status == MessageStatus.Queued;
        var changed = report.Error is { } error
            ? await FailAsync(message, metaId, error, now, cancellationToken)
            : message.Advance(report.Status, metaId, report.At);
        if (changed)
        {
            db.AddEventOf(message, MessageEvents.Status, now);
        }

        await db.SaveReportedAsync(message, cancellationToken);
        if (changed && wasQueued && report.Error is null)
        {
            await db.CountSentAsync(message, now, cancellationToken);
        }

        return changed;
    }

    private async Task<bool> FailAsync(
        Message message, string? metaId, MetaError error, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!message.Fail(error.ForMessage, metaId))
        {
            return false;
        }

        await db.SaveReportedAsync(message, cancellationToken);
        switch (error.Class)
        {
            case MetaErrorClass.WindowClosed when message.FallbackTemplate is { } fallback:
                // This message is over, so the fallback is a message of its own.
                var conversation = await db.Conversations
                    .FromSql($"SELECT * FROM conversations WHERE id = {message.ConversationId.Value} FOR NO KEY UPDATE")
                    .SingleAsync(cancellationToken);
                var instead = Message.Queue(conversation, text: null, fallback, fallback: null, options.Value.SendWithin, now);
                conversation.Add(instead);
                db.Messages.Add(instead);
                break;

            case MetaErrorClass.Stop:
                await optOuts.EnterAsync(message.ConversationId, "Stopped messages on WhatsApp", now, cancellationToken);
                break;

            case MetaErrorClass.Account:
                await db.StopAccountAsync(message.AccountId, error, cancellationToken);
                break;
        }

        return true;
    }
}
