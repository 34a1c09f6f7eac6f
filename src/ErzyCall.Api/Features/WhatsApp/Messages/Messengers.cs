using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.Simulation;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.WhatsApp.Messages;

/// <summary>The messengers that this server has.</summary>
internal sealed class Messengers(IEnumerable<IMessenger> messengers, IOptions<SimulatorOptions> simulator, ErzyCallDbContext db)
{
    /// <summary>Whether an account's messenger is the simulated one: a test organization's always is, whatever the account says.</summary>
    public async Task<bool> IsSimulatedAsync(WhatsAppAccount account, CancellationToken cancellationToken) =>
        account.IsSimulated || await IsOfTestAsync(account, cancellationToken);

    /// <summary>
    /// Whether messages of an account may be sent at all: a live organization's are not simulated unless <c>Simulator:AllowLive</c> is on.
    /// </summary>
    public async Task<bool> MaySendAsync(WhatsAppAccount account, CancellationToken cancellationToken) =>
        MaySend(account, OrganizationMode.Live) || await IsOfTestAsync(account, cancellationToken);

    /// <inheritdoc cref="MaySendAsync(WhatsAppAccount, CancellationToken)"/>
    /// <param name="mode">The mode of the account's organization.</param>
    public bool MaySend(WhatsAppAccount account, OrganizationMode mode) =>
        !account.IsSimulated || simulator.Value.AllowLive || mode is OrganizationMode.Test;

    public IMessenger Find(bool isSimulated) => messengers.First(messenger => messenger.IsSimulated == isSimulated);

    private Task<bool> IsOfTestAsync(WhatsAppAccount account, CancellationToken cancellationToken) =>
        db.Organizations.AnyAsync(row => row.Id == account.OrganizationId && row.Mode == OrganizationMode.Test, cancellationToken);
}
