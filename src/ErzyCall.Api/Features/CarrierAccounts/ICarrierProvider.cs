namespace ErzyCall.Api.Features.CarrierAccounts;

/// <summary>A company with which organizations have accounts, as those who set the accounts up know it.</summary>
internal interface ICarrierProvider
{
    /// <summary>The name of the carrier.</summary>
    string Name { get; }

    /// <summary>
    /// The environment variables that hold the secrets of an account, in the order of the lines on standard input: the key that orders are
    /// given with, and the one that calls are hung up with, where there is such a one.
    /// </summary>
    IReadOnlyList<string> SecretNames { get; }

    /// <summary>Asks whether the account can be used, and for its numbers.</summary>
    /// <exception cref="CarrierUnreachableException">The carrier gave no answer that says so.</exception>
    Task<AccountCheck> CheckAsync(CarrierAccount account, CancellationToken cancellationToken);
}

/// <summary>What a carrier says of an account.</summary>
internal abstract record AccountCheck
{
    internal sealed record Able(IReadOnlyList<CarrierNumber> Numbers) : AccountCheck;

    internal sealed record Refused(CarrierFailure Failure) : AccountCheck;
}

/// <summary>A phone number that an account has.</summary>
/// <param name="Number">The number in E.164; <c>null</c> when the carrier has it in another form, such as an address of its own.</param>
/// <param name="Id">The carrier's own id of the number.</param>
internal sealed record CarrierNumber(string? Number, string Id);

/// <summary>A carrier did not answer, or not with what was asked for.</summary>
internal sealed class CarrierUnreachableException(string message, Exception? cause = null) : Exception(message, cause);
