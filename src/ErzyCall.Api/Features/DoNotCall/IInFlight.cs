namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>A kind of thing that reaches people by their number: orders to carriers, messages.</summary>
internal interface IInFlight
{
    /// <summary>
    /// Whether anything that was claimed for one of these numbers is in flight, so that nobody knows yet whether it has left. Reads what is
    /// committed at this moment.
    /// </summary>
    /// <param name="numbers">The numbers in canonical form.</param>
    Task<bool> IsAnyInFlightAsync(Id<Owner> organization, IReadOnlyCollection<string> numbers, CancellationToken cancellationToken);
}
