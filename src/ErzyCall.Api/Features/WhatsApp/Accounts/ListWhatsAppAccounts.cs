using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Pagination;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.WhatsApp.Accounts;

/// <summary>
/// All of the organization's WhatsApp accounts, newest first, never with their secrets. The operator of the server connects them.
/// </summary>
internal static class ListWhatsAppAccounts
{
    public static async Task<Ok<Data<List<AccountResponse>>>> HandleAsync(
        Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var accounts = await db.WhatsAppAccounts.OwnedBy(caller).AsNoTracking().NewestFirst().ToListAsync(cancellationToken);
        return TypedResults.Ok(Data.Of(accounts.ConvertAll(AccountResponse.Of)));
    }
}

/// <summary>A business phone number on WhatsApp, without its secrets.</summary>
/// <param name="Status">Whether the account can be used. Unless it is active, new messages are refused and queued ones wait.</param>
/// <param name="StatusMessage">Meta's reason for refusing the account; <c>null</c> when it does not.</param>
/// <param name="WabaId">Meta's id of the WhatsApp business account, which the templates belong to.</param>
/// <param name="PhoneNumberId">Meta's id of the phone number.</param>
/// <param name="DisplayPhoneNumber">The number that customers write to, in E.164.</param>
/// <param name="VerifiedName">The name that customers see.</param>
/// <param name="QualityRating">Meta's rating of the number, as it was last told; <c>null</c> while none was.</param>
/// <param name="MessagesSent">The number of messages that Meta has taken from the account, ever.</param>
/// <param name="MessagesReceived">The number of messages that customers have written to the account, ever.</param>
/// <param name="LastMessageAt">The time at which a message last went out or came in; <c>null</c> before the first.</param>
[Example(
    """
    {"wabaId":"102290129340398","phoneNumberId":"106540352242922",
     "statusMessage":null,"qualityRating":null,"messagesSent":120,"messagesReceived":74}
    """)]
[SchemaName("WhatsAppAccount")]
internal sealed record AccountResponse(
    Id<WhatsAppAccount> Id,
    [property: OneOf(typeof(AccountStatus))] string Status,
    string? StatusMessage,
    string WabaId,
    string PhoneNumberId,
    string DisplayPhoneNumber,
    string VerifiedName,
    string? QualityRating,
    long MessagesSent,
    long MessagesReceived,
    DateTimeOffset? LastMessageAt,
    DateTimeOffset CreatedAt)
{
    public static AccountResponse Of(WhatsAppAccount account) => new(
        account.Id,
        account.Status,
        account.StatusMessage,
        account.WabaId,
        account.PhoneNumberId,
        account.DisplayPhoneNumber,
        account.VerifiedName,
        account.QualityRating,
        account.MessagesSent,
        account.MessagesReceived,
        account.LastMessageAt,
        account.CreatedAt);
}
