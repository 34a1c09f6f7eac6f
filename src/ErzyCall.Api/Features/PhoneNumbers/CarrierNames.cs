using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.Simulation;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.PhoneNumbers;

/// <summary>The names of carriers, one of which a phone number has as its <c>provider</c>.</summary>
internal sealed class CarrierNames(IReadOnlyList<string> carriers, IOptions<SimulatorOptions> simulator)
{
    /// <summary>The carrier that rings nobody.</summary>
    public const string Simulator = "simulator";

    /// <summary>The carriers that numbers of an organization in this mode may name.</summary>
    public IReadOnlyList<string> For(OrganizationMode mode) => mode is OrganizationMode.Test
        ? [Simulator]
        : [.. carriers.Where(name => simulator.Value.AllowLive || name != Simulator)];

    /// <summary>
    /// The carrier of a number that names none: a live organization's must be named, so that nobody gets an invented call who expects a
    /// real one.
    /// </summary>
    public static string? DefaultFor(OrganizationMode mode) => mode is OrganizationMode.Test ? Simulator : null;
}
