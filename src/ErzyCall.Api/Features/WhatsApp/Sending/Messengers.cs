using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.WhatsApp.Sending;

/// <summary>The messengers that this server has.</summary>
internal sealed class Messengers(IEnumerable<IMessenger> messengers, ErzyCallDbContext db)
{
    /// <summary>An account's messenger. A test organization's is always the simulated one, whatever the account says.</summary>
    public async Task<IMessenger> ForAsync(WhatsAppAccount account, CancellationToken cancellationToken)
    {
        var isSimulated = account.IsSimulated
            || await db.Organizations.AnyAsync(row => row.Id == account.OrganizationId && row.Mode == OrganizationMode.Test, cancellationToken);
        return messengers.First(messenger => messenger.IsSimulated == isSimulated);
    }
}
