using ErzyCall.IntegrationTests.Commands;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.Organizations;

public sealed class NoOrganizationNoticeTests(TestRun run)
{
    private const string Notice = "There is no organization yet. The command 'seed'";

    [Fact]
    public async Task A_server_that_nobody_has_a_key_of_tells_how_to_make_one_until_there_is_one()
    {
        var postgres = await run.CreateDatabaseAsync();
        using (var first = await ServerProcess.StartAsync(postgres, run.RedisConnectionString()))
        {
            await first.LineWithAsync(Notice);
        }

        (await CommandInside.RunAsync(postgres, ["seed"])).ShouldSucceed();
        using var second = await ServerProcess.StartAsync(postgres, run.RedisConnectionString());
        await second.LineWithAsync("Application started");
        await second.TerminateAsync();
        await second.WhenEndedAsync();
        Assert.DoesNotContain(Notice, second.Output, StringComparison.Ordinal);
    }
}
