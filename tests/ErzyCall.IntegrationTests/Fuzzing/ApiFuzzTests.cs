using System.Globalization;
using ErzyCall.IntegrationTests.Conventions;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Fuzzing;

/// <summary>
/// Whatever is sent to any operation, the answer is one that the OpenAPI document tells of: what fits the document is accepted, what does not is refused, and neither
/// ever is an error of the server. A failure names its seed, which makes the same requests again, as many as the run made (<see cref="Iterations"/>); <c>FUZZ_SEED</c> makes others.
/// </summary>
public sealed class ApiFuzzTests(TestRun run)
{
    public static TheoryData<int> Seeds => Environment.GetEnvironmentVariable("FUZZ_SEED") is { } own ? [int.Parse(own, CultureInfo.InvariantCulture)] : [1, 2, 3, 4];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_answer_is_the_one_that_is_documented(int seed)
    {
        var clock = NewClock();
        await using var server = await run.StartServerAsync(new TestServerOptions { Clock = clock });
        var fuzzer = await ApiFuzzer.StartAsync(server, clock, seed);
        Assert.Equal(
            RouteTable.Of(server).Select(route => $"{route.Method} {route.Pattern.TrimEnd('/')}").Order(StringComparer.Ordinal),
            fuzzer.Operations.Select(operation => operation.ToString()).Order(StringComparer.Ordinal));

        await fuzzer.RunAsync(rounds: Iterations.Usually(1));
        await fuzzer.ShouldHaveCoveredEverythingAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"Seed {seed}: {fuzzer.Sent.Count} requests");
    }

    [Fact]
    public async Task The_same_seed_makes_the_same_requests()
    {
        var clock = NewClock();
        await using var server = await run.StartServerAsync(new TestServerOptions { Clock = clock });
        var start = clock.GetUtcNow();
        List<IReadOnlyList<string>> runs = [];
        for (var turn = 0; turn < 2; turn++)
        {
            clock.AdjustTime(start);
            var fuzzer = await ApiFuzzer.StartAsync(server, clock, seed: 1);
            await fuzzer.RunAsync(rounds: 1);
            runs.Add(fuzzer.Sent);
        }

        Assert.NotEmpty(runs[0]);
        Assert.Equal(runs[0], runs[1], AreAlike);
    }

    /// <summary>An id that was spoilt is not known for one any more, and no id is the same in two runs: so letters and digits may be others.</summary>
    private static bool AreAlike(string one, string other) =>
        one.Length == other.Length && one.Zip(other).All(static pair => pair.First == pair.Second || (char.IsAsciiLetterOrDigit(pair.First) && char.IsAsciiLetterOrDigit(pair.Second)));

    private static FakeTimeProvider NewClock() => new(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));
}
