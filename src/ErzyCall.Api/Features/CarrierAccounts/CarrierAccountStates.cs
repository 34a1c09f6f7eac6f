using ErzyCall.Api.Platform;

namespace ErzyCall.Api.Features.CarrierAccounts;

/// <summary>What is learned of an account while orders are given.</summary>
internal static class CarrierAccountStates
{
    /// <summary>Stops an account that its carrier refuses: no calls are made with it until a check of it succeeds.</summary>
    public static Task StopAccountAsync(this ErzyCallDbContext db, Id<CarrierAccount> id, CarrierFailure failure)
    {
        var message = $"{failure.Code}: {failure.Message}".Cut(CarrierAccount.MaxStatusMessage);
        return db.CarrierAccounts
            .Where(account => account.Id == id && account.Status == CarrierAccountStatus.Active)
            .ExecuteUpdateAsync(account => account
                .SetProperty(row => row.Status, CarrierAccountStatus.Error)
                .SetProperty(row => row.StatusMessage, message));
    }

    /// <summary>Lets no order of an account leave before a time.</summary>
    public static Task PauseAccountAsync(
        this ErzyCallDbContext db, Id<CarrierAccount> id, DateTimeOffset until, CancellationToken cancellationToken = default) =>
        db.CarrierAccounts
            .Where(account => account.Id == id && (account.NextOrderAt == null || account.NextOrderAt < until))
            .ExecuteUpdateAsync(account => account.SetProperty(row => row.NextOrderAt, until), cancellationToken);
}
