using System.Collections.Concurrent;
using ErzyCall.Api.Platform.Workers;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Platform.Workers;

/// <summary>How often a job with several loops looks for work.</summary>
public sealed class JobLoopTests(TestRun run)
{
    [Fact]
    public async Task One_loop_looks_while_there_is_nothing_to_do_and_another_one_while_that_is_busy()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));
        var work = new Work();
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Clock = clock,
            Workers = true,
            Services = services => services.AddSingleton(work).AddJob<LookingJob>(),
        });

        var intervals = 0;
        await UntilLookedAsync(20);
        Assert.InRange(work.Looks, 20, intervals + 1);

        var lengthy = new TaskCompletionSource();
        work.Found.Enqueue(lengthy.Task);
        await UntilLookedAsync(work.Looks + 5);
        Assert.Empty(work.Found);
        lengthy.SetResult();

        Task UntilLookedAsync(int times) => Patience.UntilAsync($"it has looked {times} times", () =>
        {
            intervals++;
            clock.Advance(LookingJob.PollInterval);
            return work.Looks >= times;
        });
    }

    private sealed class Work
    {
        public int Looks;

        public ConcurrentQueue<Task> Found { get; } = [];
    }

#pragma warning disable CA1812 // Made by the container.
    private sealed class LookingJob(Work work) : IJob
#pragma warning restore CA1812
    {
        public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

        public static int Loops => 4;

        public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref work.Looks);
            if (!work.Found.TryDequeue(out var found))
            {
                return false;
            }

            await found;
            return true;
        }
    }
}
