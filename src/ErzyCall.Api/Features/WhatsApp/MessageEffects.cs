using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.WhatsApp.Sending;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.WhatsApp;

/// <summary>What messages do to rows beside their own, each in the caller's transaction and after its other locks.</summary>
internal static class MessageEffects
{
    private const int MaxStatusMessage = 500;

    /// <summary>
    /// Saves what the platform has said of a message. Under an id that another message has already, it is saved without: what became of it
    /// is known all the same, and the messages after it go on.
    /// </summary>
    public static async Task SaveReportedAsync(this ErzyCallDbContext db, Message message, CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException taken) when (DatabaseFailure.ViolatedUniqueIndex(taken) == MessageConfiguration.PlatformIdIndex)
        {
            // The transaction goes on from where it was before: Entity Framework keeps a savepoint.
            message.ForgetPlatformId();
            await db.SaveChangesAsync(cancellationToken);
        }
    }

    public static Task CountSentAsync(this ErzyCallDbContext db, Message message, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.WhatsAppAccounts
            .Where(account => account.Id == message.AccountId)
            .ExecuteUpdateAsync(
                account => account.SetProperty(row => row.MessagesSent, row => row.MessagesSent + 1).SetProperty(row => row.LastMessageAt, now), cancellationToken);

    public static Task CountReceivedAsync(this ErzyCallDbContext db, Message message, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.WhatsAppAccounts
            .Where(account => account.Id == message.AccountId)
            .ExecuteUpdateAsync(
                account => account.SetProperty(row => row.MessagesReceived, row => row.MessagesReceived + 1).SetProperty(row => row.LastMessageAt, now), cancellationToken);

    /// <summary>The platform refuses the account: it sends nothing more until it is connected again.</summary>
    public static Task StopAccountAsync(this ErzyCallDbContext db, Id<WhatsAppAccount> id, PlatformError error, CancellationToken cancellationToken)
    {
        var reason = PlatformText.Cut($"{error.Code}: {error.Message}", MaxStatusMessage);
        return db.WhatsAppAccounts
            .Where(account => account.Id == id)
            .ExecuteUpdateAsync(
                account => account.SetProperty(row => row.Status, AccountStatus.Error).SetProperty(row => row.StatusMessage, reason), cancellationToken);
    }

    /// <summary>The customer with this number wants no more messages. Whatever form of it is known, it may not be dialled either.</summary>
    public static async Task<bool> StopWritingToAsync(
        this ErzyCallDbContext db, WhatsAppAccount account, string phone, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var conversations = await db.Conversations.With(account.Id, phone).AsNoTracking().ToListAsync(cancellationToken);
        var contactId = conversations.Find(row => row.ContactId is not null)?.ContactId;
        var numbers = conversations.SelectMany(row => row.Numbers()).Prepend(phone).Distinct();
        return await db.EnterAsync(
            account.OrganizationId, [.. numbers.Select(number => new DoNotCallNumber(number, reason, contactId))], DoNotCallSource.WhatsApp, now, cancellationToken);
    }

    /// <summary>The customer of a conversation wants no more messages, in whatever form their number is written.</summary>
    public static async Task StopWritingInAsync(
        this ErzyCallDbContext db, Id<Conversation> id, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var conversation = await db.Conversations.AsNoTracking().SingleAsync(row => row.Id == id, cancellationToken);
        await db.EnterAsync(
            conversation.OrganizationId,
            [.. conversation.Numbers().Select(number => new DoNotCallNumber(number, reason, conversation.ContactId))],
            DoNotCallSource.WhatsApp,
            now,
            cancellationToken);
    }
}
