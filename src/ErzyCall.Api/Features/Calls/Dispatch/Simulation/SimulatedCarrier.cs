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

    public string Name => CarrierNames.Simulator;

    public TimeSpan? LongestCall(string to) =>
        !SimulatedScript.For(to).IsSilent ? null : options.Value.Speed == 0 ? s_silentAtOnce : options.Value.Scale(s_silentFor);

    public Task<SubmitResult> PlaceAsync(CarrierOrder order, CancellationToken cancellationToken) =>
        exchange.TakeAsync(order, cancellationToken).WaitAsync(cancellationToken);

    public Task<bool> KnowsAsync(Id<Call> call, CancellationToken cancellationToken) =>
        db.SimulatedCalls.AnyAsync(row => row.CallId == call, cancellationToken);

    public async Task<bool> HangUpAsync(Id<Call> call, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        db.Announce("simulated_calls");
        await db.SimulatedCalls
            .Where(row => row.CallId == call && row.NextStepAt != null)
            .ExecuteUpdateAsync(
                row => row.SetProperty(stopped => stopped.HungUpAt, now).SetProperty(stopped => stopped.NextStepAt, now),
                cancellationToken);
        return await KnowsAsync(call, cancellationToken);
    }
}
