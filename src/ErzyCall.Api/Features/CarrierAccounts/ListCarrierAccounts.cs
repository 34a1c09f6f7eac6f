using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Pagination;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.CarrierAccounts;

/// <summary>
/// All of the organization's accounts with carriers that ring real phones, newest first. The operator of the server connects them; a test
/// organization has none.
/// </summary>
internal static class ListCarrierAccounts
{
    public static async Task<Ok<Data<List<CarrierAccountResponse>>>> HandleAsync(
        Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var accounts = await db.CarrierAccounts.OwnedBy(caller).AsNoTracking().NewestFirst().ToListAsync(cancellationToken);
        return TypedResults.Ok(Data.Of(accounts.ConvertAll(CarrierAccountResponse.Of)));
    }
}

/// <summary>An account with a carrier that rings real phones, without its secrets.</summary>
/// <param name="Provider">The carrier, which the account's phone numbers and calls have as their <c>provider</c>.</param>
/// <param name="Name">The name that the operator of the server has given the account; no two of an organization have the same.</param>
/// <param name="Status">Whether calls can be made with the account.</param>
/// <param name="StatusMessage">The reason why the carrier refuses the account; <c>null</c> when it does not.</param>
[Example("""{"provider":"vapi","name":"Front desk","statusMessage":null}""")]
internal sealed record CarrierAccountResponse(
    Id<CarrierAccount> Id,
    string Provider,
    string Name,
    [property: OneOf(typeof(CarrierAccountStatus))] string Status,
    string? StatusMessage,
    DateTimeOffset CreatedAt)
{
    public static CarrierAccountResponse Of(CarrierAccount account) =>
        new(account.Id, account.Provider, account.Name, account.Status, account.StatusMessage, account.CreatedAt);
}
