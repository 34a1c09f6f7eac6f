using ErzyCall.Api.Commands;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Commands;

public sealed class ProgressTests
{
    [Fact]
    public async Task What_takes_longer_than_two_seconds_is_one_line_that_is_written_over_and_removed()
    {
        var clock = new FakeTimeProvider();
        await using var terminal = new StringWriter();
        await using (var progress = new Progress("Adding", terminal, clock))
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Empty(terminal.ToString());
            clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal("\rAdding … 2 s", terminal.ToString());
            progress.Report("Adding: 5 of 10");
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal("\rAdding … 2 s\rAdding: 5 of 10 … 3 s\r                     \r", terminal.ToString());
    }

    [Fact]
    public async Task What_is_done_sooner_or_looked_at_by_nobody_is_not_told()
    {
        var clock = new FakeTimeProvider();
        await using var terminal = new StringWriter();
        await using (new Progress("Quick", terminal, clock))
        {
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        await using (new Progress("Unseen", terminal: null, clock))
        {
            clock.Advance(TimeSpan.FromSeconds(9));
        }

        Assert.Empty(terminal.ToString());
    }
}
