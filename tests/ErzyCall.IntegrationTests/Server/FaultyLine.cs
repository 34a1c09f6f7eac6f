using System.Collections.Concurrent;
using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Calls.Dispatch.Simulation;
using ErzyCall.Api.Platform.Ids;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>What becomes of a submission between the server and its carrier.</summary>
internal enum SubmitFate
{
    /// <summary>The carrier gets the order and its answer is heard.</summary>
    Heard,

    /// <summary>The carrier gets the order; its answer is lost.</summary>
    AnswerLost,

    /// <summary>The order is lost and nobody knows: as when a server dies between its claim and its order.</summary>
    OrderLost,

    /// <summary>The order certainly went nowhere.</summary>
    NotConnected,

    /// <summary>The order is lost, and no answer comes until the server gives up.</summary>
    Hangs,

    /// <summary>The carrier gets the order, and its report that the call is over comes before its answer.</summary>
    ReportedFirst,
}

/// <summary>
/// The line between servers and the simulated carrier, for tests that let it fail. What becomes of a call's submission is written in its first message, so that it is the same
/// whichever server hands it over.
/// </summary>
internal sealed class FaultyLine
{
    /// <summary>How a call ends that is reported first.</summary>
    public const string FirstReport = "customer-busy";

    private int _hanging;

    /// <summary>Whether questions about a call, and orders to hang up, go unanswered.</summary>
    public bool IsDown { get; set; }

    /// <summary>How many submissions hang now.</summary>
    public int Hanging => Volatile.Read(ref _hanging);

    /// <summary>How often each call was dialled.</summary>
    public ConcurrentDictionary<Id<Call>, int> Dials { get; } = [];

    /// <summary>Puts this line between a server and its carrier.</summary>
    public void Connect(IServiceCollection services) => services
        .RemoveAll<ICarrier>()
        .AddSingleton(this)
        .AddScoped<SimulatedCarrier>()
        .AddScoped<ICarrier, Carrier>();

    private async Task<HandOver> HangAsync(CancellationToken givenUp)
    {
        Interlocked.Increment(ref _hanging);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, givenUp);
            return new HandOver.NotSent();
        }
        finally
        {
            Interlocked.Decrement(ref _hanging);
        }
    }

#pragma warning disable CA1812 // Made by the container.
    private sealed class Carrier(FaultyLine line, SimulatedCarrier carrier, IServiceScopeFactory scopes, TimeProvider clock) : ICarrier
#pragma warning restore CA1812
    {
        public string Name => carrier.Name;

        public TimeSpan ReportsWithin => carrier.ReportsWithin;

        public IReadOnlyList<string> NotSupported(AssistantSnapshot assistant, AssistantFeatures features) => carrier.NotSupported(assistant, features);

        public TimeSpan? LongestCall(string to) => carrier.LongestCall(to);

        public async Task<HandOver> PlaceAsync(CarrierOrder order, CancellationToken cancellationToken)
        {
            line.Dials.AddOrUpdate(order.Call, 1, (_, dials) => dials + 1);
            switch (Enum.Parse<SubmitFate>(order.FirstMessage))
            {
                case SubmitFate.OrderLost:
                    throw new IOException("The line is cut before the order has arrived.");

                case SubmitFate.NotConnected:
                    return new HandOver.NotSent();

                case SubmitFate.Hangs:
                    return await line.HangAsync(cancellationToken);

                case SubmitFate.AnswerLost:
                    await carrier.PlaceAsync(order, cancellationToken);
                    throw new IOException("The line is cut before the answer has arrived.");

                case SubmitFate.ReportedFirst:
                    var result = await carrier.PlaceAsync(order, cancellationToken);
                    await (result is HandOver.Accepted ? ReportAsync(order.Call) : Task.CompletedTask);
                    return result;

                default:
                    return await carrier.PlaceAsync(order, cancellationToken);
            }
        }

        public Task<Sighting> LookUpAsync(CarrierQuestion question, CancellationToken cancellationToken)
        {
            RefuseWhenDown();
            return carrier.LookUpAsync(question, cancellationToken);
        }

        public Task HangUpAsync(CarrierQuestion question, CancellationToken cancellationToken)
        {
            RefuseWhenDown();
            return carrier.HangUpAsync(question, cancellationToken);
        }

        private void RefuseWhenDown()
        {
            if (line.IsDown)
            {
                throw new IOException("The line is down.");
            }
        }

        // As another request would bring it.
        private async Task ReportAsync(Id<Call> call)
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<CarrierReports>()
                .TakeAsync(
                    new CarrierReport(call, AnsweredAt: null, new CarrierOutcome(EndedReason.FromCarrier(FirstReport), clock.GetUtcNow(), Duration: null, [])),
                    CancellationToken.None);
        }
    }
}
