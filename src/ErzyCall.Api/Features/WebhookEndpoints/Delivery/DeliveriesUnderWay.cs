using System.Threading.Channels;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Observability;
using ErzyCall.Api.Platform.Outbox;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>
/// The attempts that this process is making. Each goes its own way, so that a slow endpoint holds up nothing but itself; their results are recorded together,
/// as many as have come in while the ones before were written. What is lost with the process is repeated when its lease has run out.
/// </summary>
internal sealed partial class DeliveriesUnderWay(
    WebhookSender sender, EndpointSecrets secrets, IServiceScopeFactory scopes, WorkSignal signal, ServerMetrics metrics, TimeProvider clock, ILogger<DeliveriesUnderWay> logger) : BackgroundService
{
    /// <summary>Attempts of this process at once. Each takes a connection and some memory.</summary>
    private const int Most = 2_000;

    /// <summary>From here on each endpoint gets only a few: it takes hundreds that hang to fill the rest.</summary>
    private const int Many = Most / 2;

    /// <summary>Results in one transaction.</summary>
    private const int MostResults = 500;

    private static readonly TimeSpan s_retryAfter = TimeSpan.FromMilliseconds(500);

    private readonly Channel<AttemptResult> _results = Channel.CreateUnbounded<AttemptResult>(new UnboundedChannelOptions { SingleReader = true });

    private readonly Lock _gate = new();

    private int _count;

    private TaskCompletionSource _idle = new();

    /// <summary>Attempts that may still be begun.</summary>
    public int Room => Most - Volatile.Read(ref _count);

    public bool IsCrowded => Volatile.Read(ref _count) >= Many;

    /// <summary>Makes these attempts, which have been counted, without waiting for them.</summary>
    public void Begin(IReadOnlyCollection<ClaimedDelivery> claimed, IReadOnlyDictionary<Guid, WebhookEndpoint> endpoints, DateTimeOffset claimedAt)
    {
        lock (_gate)
        {
            if (_count == 0)
            {
                _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            _count += claimed.Count;
        }

        foreach (var queue in claimed.GroupBy(delivery => delivery.EndpointId))
        {
            // Decrypted once for all of them; and within an attempt, which then fails when it cannot be.
            var target = new Lazy<Target>(() => TargetOf(endpoints[queue.Key], claimedAt));
            foreach (var delivery in queue)
            {
                _ = AttemptAsync(delivery, target, claimedAt);
            }
        }
    }

    /// <summary>Completes when every attempt that has been begun is recorded, or given up because the database was away for too long.</summary>
    public Task WhenIdleAsync()
    {
        lock (_gate)
        {
            return _count == 0 ? Task.CompletedTask : _idle.Task;
        }
    }

    /// <summary>Nothing new is begun any more (the jobs have been stopped); what is under way is waited for, or it would be sent twice.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await WhenIdleAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var results = new List<AttemptResult>();
        while (await _results.Reader.WaitToReadAsync(stoppingToken))
        {
            results.Clear();
            while (results.Count < MostResults && _results.Reader.TryRead(out var result))
            {
                results.Add(result);
            }

            await RecordAsync(results, stoppingToken);
            End(results.Count);

            // There is room again where these were.
            signal.Wake(WebhookDeliveryJob.Queue);
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
            End(1);
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
                    target.Value.Previous),
                CancellationToken.None);
        }
#pragma warning disable CA1031 // Whatever it is, this attempt has failed and the next one may not.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.NotSent(logger, new Id<WebhookDelivery>(claimed.DeliveryId).ToString(), failure);
            answer = new WebhookAnswer(StatusCode: null, "The server could not send it", TimeSpan.Zero, Body: null, RetryAfter: null);
        }

        metrics.WebhookAttempted(answer.IsSuccess ? "delivered" : answer.StatusCode is null ? "unanswered" : "refused", answer.Duration);
        _results.Writer.TryWrite(new AttemptResult(claimed, answer));
    }

    /// <summary>While the database is away again and again, until the leases end: then others will have made the attempts again.</summary>
    private async Task RecordAsync(List<AttemptResult> results, CancellationToken stoppingToken)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var db = scope.ServiceProvider.GetRequiredService<ErzyCallDbContext>();
                await db.Database.InTransactionAsync(
                    async () =>
                    {
                        await db.RecordAsync(results, clock.Now(), stoppingToken);
                        return true;
                    },
                    stoppingToken);
                return;
            }
            catch (Exception failure) when (failure is not OperationCanceledException && clock.GetElapsedTime(began) < DeliveryQueue.Lease - WebhookSender.Limit)
            {
                Log.NotRecorded(logger, results.Count, failure.GetType().Name);
                await Task.Delay(s_retryAfter, clock, stoppingToken);
            }
#pragma warning disable CA1031 // The recording of later results goes on.
            catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
            {
                Log.GivenUp(logger, results.Count, failure);
                return;
            }
        }
    }

    private void End(int attempts)
    {
        lock (_gate)
        {
            _count -= attempts;
            if (_count == 0)
            {
                _idle.SetResult();
            }
        }
    }

    /// <param name="Previous">The secret before, while it still signs.</param>
    private sealed record Target(Uri Url, WebhookSecret Secret, WebhookSecret? Previous);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "An attempt at {Delivery} could not be made")]
        public static partial void NotSent(ILogger logger, string delivery, Exception exception);

        [LoggerMessage(2, LogLevel.Warning, "The results of {Count} attempts at webhook deliveries are not recorded yet: {Failure}")]
        public static partial void NotRecorded(ILogger logger, int count, string failure);

        [LoggerMessage(3, LogLevel.Error, "The results of {Count} attempts at webhook deliveries are lost; they will be made again")]
        public static partial void GivenUp(ILogger logger, int count, Exception exception);
    }
}
