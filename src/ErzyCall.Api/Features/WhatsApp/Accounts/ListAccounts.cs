using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Pagination;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.WhatsApp.Accounts;

/// <summary>All of the organization's accounts, newest first.</summary>
internal static class ListAccounts
{
    public static async Task<Ok<Data<List<AccountResponse>>>> HandleAsync(
        Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var accounts = await db.WhatsAppAccounts.OwnedBy(caller).AsNoTracking().NewestFirst().ToListAsync(cancellationToken);
        return TypedResults.Ok(Data.Of(accounts.ConvertAll(AccountResponse.Of)));
    }
}

/// <summary>An account without its secrets.</summary>
internal sealed record AccountResponse(
    Id<WhatsAppAccount> Id,
    string Status,
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
