using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.PhoneNumbers;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>The lines that calls are made on, looked up when their carriers are talked to.</summary>
internal sealed class CarrierLines
{
    private readonly Dictionary<Id<CarrierAccount>, CarrierAccount> _accounts = [];
    private readonly Dictionary<(Id<CarrierAccount>, string), string?> _numbers = [];

    private CarrierLines()
    {
    }

    /// <summary>Looks up the lines of calls; for calls of the simulated carrier, which has none, the database is not asked.</summary>
    public static async Task<CarrierLines> LoadAsync(
        ErzyCallDbContext db, IReadOnlyCollection<Call> calls, CancellationToken cancellationToken)
    {
        var lines = new CarrierLines();
        var accounts = calls.Select(call => call.CarrierAccountId).OfType<Id<CarrierAccount>>().Distinct().ToList();
        if (accounts.Count == 0)
        {
            return lines;
        }

        var numbers = calls.Select(call => call.From).Distinct().ToList();
        foreach (var account in await db.CarrierAccounts
            .AsNoTracking()
            .Where(account => accounts.Contains(account.Id))
            .ToListAsync(cancellationToken))
        {
            lines._accounts[account.Id] = account;
        }

        foreach (var phone in await db.PhoneNumbers
            .Where(phone => phone.CarrierAccountId != null
                && accounts.Contains(phone.CarrierAccountId.Value)
                && numbers.Contains(phone.Number))
            .Select(phone => new { AccountId = phone.CarrierAccountId!.Value, phone.Number, phone.CarrierNumberId })
            .ToListAsync(cancellationToken))
        {
            lines._numbers[(phone.AccountId, phone.Number)] = phone.CarrierNumberId;
        }

        return lines;
    }

    public CarrierLine Of(Call call) => OfAccount(call.CarrierAccountId, call.From);

    public CarrierLine OfAccount(Id<CarrierAccount>? account, string from) => account is { } id
        ? new CarrierLine(_accounts[id], _numbers.GetValueOrDefault((id, from)))
        : CarrierLine.None;

    /// <summary>The question about a call as it is known now.</summary>
    public CarrierQuestion About(Call call) =>
        new(call.Id, Of(call), call.CarrierCallId, call.CarrierControl, call.To, call.From, call.StartedAt!.Value);
}
