using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.WhatsApp.Sending;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.WhatsApp;

/// <summary>What messages do to rows beside their own, each in the caller's transaction and after its other locks.</summary>
internal static class MessageEffects
{
    private const int MaxStatusMessage = 500;

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
        var reason = $"{error.Code}: {error.Message}";
        reason = reason[..Math.Min(MaxStatusMessage, reason.Length)];
        return db.WhatsAppAccounts
            .Where(account => account.Id == id)
            .ExecuteUpdateAsync(
                account => account.SetProperty(row => row.Status, AccountStatus.Error).SetProperty(row => row.StatusMessage, reason), cancellationToken);
    }

    /// <summary>The customer wants no more messages. Where the platform writes their number differently, neither form may be dialled.</summary>
    public static async Task StopWritingToAsync(
        this ErzyCallDbContext db, Id<Conversation> id, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var conversation = await db.Conversations.AsNoTracking().SingleAsync(row => row.Id == id, cancellationToken);
        await db.EnterAsync(conversation.OrganizationId, conversation.WaUserPhone, reason, DoNotCallSource.WhatsApp, conversation.ContactId, now, cancellationToken);
        if (conversation.WaId is { } waId)
        {
            await db.EnterAsync(conversation.OrganizationId, $"+{waId}", reason, DoNotCallSource.WhatsApp, conversation.ContactId, now, cancellationToken);
        }
    }
}
