namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>A kind of thing that reaches people by their number: orders to carriers, messages.</summary>
internal interface IInFlight
{
    /// <summary>
    /// Whether something was claimed for one of these numbers of which it is not known yet whether it has left. Reads what is committed at
    /// this moment.
    /// </summary>
    /// <param name="numbers">The canonical forms.</param>
    Task<bool> IsAnyInFlightAsync(Id<Owner> organization, IReadOnlyCollection<string> numbers, CancellationToken cancellationToken);
}
