using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.PhoneNumbers;
using ErzyCall.Api.Features.Simulation;
using ErzyCall.Api.Platform.Time;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Calls.Dispatch.Simulation;

/// <summary>
/// The carrier that rings nobody: the only one of test organizations. It behaves as a real one does, asynchronously and with a memory of
/// its own; <see cref="SimulatedCarrierJob"/> plays its calls forward and reports. What happens is scripted by the number's last four
/// digits.
/// </summary>
internal sealed class SimulatedCarrier(
    ErzyCallDbContext db, SimulatedExchange exchange, IOptions<SimulatorOptions> options, TimeProvider clock) : ICarrier
{
    /// <summary>
    /// The time after which a call that never reports back is given up, so that the outcome can be seen without waiting for half an hour.
    /// </summary>
    private static readonly TimeSpan s_silentFor = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_silentAtOnce = TimeSpan.FromSeconds(2);

    public string Name => NumberLines.Simulator;

    public TimeSpan? LongestCall(string to) =>
        !SimulatedScript.For(to).IsSilent ? null : options.Value.Speed == 0 ? s_silentAtOnce : options.Value.Scale(s_silentFor);

    public TimeSpan ReportsWithin => TimeSpan.Zero;

    public IReadOnlyList<string> NotSupported(AssistantSnapshot assistant, AssistantFeatures features) => [];

    public Task<HandOver> PlaceAsync(CarrierOrder order, CancellationToken cancellationToken) =>
        exchange.TakeAsync(order, cancellationToken).WaitAsync(cancellationToken);

    public async Task<Sighting> LookUpAsync(CarrierQuestion question, CancellationToken cancellationToken) =>
        await db.SimulatedCalls.AsNoTracking().SingleOrDefaultAsync(row => row.CallId == question.Call, cancellationToken) is { } call
            ? new Sighting.Seen([new CarrierReport(call.CallId, call.AnsweredAt) { CarrierCallId = IdOf(call.CallId) }])
            : new Sighting.Absent();

    public Task HangUpAsync(CarrierQuestion question, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        db.Announce("simulated_calls");
        return db.SimulatedCalls
            .Where(row => row.CallId == question.Call && row.NextStepAt != null)
            .ExecuteUpdateAsync(
                row => row.SetProperty(stopped => stopped.HungUpAt, now).SetProperty(stopped => stopped.NextStepAt, now),
                cancellationToken);
    }

    /// <summary>The simulated carrier's id of a call: its record has the call under our own.</summary>
    public static string IdOf(Id<Call> call) => call.ToString();
}
