using Npgsql;

namespace ErzyCall.Api.Platform.Time;

/// <summary>
/// PostgreSQL's clock, which all copies of the server share: a copy whose own clock is an hour ahead must not dial an hour early, nor take
/// over what another one is still at. It is the machine's clock, corrected by how far that is from PostgreSQL's. That is measured on every
/// new connection, so before anything is read or written, and every ten seconds after it (<c>ClockMeasurement</c>).
/// </summary>
internal sealed partial class DatabaseClock(TimeProvider machine, ILogger<DatabaseClock> logger) : TimeProvider
{
    private const string Question = "SELECT clock_timestamp()";

    /// <summary>The change that is worth a line in the log: what a machine without time synchronization drifts off in weeks.</summary>
    private static readonly TimeSpan s_remarkable = TimeSpan.FromSeconds(1);

    private long _offset;

    public override DateTimeOffset GetUtcNow() => machine.GetUtcNow().AddTicks(Volatile.Read(ref _offset));

    public void Measure(NpgsqlConnection connection)
    {
        var asked = Asked();
        using var question = QuestionOn(connection);
        Answered(asked, (DateTime)question.ExecuteScalar()!);
    }

    public async Task MeasureAsync(NpgsqlConnection connection)
    {
        var asked = Asked();
        await using var question = QuestionOn(connection);
        Answered(asked, (DateTime)(await question.ExecuteScalarAsync())!);
    }

    // This is a part of connecting: a server that takes connections and then says nothing is not waited for any longer than one that takes
    // none.
    private static NpgsqlCommand QuestionOn(NpgsqlConnection connection) =>
        new(Question, connection) { CommandTimeout = connection.ConnectionTimeout };

    private (DateTimeOffset At, long Timestamp) Asked() => (machine.GetUtcNow(), machine.GetTimestamp());

    /// <summary>
    /// Corrects the clock by an answer. PostgreSQL read its clock at some moment between the question and the answer; a difference that may
    /// be only that uncertainty changes nothing.
    /// </summary>
    private void Answered((DateTimeOffset At, long Timestamp) asked, DateTime answer)
    {
        var half = machine.GetElapsedTime(asked.Timestamp) / 2;
        var measured = new DateTimeOffset(answer) - (asked.At + half);
        var change = measured - TimeSpan.FromTicks(Volatile.Read(ref _offset));
        if (change.Duration() <= half)
        {
            return;
        }

        Volatile.Write(ref _offset, measured.Ticks);
        if (change.Duration() >= s_remarkable)
        {
            Log.Off(logger, measured.TotalSeconds);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "PostgreSQL's clock is {Seconds:0.###} s ahead of this machine's; PostgreSQL's counts")]
        public static partial void Off(ILogger logger, double seconds);
    }
}
