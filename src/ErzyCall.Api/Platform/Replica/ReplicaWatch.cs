using Npgsql;
using NpgsqlTypes;

namespace ErzyCall.Api.Platform.Replica;

/// <summary>
/// Knows how far the replica has come, and whether that is far enough to be read: it is not read any more once it is
/// <see cref="Longest"/> behind, or says nothing for so long.
/// </summary>
internal sealed partial class ReplicaWatch(
    ReplicaDatabase replica,
    NpgsqlDataSource primary,
    IConfiguration configuration,
    TimeProvider clock,
    ILogger<ReplicaWatch> logger) : BackgroundService
{
    /// <summary>The oldest that an answer of the replica may be.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);

    /// <summary>It guards what follows, which the watch changes and requests that fail.</summary>
    private readonly Lock _lock = new();

    /// <summary>The ends of the primary's log that the replica has not come to yet, and when they were read.</summary>
    private readonly Queue<(NpgsqlLogSequenceNumber End, long At)> _ahead = [];

    private readonly long _began = clock.GetTimestamp();
    private volatile Progress? _progress;
    private bool _isAway;

    /// <summary>The place up to which the replica has all that the primary has; <c>null</c> when it must not be read.</summary>
    public NpgsqlLogSequenceNumber? Place =>
        _progress is { } progress && clock.GetElapsedTime(progress.AsOf) <= Longest ? progress.Place : null;

    /// <summary>Has the replica not read any more until it has answered again.</summary>
    /// <param name="reason">What it did instead.</param>
    public void Failed(string reason)
    {
        lock (_lock)
        {
            _progress = null;
            TellAway(reason);
        }
    }

    /// <summary>Asks both databases where they are.</summary>
    public async Task MeasureAsync(CancellationToken cancellationToken)
    {
        try
        {
            var now = clock.GetTimestamp();
            var end = await LogPlace.OfAsync(primary, cancellationToken);
            var place = await replica.PlaceAsync(cancellationToken);
            var later = await LogPlace.OfAsync(primary, cancellationToken);

            // Ahead of the primary is a replica of what was the primary before a failover, or before it was restored.
            if (place.IsReplica && place.Database == end.Database && place.End <= later.End)
            {
                Came(place.End, end.End, now);
            }
            else
            {
                Failed("It is no replica of ConnectionStrings:Postgres, or not of its present timeline");
            }
        }
#pragma warning disable CA1031 // A file that its connection string names may be gone, too: nothing of it may end the server.
        catch (Exception away) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Failed(away.GetBaseException().Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!ReplicaDatabase.IsIn(configuration))
        {
            return;
        }

        using var timer = new PeriodicTimer(s_interval, clock);
        do
        {
            await MeasureAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Came(NpgsqlLogSequenceNumber place, NpgsqlLogSequenceNumber end, long now)
    {
        lock (_lock)
        {
            _ahead.Enqueue((end, now));
            var asOf = _progress?.AsOf;
            while (_ahead.TryPeek(out var first) && (first.End <= place || clock.GetElapsedTime(first.At) > Longest))
            {
                asOf = first.End <= place ? first.At : asOf;
                _ahead.Dequeue();
            }

            _progress = asOf is { } reached ? new Progress(place, reached) : null;
            if (Place is not null)
            {
                TellBack();
            }
            else if (clock.GetElapsedTime(asOf ?? _began) > Longest)
            {
                TellAway("It is behind");
            }
        }
    }

    private void TellAway(string reason)
    {
        if (!_isAway)
        {
            _isAway = true;
            Log.Away(logger, reason);
        }
    }

    private void TellBack()
    {
        if (_isAway)
        {
            _isAway = false;
            Log.Back(logger);
        }
    }

    /// <param name="AsOf">The time, by the clock's time stamps, as of which the replica has everything.</param>
    private sealed record Progress(NpgsqlLogSequenceNumber Place, long AsOf);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The replica is not read, and lists come from the primary until it can be. {Reason}")]
        public static partial void Away(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Information, "The replica is read again")]
        public static partial void Back(ILogger logger);
    }
}
