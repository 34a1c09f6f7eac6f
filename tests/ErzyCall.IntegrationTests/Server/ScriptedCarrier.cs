using System.Collections.Concurrent;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Platform.Ids;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>A carrier that does what a test says, and remembers what it was asked. By default it accepts every call and never reports.</summary>
internal sealed class ScriptedCarrier(string name = "simulator") : ICarrier
{
    public string Name => name;

    public Func<CancellationToken, Task<SubmitResult>> WhenPlaced { get; set; } = _ => Task.FromResult(SubmitResult.Accepted);

    public Func<CancellationToken, Task<bool>> WhenAsked { get; set; } = _ => Task.FromResult(true);

    public Func<CancellationToken, Task<bool>> WhenToldToHangUp { get; set; } = _ => Task.FromResult(true);

    public ConcurrentQueue<CarrierOrder> Placed { get; } = [];

    public ConcurrentQueue<Id<Call>> Asked { get; } = [];

    public ConcurrentQueue<Id<Call>> ToldToHangUp { get; } = [];

    public TimeSpan? LongestCall(string to) => null;

    public Task<SubmitResult> PlaceAsync(CarrierOrder order, CancellationToken cancellationToken)
    {
        Placed.Enqueue(order);
        return WhenPlaced(cancellationToken);
    }

    public Task<bool> KnowsAsync(Id<Call> call, CancellationToken cancellationToken)
    {
        Asked.Enqueue(call);
        return WhenAsked(cancellationToken);
    }

    public Task<bool> HangUpAsync(Id<Call> call, CancellationToken cancellationToken)
    {
        ToldToHangUp.Enqueue(call);
        return WhenToldToHangUp(cancellationToken);
    }
}
