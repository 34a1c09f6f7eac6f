using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Observability;
using ErzyCall.Api.Platform.Outbox;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>
/// The attempts that this process is making. Each goes its own way, so that a slow endpoint holds up nothing but itself; their answers are kept until the next
/// step of <see cref="WebhookDeliveryJob"/> records all that have come. What is lost with the process is repeated when its lease has run out.
/// </summary>
internal sealed partial class DeliveriesUnderWay(
    WebhookSender sender, EndpointSecrets secrets, IServiceScopeFactory scopes, WorkSignal signal, IHostApplicationLifetime lifetime, ServerMetrics metrics, TimeProvider clock, ILogger<DeliveriesUnderWay> logger)
    : IHostedService
{
    /// <summary>Attempts of this process at once. Each takes a connection and some memory.</summary>
    private const int Most = 4_000;

    /// <summary>From here on each endpoint gets only a few: it takes hundreds that hang to fill the rest.</summary>
    private const int Many = Most / 2;

    /// <summary>Attempts that are begun before others have their turn on the thread pool.</summary>
    private const int BegunTogether = 8;

    /// <summary>Answers in one transaction.</summary>
    private const int MostAnswers = 500;

    /// <summary>Between two looks of a server that stops, if no answer comes.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();

    private readonly List<AttemptResult> _answered = [];

    /// <summary>Begun and not yet recorded.</summary>
    private int _count;

    private int _unanswered;

    /// <summary>Answers that the next step takes: fewer while there is one among them that the database does not take.</summary>
    private int _batch = MostAnswers;

    /// <summary>Attempts that may still be begun: none once the server is told to stop.</summary>
    public int Room => lifetime.ApplicationStopping.IsCancellationRequested ? int.MinValue : Most - Volatile.Read(ref _count);

    public bool IsCrowded => Volatile.Read(ref _count) >= Many;

    /// <summary>Attempts that have been begun and whose outcome is not known yet.</summary>
    public int Unanswered => Volatile.Read(ref _unanswered);

    /// <summary>Makes these attempts, which have been counted, without waiting for them.</summary>
    public void Begin(IReadOnlyCollection<ClaimedDelivery> claimed, IReadOnlyCollection<WebhookEndpoint> endpoints, DateTimeOffset claimedAt)
    {
        lock (_gate)
        {
            _count += claimed.Count;
            _unanswered += claimed.Count;
        }

        // Decrypted once for all of an endpoint; and within an attempt, which then fails when it cannot be.
        var targets = endpoints.ToDictionary(endpoint => endpoint.Id.Value, endpoint => new Lazy<Target>(() => TargetOf(endpoint, claimedAt)));
        _ = BeginInTurnAsync();

        // A few at a time: together they would all stand before the job in the thread pool's queue, and the database would wait until the last of them is sent.
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

    /// <summary>The answers to be recorded next. Whoever takes them says what became of them: <see cref="Recorded"/> and <see cref="Keep"/>, or <see cref="Refused"/>.</summary>
    public IReadOnlyList<AttemptResult> TakeAnswered()
    {
        lock (_gate)
        {
            var taken = _answered[..Math.Min(_answered.Count, _batch)];
            _answered.RemoveRange(0, taken.Count);
            return taken;
        }
    }

    /// <param name="count">Of those that were taken.</param>
    public void Recorded(int count)
    {
        lock (_gate)
        {
            _count -= count;
            _batch = Math.Min(2 * _batch, MostAnswers);
        }
    }

    /// <summary>Keeps results for a later step, however long the database is away: recorded late, they count if nobody has made another attempt meanwhile.</summary>
    public void Keep(IReadOnlyList<AttemptResult> results)
    {
        lock (_gate)
        {
            _answered.AddRange(results);
        }
    }

    /// <summary>The database does not take one of these: half as many are tried next, until it is alone and given up.</summary>
    public void Refused(IReadOnlyList<AttemptResult> results, Exception failure)
    {
        lock (_gate)
        {
            if (results.Count > 1)
            {
                _answered.InsertRange(0, results);
                _batch = results.Count / 2;
                return;
            }

            _count--;
        }

        Log.GivenUp(logger, new Id<WebhookDelivery>(results[0].Claimed.DeliveryId).ToString(), failure);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Nothing new is begun any more, and requests have ended; what is still under way is waited for and recorded, or it would be sent twice.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var signals = signal.Subscribe([WebhookDeliveryJob.Queue]);
        while (!cancellationToken.IsCancellationRequested && Volatile.Read(ref _count) > 0)
        {
            // Asked for before the step looks, so that an answer during the step is not missed.
            var woken = signals.NextAsync();
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                if (await scope.ServiceProvider.GetRequiredService<WebhookDeliveryJob>().RunOnceAsync(cancellationToken))
                {
                    continue;
                }
            }
#pragma warning disable CA1031 // Another look may succeed; one that is cut short, because the time to stop is over, must not keep other services from stopping.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Log.NotRecorded(logger, failure);
            }

            await Task.WhenAny(woken, Task.Delay(s_pause, clock, cancellationToken));
        }

        if (Volatile.Read(ref _count) is > 0 and var left)
        {
            Log.LeftBehind(logger, left);
        }
    }

    private Target TargetOf(WebhookEndpoint endpoint, DateTimeOffset now) => new(
        new Uri(endpoint.Url),
        secrets.Unprotect(endpoint.Secret),
        endpoint.PreviousSecret is { } previous && endpoint.PreviousSecretUntil > now ? secrets.Unprotect(previous) : null);

    private async Task AttemptAsync(ClaimedDelivery claimed, Lazy<Target> target, DateTimeOffset claimedAt)
    {
        // This process may have stood still since the claim, and somebody else be about to make the next attempt.
        if (clock.Now() > claimedAt + DeliveryQueue.Lease - WebhookSender.Limit)
        {
            Log.TooLate(logger, new Id<WebhookDelivery>(claimed.DeliveryId).ToString());
            Answer(result: null);
            return;
        }

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

        metrics.WebhookAttempted(answer.IsSuccess ? "delivered" : answer.StatusCode is null ? "unanswered" : "refused", answer.Duration);
        Answer(new AttemptResult(claimed, answer));
    }

    /// <param name="result"><c>null</c> when the attempt was not made.</param>
    private void Answer(AttemptResult? result)
    {
        lock (_gate)
        {
            _unanswered--;
            if (result is null)
            {
                _count--;
            }
            else
            {
                _answered.Add(result);
            }
        }

        signal.Wake(WebhookDeliveryJob.Queue);
    }

    /// <param name="Previous">The secret before, while it still signs.</param>
    private sealed record Target(Uri Url, WebhookSecret Secret, WebhookSecret? Previous);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "An attempt at {Delivery} could not be made")]
        public static partial void NotSent(ILogger logger, string delivery, Exception exception);

        [LoggerMessage(2, LogLevel.Error, "The answer to an attempt at {Delivery} cannot be recorded and is lost")]
        public static partial void GivenUp(ILogger logger, string delivery, Exception exception);

        [LoggerMessage(3, LogLevel.Warning, "An attempt at {Delivery} was not made: this process stood still too long after its claim")]
        public static partial void TooLate(ILogger logger, string delivery);

        [LoggerMessage(4, LogLevel.Warning, "Answers to webhook deliveries are not recorded yet, and the server stops")]
        public static partial void NotRecorded(ILogger logger, Exception exception);

        [LoggerMessage(5, LogLevel.Warning, "{Count} attempts at webhook deliveries are left behind without an answer; they will be made again")]
        public static partial void LeftBehind(ILogger logger, int count);
    }
}
