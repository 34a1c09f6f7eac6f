using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Features.WhatsApp.Accounts;

namespace ErzyCall.Api.Features.WhatsApp.Conversations;

/// <remarks>Whoever locks several rows locks messages first, then the conversation, then the account: so nobody waits in a
/// circle.</remarks>
internal static class LockedConversation
{
    /// <summary>
    /// Locks the conversation of an account with a number, in whatever form, until the transaction ends; makes it if there is none. Two
    /// transactions that begin the same one at once get the same row, one after the other.
    /// </summary>
    public static async Task<Conversation> LockConversationAsync(
        this ErzyCallDbContext db, WhatsAppAccount account, string phone, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var number = E164.CanonicalOf(phone);
        while (true)
        {
            var id = Id<Conversation>.New(now);
            await db.Database.ExecuteSqlAsync(
                $"""
                 INSERT INTO conversations (
                   id, organization_id, account_id, status, wa_user_phone, canonical_number, contact_id, last_message_at, created_at)
                 VALUES (
                   {id.Value}, {account.OrganizationId.Value}, {account.Id.Value}, {ConversationStatus.Active}, {phone}, {number}, (
                     SELECT id FROM contacts WHERE organization_id = {account.OrganizationId.Value} AND canonical_number = {number}
                     ORDER BY phone = {phone} DESC, number_turn LIMIT 1),
                   {now}, {now})
                 ON CONFLICT (account_id, canonical_number) DO NOTHING
                 """,
                cancellationToken);
            var conversation = await db.Conversations
                .FromSql(
                    $"""
                     SELECT * FROM conversations WHERE account_id = {account.Id.Value} AND canonical_number = {number} FOR NO KEY UPDATE
                     """)
                .SingleOrDefaultAsync(cancellationToken);

            // When the row has gone between the two statements, it was merged into another.
            if (conversation is not null)
            {
                return conversation;
            }
        }
    }
}
