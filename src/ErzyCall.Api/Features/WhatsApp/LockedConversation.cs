using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.WhatsApp;

/// <remarks>Whoever locks several rows locks messages first, then the conversation, then the account: so nobody waits in a circle.</remarks>
internal static class LockedConversation
{
    /// <summary>
    /// The conversation of an account with a number, locked until the transaction ends; made if there is none. Two transactions that begin the same one
    /// at once get the same row, one after the other.
    /// </summary>
    public static async Task<Conversation> LockConversationAsync(
        this ErzyCallDbContext db, WhatsAppAccount account, string phone, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var id = Id<Conversation>.New(now);
        await db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO conversations (id, organization_id, account_id, status, wa_user_phone, contact_id, last_message_at, created_at)
             VALUES (
               {id.Value}, {account.OrganizationId.Value}, {account.Id.Value}, {ConversationStatus.Active}, {phone},
               (SELECT id FROM contacts WHERE organization_id = {account.OrganizationId.Value} AND phone = {phone}), {now}, {now})
             ON CONFLICT (account_id, wa_user_phone) DO NOTHING
             """,
            cancellationToken);
        return await db.Conversations
            .FromSql($"SELECT * FROM conversations WHERE account_id = {account.Id.Value} AND wa_user_phone = {phone} FOR NO KEY UPDATE")
            .SingleAsync(cancellationToken);
    }
}
