using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.WhatsApp.Sending;

/// <summary>The messengers that this server has.</summary>
internal sealed class Messengers(IEnumerable<IMessenger> messengers, ErzyCallDbContext db)
{
    /// <summary>Whether an account's messenger is the simulated one: a test organization's always is, whatever the account says.</summary>
    public async Task<bool> IsSimulatedAsync(WhatsAppAccount account, CancellationToken cancellationToken) =>
        account.IsSimulated || await db.Organizations.AnyAsync(row => row.Id == account.OrganizationId && row.Mode == OrganizationMode.Test, cancellationToken);

    public IMessenger Find(bool isSimulated) => messengers.First(messenger => messenger.IsSimulated == isSimulated);
}
