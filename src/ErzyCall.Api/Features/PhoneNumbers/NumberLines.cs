using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.Simulation;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.PhoneNumbers;

/// <summary>The carrier that a number belongs to, and what that carrier knows it by.</summary>
/// <param name="CarrierNumberId">The carrier's own id of the number.</param>
internal sealed record NumberLine(string Provider, Id<CarrierAccount>? CarrierAccountId, string? CarrierNumberId);

/// <summary>
/// Finds out whether a number can be called from with a carrier. In a live organization its account must have the number: calls from a
/// number that is not one's own are refused one by one, or reach people under a false name.
/// </summary>
internal sealed partial class NumberLines(
    ErzyCallDbContext db, CarrierProviders providers, IOptions<SimulatorOptions> simulator, ILogger<NumberLines> logger)
{
    /// <summary>The carrier that rings nobody.</summary>
    public const string Simulator = "simulator";

    /// <summary>The time that a carrier has to say which numbers an account has.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <param name="number">The number in E.164.</param>
    /// <param name="provider">The carrier that the request names, if any.</param>
    /// <param name="accountId">The account that the request names, if any.</param>
    /// <exception cref="ApiException">
    /// <c>VALIDATION_ERROR</c>, <c>NOT_FOUND</c> of the account, <c>CARRIER_UNAVAILABLE</c> of one that cannot be used, or
    /// <c>SERVICE_UNAVAILABLE</c> when its carrier does not answer.
    /// </exception>
    public async Task<NumberLine> FindAsync(
        string number, string? provider, Id<CarrierAccount>? accountId, Caller caller, CancellationToken cancellationToken)
    {
        if (accountId is not { } id)
        {
            return WithoutAccount(provider, caller);
        }

        var account = await db.CarrierAccounts.OwnedBy(caller).AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken)
            ?? throw new ApiException(ApiError.NotFound("carrier account"));
        if (provider is not null && provider != account.Provider)
        {
            throw Invalid("provider", $"The carrier account is one of {account.Provider}");
        }

        if (account.Status != CarrierAccountStatus.Active)
        {
            throw new ApiException(AccountState.Of(account).Unavailable);
        }

        var numbers = await AskAsync(account, cancellationToken);
        return numbers.FirstOrDefault(own => own.Number == number) is { } found
            ? new NumberLine(account.Provider, account.Id, found.Id)
            : throw Invalid("phoneNumber", $"The carrier account '{account.Name}' does not have this number");
    }

    private NumberLine WithoutAccount(string? provider, Caller caller)
    {
        var mode = caller.Mode;
        if (provider is null && mode is OrganizationMode.Live)
        {
            throw Invalid("carrierAccountId", "A live organization's number belongs to one of its carrier accounts: GET /carrier-accounts");
        }

        if (provider is null or Simulator)
        {
            return simulator.Value.Serves(mode)
                ? new NumberLine(Simulator, CarrierAccountId: null, CarrierNumberId: null)
                : throw Invalid("provider", "Numbers of a live organization are not simulated");
        }

        throw mode is OrganizationMode.Live && providers.Find(provider) is not null
            ? Invalid("carrierAccountId", $"A number at {provider} belongs to one of the organization's carrier accounts")
            : Invalid(
                "provider",
                $"Must be one of {string.Join(", ", mode is OrganizationMode.Test ? [Simulator] : providers.Names)}");
    }

    private async Task<IReadOnlyList<CarrierNumber>> AskAsync(CarrierAccount account, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        enough.CancelAfter(s_patience);
        try
        {
            switch (await providers.Of(account).CheckAsync(account, enough.Token))
            {
                case AccountCheck.Able able:
                    return able.Numbers;
                case AccountCheck.Refused refused:
                    throw new ApiException((AccountState.Of(account) with { StatusMessage = refused.Failure.Message }).Unavailable);
                case var other:
                    throw new InvalidOperationException($"{other} is no answer.");
            }
        }
        catch (Exception failure)
            when (failure is CarrierUnreachableException
                || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Log.Unreachable(logger, account.Id.ToString(), failure.Message);
            throw new ApiException(ApiError.ServiceUnavailable);
        }
    }

    private static ApiException Invalid(string field, string message) => new(ApiError.InvalidBody(new FieldError(field, message)));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The numbers of {CarrierAccount} cannot be read: {Reason}")]
        public static partial void Unreachable(ILogger logger, string carrierAccount, string reason);
    }
}
