namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>
/// The times at which a delivery that failed is tried again: the schedule of the Standard Webhooks specification, ten attempts over about
/// 75 hours.
/// </summary>
internal static class RetrySchedule
{
    /// <summary>
    /// The share of a delay by which it may differ from the table's, to either side: what failed together does not come back together.
    /// </summary>
    private const double Jitter = 0.2;

    /// <summary>The longest delay that a receiver can ask for; one that asks for longer is asked again after this.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(24);

    /// <summary>The delay after each failed attempt, the first one included.</summary>
    private static readonly TimeSpan[] s_delays =
    [
        TimeSpan.FromSeconds(5),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(5),
        TimeSpan.FromHours(10),
        TimeSpan.FromHours(14),
        TimeSpan.FromHours(20),
        TimeSpan.FromHours(24),
    ];

    public static int MaxAttempts => s_delays.Length + 1;

    /// <param name="attempts">The number of attempts that have failed, from 1 on.</param>
    /// <param name="retryAfter">
    /// The delay that the receiver asked for. It says when to come back at the earliest, so it can make the delay longer and never shorter.
    /// </param>
    /// <param name="random">
    /// The source of the jitter. The delay is drawn once and then kept with the delivery, so nothing has to be able to draw the same one
    /// again.
    /// </param>
    /// <returns>The delay from the failed attempt to the next one; <c>null</c> when there is none.</returns>
    public static TimeSpan? DelayAfter(int attempts, TimeSpan? retryAfter, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempts, 1);
        if (attempts >= MaxAttempts)
        {
            return null;
        }

#pragma warning disable CA5394 // Spreading load is no secret.
        var delay = s_delays[attempts - 1] * (1 - Jitter + (2 * Jitter * random.NextDouble()));
#pragma warning restore CA5394
        var asked = retryAfter < LongestRetryAfter ? retryAfter.Value : retryAfter is null ? TimeSpan.Zero : LongestRetryAfter;
        return asked > delay ? asked : delay;
    }
}
