using System.Diagnostics;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Platform.Secrets;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Tracing;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>The outcome for answers that were taken to be recorded.</summary>
internal enum Recording
{
    /// <summary>The answers are in the database, and their deliveries are in flight no more.</summary>
    Done,

    /// <summary>
    /// The answers wait for a later step, however long the database is away or somebody holds their endpoint: recorded late, they count if
    /// nobody has made another attempt meanwhile.
    /// </summary>
    Postponed,

    /// <summary>The database does not take one of the answers: half as many are tried next, until that one is alone and given up.</summary>
    Refused,
}

/// <summary>
/// The deliveries that are in flight in this process: begun, and their answers not recorded yet. Each goes its own way, so that a slow
/// endpoint holds up nothing but itself; answers wait here for the next step of <see cref="WebhookDeliveryJob"/>, which records all that
/// have come. What is lost with the process is repeated when its lease has run out.
/// </summary>
internal sealed partial class InFlightDeliveries(
    WebhookSender sender,
    Encryption encryption,
    InFlight<WebhookDeliveryJob> inFlight,
    WorkSignal signal,
    IHostApplicationLifetime lifetime,
    DeliveryMetrics metrics,
    TimeProvider clock,
    ILogger<InFlightDeliveries> logger)
{
    /// <summary>The most deliveries in flight at once. Each takes a connection and some memory.</summary>
    private const int Capacity = 4_000;

    /// <summary>
    /// The number of deliveries in flight from which on each endpoint gets only a few: it takes hundreds that hang to fill the rest.
    /// </summary>
    private const int Crowd = Capacity / 2;

    /// <summary>The number of attempts that are begun before others have their turn on the thread pool.</summary>
    private const int BegunTogether = 8;

    /// <summary>The most answers in one transaction.</summary>
    private const int LargestBatch = 500;

    private readonly Lock _gate = new();

    private readonly List<AttemptResult> _answers = [];

    private int _unanswered;

    /// <summary>
    /// The number of answers that the next step takes: fewer while there is one among them that the database does not take.
    /// </summary>
    private int _batch = LargestBatch;

    /// <summary>The number of deliveries that have been begun and whose answers are not recorded yet.</summary>
    public int Count => inFlight.Count;

    /// <summary>The number of deliveries in flight whose answers are not there yet.</summary>
    public int Unanswered => Volatile.Read(ref _unanswered);

    public bool IsCrowded => Count >= Crowd;

    /// <summary>
    /// The number of deliveries that may be begun once so many of them are recorded: none any more when the server is told to stop.
    /// </summary>
    public int RoomAfter(int recorded) => lifetime.ApplicationStopping.IsCancellationRequested ? 0 : Capacity - Count + recorded;

    /// <summary>Makes these attempts, which have been counted, without waiting for them.</summary>
    public void Begin(
        IReadOnlyCollection<ClaimedDelivery> claimed, IReadOnlyCollection<WebhookEndpoint> endpoints, DateTimeOffset claimedAt)
    {
        lock (_gate)
        {
            inFlight.Begin(claimed.Count);
            _unanswered += claimed.Count;
        }

        // Secrets are decrypted once for all attempts at an endpoint. That happens within an attempt, which fails when they cannot be
        // decrypted.
        var targets = endpoints.ToDictionary(
            endpoint => endpoint.Id.Value, endpoint => new Lazy<Target>(() => TargetOf(endpoint, claimedAt)));
        _ = BeginInTurnAsync();

        // Attempts are begun a few at a time: together they would all stand before the job in the thread pool's queue, and the database
        // would wait until the last of them is sent.
        async Task BeginInTurnAsync()
        {
            foreach (var few in claimed.Chunk(BegunTogether))
            {
                await Task.Yield();
                foreach (var delivery in few)
                {
                    _ = AttemptAsync(delivery, targets[delivery.EndpointId], claimedAt);
                }
            }
        }
    }

    /// <summary>
    /// Takes the answers that are to be recorded next. Whoever takes them says what became of each: <see cref="Settle"/>.
    /// </summary>
    public IReadOnlyList<AttemptResult> TakeAnswers()
    {
        lock (_gate)
        {
            var taken = _answers[..Math.Min(_answers.Count, _batch)];
            _answers.RemoveRange(0, taken.Count);
            return taken;
        }
    }

    /// <param name="answers">The answers that were taken.</param>
    public void Settle(IReadOnlyList<AttemptResult> answers, Recording recording)
    {
        if (answers.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            switch (recording)
            {
                case Recording.Done:
                    inFlight.End(answers.Count);
                    _batch = Math.Min(2 * _batch, LargestBatch);
                    return;
                case Recording.Postponed:
                    _answers.AddRange(answers);
                    return;
                case Recording.Refused when answers.Count > 1:
                    _answers.InsertRange(0, answers);
                    _batch = answers.Count / 2;
                    return;
                default:
                    inFlight.End(1);
                    break;
            }
        }

        Log.GivenUp(logger, new Id<WebhookDelivery>(answers[0].Claimed.DeliveryId).ToString());
    }

    private Target TargetOf(WebhookEndpoint endpoint, DateTimeOffset now) => new(
        new Uri(endpoint.Url),
        WebhookSecret.Decrypt(endpoint.Secret, encryption),
        endpoint.PreviousSecret is { } previous && endpoint.PreviousSecretUntil > now ? WebhookSecret.Decrypt(previous, encryption) : null);

    private async Task AttemptAsync(ClaimedDelivery claimed, Lazy<Target> target, DateTimeOffset claimedAt)
    {
        // This process may have stood still since the claim, and somebody else be about to make the next attempt.
        if (clock.Now() > claimedAt + DeliveryQueue.Lease - WebhookSender.Limit)
        {
            Log.TooLate(logger, new Id<WebhookDelivery>(claimed.DeliveryId).ToString());
            Answer(result: null);
            return;
        }

        using var span = Spans.Continue($"deliver {claimed.Type}", ActivityKind.Client, claimed.TraceParent);
        span?.SetTag("erzycall.delivery.id", new Id<WebhookDelivery>(claimed.DeliveryId).ToString())
            .SetTag("http.request.resend_count", claimed.Number - 1);
        WebhookAnswer answer;
        try
        {
            answer = await sender.SendAsync(
                new WebhookRequest(
                    target.Value.Url,
                    claimed.Type,
                    new Id<OutboxEvent>(claimed.EventId).ToString(),
                    WebhookBody.Of(claimed.Type, claimed.HappenedAt, claimed.Data),
                    target.Value.Secret,
                    target.Value.Previous));
        }
#pragma warning disable CA1031 // Whatever it is, this attempt has failed and the next one may not.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.NotSent(logger, new Id<WebhookDelivery>(claimed.DeliveryId).ToString(), failure);
            answer = new WebhookAnswer(StatusCode: null, "The server could not send it", TimeSpan.Zero, Body: null, RetryAfter: null);
        }

        span?.SetTag("http.response.status_code", answer.StatusCode);
        if (!answer.IsSuccess)
        {
            span.Fail(answer.Error ?? $"{answer.StatusCode}");
        }

        metrics.Attempted(answer);
        Answer(new AttemptResult(claimed, answer));
    }

    /// <param name="result">The result; <c>null</c> when the attempt was not made.</param>
    private void Answer(AttemptResult? result)
    {
        lock (_gate)
        {
            _unanswered--;
            if (result is null)
            {
                inFlight.End(1);
            }
            else
            {
                _answers.Add(result);
            }
        }

        signal.Wake(DeliveryQueue.Table);
    }

    /// <param name="Previous">The secret before this one, while it still signs.</param>
    private sealed record Target(Uri Url, WebhookSecret Secret, WebhookSecret? Previous);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "An attempt at {Delivery} could not be made")]
        public static partial void NotSent(ILogger logger, string delivery, Exception exception);

        [LoggerMessage(2, LogLevel.Error, "The answer to an attempt at {Delivery} cannot be recorded and is lost")]
        public static partial void GivenUp(ILogger logger, string delivery);

        [LoggerMessage(3, LogLevel.Warning, "An attempt at {Delivery} was not made: this process stood still too long after its claim")]
        public static partial void TooLate(ILogger logger, string delivery);
    }
}
