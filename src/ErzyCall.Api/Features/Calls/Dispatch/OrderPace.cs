using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.Calls.Policy;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// Keeps the orders of one step to the pace at which each account's carrier takes them. Accounts belong to one organization, whose row the
/// step has locked, so all copies of the server keep to it together.
/// </summary>
internal sealed class OrderPace(DateTimeOffset now)
{
    private readonly Dictionary<Id<CarrierAccount>, (decimal CallsPerSecond, int Orders)> _paced = [];

    /// <summary>Whether the account has had as many orders in this step as its carrier takes in a second, and one at least.</summary>
    public bool IsReached(AccountState? account) =>
        account is { CallsPerSecond: { } most }
        && _paced.TryGetValue(account.Id, out var paced)
        && paced.Orders >= Math.Max(1, Math.Floor(most));

    public void Count(AccountState? account)
    {
        if (account is { CallsPerSecond: { } most })
        {
            _paced[account.Id] = (most, _paced.GetValueOrDefault(account.Id).Orders + 1);
        }
    }

    /// <summary>Lets the accounts rest for as long as their carriers need for the orders of this step.</summary>
    public async Task KeepAsync(ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        foreach (var (account, (most, orders)) in _paced)
        {
            await db.PauseAccountAsync(account, now + TimeSpan.FromSeconds((double)(orders / most)), cancellationToken);
        }
    }
}
