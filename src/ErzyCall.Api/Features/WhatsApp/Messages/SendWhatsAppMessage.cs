using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Conversations;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.WhatsApp.Messages;

/// <summary>
/// Queues a message, in a conversation or to a number, which begins one. It is sent afterwards, as a rule within a second, and behind those
/// before it in the conversation; each step on its way is an event <c>whatsapp.message.status</c>. What cannot be sent within an hour, or
/// the time that the operator of the server has set, fails. Text is for 24 hours from the customer's last message: later it is 422
/// <c>INVALID_STATE</c>, and so is any message while the account is not <c>active</c>. A customer whose number is on the do-not-call ledger
/// is 403 <c>CONTACT_OPTED_OUT</c>. <c>Location</c> leads to the messages of the conversation.
/// </summary>
[Example(
    """
    {"type":"template","text":null,"status":"queued","sentAt":null,"deliveredAt":null,"readAt":null,
     "template":{"name":"appointment_reminder","language":"en_US","variables":{"name":"Ada","date":"Monday"}}}
    """)]
internal static class SendWhatsAppMessage
{
    /// <summary>The error when a live organization's account was connected while this server simulated such accounts too.</summary>
    public static ApiError SimulatedAccount { get; } =
        ApiError.InvalidState("The WhatsApp account is a simulated one, which a live organization cannot use: connect it with its secrets");

    public static ApiError WindowClosed { get; } =
        ApiError.InvalidState("The customer has not written in the last 24 hours: only a template may be sent");

    public static async Task<Created<Data<MessageResponse>>> HandleAsync(
        Body<SendWhatsAppMessageRequest> body,
        Caller caller,
        Messengers messengers,
        ErzyCallDbContext db,
        IOptions<WhatsAppOptions> options,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var message = await db.Database.InTransactionAsync(
            () => QueueAsync(body.Value, caller, messengers, db, options.Value.SendWithin, clock.Now(), cancellationToken),
            cancellationToken);
        return TypedResults.Created(
            $"{ApiPath.V1}/whatsapp/conversations/{message.ConversationId}/messages", Data.Of(MessageResponse.Of(message)));
    }

    private static async Task<Message> QueueAsync(
        SendWhatsAppMessageRequest request,
        Caller caller,
        Messengers messengers,
        ErzyCallDbContext db,
        TimeSpan sendWithin,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var (account, phone) = await RecipientAsync(request, caller, db, cancellationToken);
        var ledger = db.DoNotCallEntries.OwnedBy(caller);
        if (await ledger.IsBlockedAsync(db.Conversations.OwnedBy(caller), account.Id, phone, cancellationToken))
        {
            throw new ApiException(DoNotCallErrors.OptedOut);
        }

        if (account.Status != AccountStatus.Active)
        {
            throw new ApiException(ApiError.InvalidState($"The WhatsApp account is not active but '{account.Status}'"));
        }

        if (!messengers.MaySend(account, caller.Mode))
        {
            throw new ApiException(SimulatedAccount);
        }

        var conversation = await db.LockConversationAsync(account, phone, now, cancellationToken);
        if (request.Type == MessageType.Text && !conversation.IsWindowOpenAt(now))
        {
            throw new ApiException(WindowClosed);
        }

        var message = Message.Queue(
            conversation,
            request.Text is { Body: { } text } ? new TextContent(text) : null,
            request.Template?.ToContent(),
            request.FallbackTemplate?.ToContent(),
            sendWithin,
            now);
        conversation.Add(message);
        db.Messages.Add(message);
        await db.SaveChangesAsync(cancellationToken);
        return message;
    }

    private static async Task<(WhatsAppAccount Account, string Phone)> RecipientAsync(
        SendWhatsAppMessageRequest request, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        if (request is { IntegrationId.Value: var integrationId, To.Value: var to })
        {
            var account = await AccountAsync(integrationId, caller, db, cancellationToken);

            // A customer who has written to us has a number, whatever is known of its country.
            if (!await db.Conversations.With(account.Id, to.Text).AnyAsync(cancellationToken))
            {
                to.RefuseProblem("to");
            }

            return (account, to.Text);
        }

        var id = request.ConversationId?.Value;
        var conversation = await db.Conversations.OwnedBy(caller)
            .AsNoTracking()
            .SingleOrDefaultAsync(row => row.Id == id, cancellationToken)
            ?? throw new ApiException(ApiError.NotFound("conversation"));
        return (await AccountAsync(conversation.AccountId, caller, db, cancellationToken), conversation.WaUserPhone);
    }

    private static async Task<WhatsAppAccount> AccountAsync(
        Id<WhatsAppAccount> id, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken) =>
        await db.WhatsAppAccounts.OwnedBy(caller).AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken)
            ?? throw new ApiException(ApiError.NotFound("WhatsApp account"));
}
