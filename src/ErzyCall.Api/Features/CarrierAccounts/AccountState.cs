namespace ErzyCall.Api.Features.CarrierAccounts;

/// <summary>What decides whether calls can be made with a carrier account, and how many.</summary>
internal sealed record AccountState(
    Id<CarrierAccount> Id, string Provider, string Name, string Status, string? StatusMessage, decimal? CallsPerSecond)
{
    /// <summary>The error as a document shows it; each answer says what is wrong with which account.</summary>
    public static ApiError AnyUnavailable { get; } =
        new(
            FeatureErrorCode.CarrierUnavailable,
            StatusCodes.Status422UnprocessableEntity,
            "The number belongs to a carrier account that cannot be called with at present");

    /// <summary>The error that says why no call can be made with the account.</summary>
    public ApiError Unavailable => AnyUnavailable with
    {
        Message = Status == CarrierAccountStatus.Disconnected
            ? $"The number belongs to the carrier account '{Name}', which is disconnected"
            : $"The number belongs to the carrier account '{Name}', which {Provider} refuses: {StatusMessage}",
    };

    public static AccountState Of(CarrierAccount account) =>
        new(account.Id, account.Provider, account.Name, account.Status, account.StatusMessage, account.CallsPerSecond);
}
