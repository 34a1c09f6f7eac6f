using System.Collections.Concurrent;
using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Platform.Ids;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>What a scripted carrier makes of an order.</summary>
internal enum SubmitResult
{
    Accepted,
    Rejected,
    NotConnected,
}

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

    public TimeSpan ReportsWithin => TimeSpan.FromSeconds(120);

    public TimeSpan? LongestCall(string to) => null;

    public IReadOnlyList<string> NotSupported(AssistantSnapshot assistant, AssistantFeatures features) => [];

    public async Task<HandOver> PlaceAsync(CarrierOrder order, CancellationToken cancellationToken)
    {
        Placed.Enqueue(order);
        return await WhenPlaced(cancellationToken) switch
        {
            SubmitResult.Accepted => new HandOver.Accepted(IdOf(order.Call)),
            SubmitResult.Rejected => new HandOver.Refused(new CarrierRefusal(RefusalKind.Call, "no", "We do not call there")),
            _ => new HandOver.NotSent(),
        };
    }

    public async Task<Sighting> LookUpAsync(CarrierQuestion question, CancellationToken cancellationToken)
    {
        Asked.Enqueue(question.Call);
        return await WhenAsked(cancellationToken)
            ? new Sighting.Seen([new CarrierReport(question.Call) { CarrierCallId = IdOf(question.Call) }])
            : new Sighting.Absent();
    }

    public Task HangUpAsync(CarrierQuestion question, CancellationToken cancellationToken)
    {
        ToldToHangUp.Enqueue(question.Call);
        return WhenToldToHangUp(cancellationToken);
    }

    /// <summary>This carrier's own id of a call.</summary>
    public static string IdOf(Id<Call> call) => $"theirs-{call}";
}
