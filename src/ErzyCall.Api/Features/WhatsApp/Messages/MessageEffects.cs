using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Platform;

namespace ErzyCall.Api.Features.WhatsApp.Messages;

/// <summary>The changes that messages make to rows beside their own, each in the caller's transaction and after its other locks.</summary>
internal static class MessageEffects
{
    private const int MaxStatusMessage = 500;

    /// <summary>
    /// Saves what Meta has said of a message. When another message has Meta's id already, this one is saved without it: what became of it
    /// is known all the same, and the messages after it go on.
    /// </summary>
    /// <remarks>The caller has begun a transaction.</remarks>
    public static async Task SaveReportedAsync(this ErzyCallDbContext db, Message message, CancellationToken cancellationToken)
    {
        const string unsaved = "unsaved";
        var transaction = db.Database.CurrentTransaction!;
        await transaction.CreateSavepointAsync(unsaved, cancellationToken);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException taken) when (DatabaseFailure.ViolatedUniqueIndex(taken) == MessageConfiguration.MetaIdIndex)
        {
            await transaction.RollbackToSavepointAsync(unsaved, cancellationToken);
            message.ClearMetaId();
            await db.SaveChangesAsync(cancellationToken);
        }
    }

    public static Task CountSentAsync(
        this ErzyCallDbContext db, Message message, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.WhatsAppAccounts
            .Where(account => account.Id == message.AccountId)
            .ExecuteUpdateAsync(
                account => account
                    .SetProperty(row => row.MessagesSent, row => row.MessagesSent + 1)
                    .SetProperty(row => row.LastMessageAt, now),
                cancellationToken);

    public static Task CountReceivedAsync(
        this ErzyCallDbContext db, Message message, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.WhatsAppAccounts
            .Where(account => account.Id == message.AccountId)
            .ExecuteUpdateAsync(
                account => account
                    .SetProperty(row => row.MessagesReceived, row => row.MessagesReceived + 1)
                    .SetProperty(row => row.LastMessageAt, now),
                cancellationToken);

    /// <summary>Stops an account that Meta refuses: it sends nothing more until it is connected again.</summary>
    public static Task StopAccountAsync(
        this ErzyCallDbContext db, Id<WhatsAppAccount> id, MetaError error, CancellationToken cancellationToken)
    {
        var reason = $"{error.Code}: {error.Message}".Cut(MaxStatusMessage);
        return db.WhatsAppAccounts
            .Where(account => account.Id == id)
            .ExecuteUpdateAsync(
                account => account.SetProperty(row => row.Status, AccountStatus.Error).SetProperty(row => row.StatusMessage, reason),
                cancellationToken);
    }
}
