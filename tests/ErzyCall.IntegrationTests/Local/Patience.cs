using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Local;

/// <summary>Waits for a condition, never for a time; the limit only makes a failure end.</summary>
internal static class Patience
{
    /// <summary>
    /// Lets the clock go on until something is done that waits by it: who enters a number into the ledger waits for what is on its way to it.
    /// </summary>
    public static async Task<T> WhileTimePassesAsync<T>(FakeTimeProvider clock, Task<T> work)
    {
        await UntilAsync("what waits for time to pass is done", () =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(50));
            return work.IsCompleted;
        });
        return await work;
    }

    public static Task UntilAsync(string what, Func<bool> condition) => UntilAsync(what, () => Task.FromResult(condition()));

    public static async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        while (!await condition())
        {
            Assert.False(limit.IsCancellationRequested, $"Waited in vain until {what}.");
            await Task.Delay(10, CancellationToken.None);
        }
    }
}
