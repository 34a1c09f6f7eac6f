using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.PhoneNumbers;
using ErzyCall.Api.Features.Simulation;
using ErzyCall.Api.Platform.Tracing;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>The carriers that this server has, and the one way to talk to them.</summary>
internal sealed partial class Carriers(
    IEnumerable<ICarrier> carriers,
    IOptions<SimulatorOptions> simulator,
    IServiceScopeFactory scopes,
    TimeProvider clock,
    ILogger<Carriers> logger)
{
    /// <summary>
    /// The carrier's name in calls that the command <c>seed</c> makes in bulk, which nobody has ever dialled; no carrier has this name.
    /// </summary>
    public const string Seed = "seed";

    /// <summary>The time that a carrier has to hear that it is to hang up: short, because it is told again.</summary>
    public static readonly TimeSpan HangUpPatience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The name of the carrier that dials calls from a number of that provider. For a test organization it is always the simulated one,
    /// whatever its numbers say.
    /// </summary>
    public static string NameFor(OrganizationMode mode, string provider) =>
        mode is OrganizationMode.Test ? NumberLines.Simulator : provider;

    /// <summary>Whether numbers of the simulated carrier can dial for an organization of this mode.</summary>
    public bool Simulates(OrganizationMode mode) => simulator.Value.Serves(mode);

    /// <summary>The carrier of that name; one that this server does not have accepts nothing and knows nothing.</summary>
    public ICarrier Find(string name) => carriers.FirstOrDefault(carrier => carrier.Name == name) ?? new AbsentCarrier(name);

    /// <summary>The longest time from when a call's line is free until its carrier has told all about it.</summary>
    public TimeSpan ReportsWithin(Call call) => call.Carrier is { } name ? Find(name).ReportsWithin : TimeSpan.Zero;

    /// <summary>
    /// Asks a carrier something about a call, with no transaction open. <c>null</c> when no answer was heard in time, whatever the reason:
    /// then nothing is known of what the carrier did.
    /// </summary>
    /// <param name="patience">
    /// The time that the carrier has to answer: less than the lease that the caller holds on the call, so that nobody else asks meanwhile.
    /// </param>
    public async Task<T?> AskAsync<T>(
        string name, Id<Call> call, TimeSpan patience, Func<ICarrier, CancellationToken, Task<T>> question)
        where T : class
    {
        using var span = Spans.Begin($"carrier {name}");
        using var enough = new CancellationTokenSource(patience, clock);
        try
        {
            return await AskInScopeAsync(name, question, enough.Token).WaitAsync(enough.Token);
        }
#pragma warning disable CA1031 // Whatever a carrier throws, the one thing to conclude from it is that its answer is not known.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            span.Fail(failure.GetType().Name);
            Log.NoAnswer(logger, name, call.ToString(), failure);
            return null;
        }
    }

    /// <summary>Tells a carrier to hang up.</summary>
    /// <returns>Whether it has heard, or has nothing to hang up.</returns>
    public async Task<bool> HangUpAsync(string name, CarrierQuestion question) =>
        await AskAsync<object>(
            name,
            question.Call,
            HangUpPatience,
            async (carrier, cancelled) =>
            {
                await carrier.HangUpAsync(question, cancelled);
                return question;
            }) is not null;

    /// <summary>
    /// Asks in a scope of its own. A carrier that is given up may go on with what it does, and what it needs for that ends with it and not
    /// with whoever asked.
    /// </summary>
    private async Task<T> AskInScopeAsync<T>(
        string name, Func<ICarrier, CancellationToken, Task<T>> question, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await question(scope.ServiceProvider.GetRequiredService<Carriers>().Find(name), cancellationToken);
    }

    /// <summary>Stands for a carrier that a phone number names and this server does not have.</summary>
    private sealed class AbsentCarrier(string name) : ICarrier
    {
        public string Name => name;

        public TimeSpan ReportsWithin => TimeSpan.Zero;

        public TimeSpan? LongestCall(string to) => null;

        public IReadOnlyList<string> NotSupported(AssistantSnapshot assistant, AssistantFeatures features) => [];

        public Task<HandOver> PlaceAsync(CarrierOrder order, CancellationToken cancellationToken) =>
            Task.FromResult<HandOver>(new HandOver.NotSent());

        public Task<Sighting> LookUpAsync(CarrierQuestion question, CancellationToken cancellationToken) =>
            Task.FromResult<Sighting>(new Sighting.Absent());

        public Task HangUpAsync(CarrierQuestion question, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Carrier} gave no answer about {Call}")]
        public static partial void NoAnswer(ILogger logger, string carrier, string call, Exception exception);
    }
}
