namespace ErzyCall.Api.Features.CarrierAccounts;

/// <summary>The companies that accounts can be had with.</summary>
internal sealed class CarrierProviders(IEnumerable<ICarrierProvider> providers)
{
    public IReadOnlyList<string> Names { get; } = [.. providers.Select(provider => provider.Name)];

    public ICarrierProvider? Find(string name) => providers.FirstOrDefault(provider => provider.Name == name);

    /// <exception cref="InvalidOperationException">This server does not have the account's carrier.</exception>
    public ICarrierProvider Of(CarrierAccount account) =>
        Find(account.Provider) ?? throw new InvalidOperationException($"There is no carrier '{account.Provider}'.");
}
