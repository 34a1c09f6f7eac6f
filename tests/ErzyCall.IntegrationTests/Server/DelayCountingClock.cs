using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>A clock that the test moves and that counts the timers of one length, so that it knows who waits before it moves.</summary>
internal sealed class DelayCountingClock(TimeSpan delay) : FakeTimeProvider(new DateTimeOffset(2026, 1, 15, 10, 30, 0, TimeSpan.Zero))
{
    private int _delays;

    /// <summary>How many such waits have ever begun.</summary>
    public int Delays => Volatile.Read(ref _delays);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime == delay)
        {
            Interlocked.Increment(ref _delays);
        }

        return timer;
    }
}
