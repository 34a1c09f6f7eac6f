using ErzyCall.Api.Features.Calls.Dispatch.Simulation;
using ErzyCall.Api.Features.PhoneNumbers;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>The carriers that this server has, by name.</summary>
internal sealed class Carriers(IEnumerable<ICarrier> carriers)
{
    public ICarrier? Find(string? name) => carriers.FirstOrDefault(carrier => carrier.Name == name);

    /// <summary>The name of the carrier that dials calls from a number. A test organization's is always the simulated one, whatever its numbers say.</summary>
    public static async Task<string> NameForAsync(Organization organization, string from, ErzyCallDbContext db, CancellationToken cancellationToken) =>
        organization.Mode is OrganizationMode.Live
        && await db.PhoneNumbers
            .Where(phone => phone.OrganizationId == organization.Id && phone.Number == from)
            .Select(phone => phone.Provider)
            .SingleOrDefaultAsync(cancellationToken) is { } provider
            ? provider
            : SimulatedCarrier.CarrierName;
}
