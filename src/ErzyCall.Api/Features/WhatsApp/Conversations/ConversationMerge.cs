using ErzyCall.Api.Features.WhatsApp.Messages;

namespace ErzyCall.Api.Features.WhatsApp.Conversations;

/// <summary>Makes one conversation of two with the same customer.</summary>
internal static class ConversationMerge
{
    /// <summary>
    /// Merges two conversations. The one in which something happened last stays, with its id and its state, and has all messages in their
    /// order. What only the other one knows is taken over; the customer's number is shown as it was given first. This happens in the
    /// caller's transaction, which holds the locks of both rows.
    /// </summary>
    public static async Task MergeAsync(
        this ErzyCallDbContext db, Conversation one, Conversation other, CancellationToken cancellationToken)
    {
        var (stays, goes) = one.LastMessageAt >= other.LastMessageAt ? (one, other) : (other, one);
        var (earlier, _) = one.CreatedAt <= other.CreatedAt ? (one, other) : (other, one);
        await db.MakeRoomAsync(stays, goes, cancellationToken);
        await db.Database.ExecuteSqlAsync(
            $"UPDATE messages SET conversation_id = {stays.Id.Value} WHERE conversation_id = {goes.Id.Value}", cancellationToken);
        await db.Database.ExecuteSqlAsync($"DELETE FROM conversations WHERE id = {goes.Id.Value}", cancellationToken);
        await db.Database.ExecuteSqlAsync(
            $"""
             UPDATE conversations SET
               wa_user_phone = {earlier.WaUserPhone},
               wa_id = nullif(coalesce(wa_id, {goes.WaId}), {earlier.WaUserPhone[1..]}),
               wa_user_name = coalesce(wa_user_name, {goes.WaUserName}),
               contact_id = coalesce(contact_id, {goes.ContactId?.Value}),
               customer_wrote_at = greatest(customer_wrote_at, {goes.CustomerWroteAt}),
               created_at = {earlier.CreatedAt}
             WHERE id = {stays.Id.Value}
             """,
            cancellationToken);
    }

    /// <summary>
    /// Makes the times of all messages differ, as they must within a conversation: those that move become later by as many microseconds as
    /// it takes.
    /// </summary>
    private static async Task MakeRoomAsync(
        this ErzyCallDbContext db, Conversation stays, Conversation goes, CancellationToken cancellationToken)
    {
        var taken = await db.Messages
            .Where(message => message.ConversationId == stays.Id || message.ConversationId == goes.Id)
            .Select(message => message.CreatedAt)
            .ToHashSetAsync(cancellationToken);
        var doubled = await db.Messages.AsNoTracking()
            .Where(message => message.ConversationId == goes.Id
                && db.Set<Message>().Any(same => same.ConversationId == stays.Id && same.CreatedAt == message.CreatedAt))
            .ToListAsync(cancellationToken);
        foreach (var message in doubled)
        {
            var free = message.CreatedAt;
            while (!taken.Add(free))
            {
                free = free.AddMicroseconds(1);
            }

            await db.Messages
                .Where(row => row.Id == message.Id)
                .ExecuteUpdateAsync(row => row.SetProperty(moved => moved.CreatedAt, free), cancellationToken);
        }
    }
}
