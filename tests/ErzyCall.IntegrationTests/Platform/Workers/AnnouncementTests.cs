using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Platform.Workers;

/// <summary>What one copy of the server commits, and another one works on.</summary>
public sealed class AnnouncementTests(TestRun run)
{
    [Fact]
    public async Task Work_that_one_copy_commits_is_begun_by_another_at_once()
    {
        // Nobody polls: time stands still.
        var options = new TestServerOptions { Postgres = await run.CreateDatabaseAsync(), Clock = new FakeTimeProvider(DateTimeOffset.UtcNow) };
        await using var serving = await run.StartServerAsync(options);
        await using var working = await run.StartServerAsync(options with { Workers = true });

        // The first may be found by the looks at the start. An organization that is being claimed for is passed over until the next poll: so each call is of another one.
        for (var call = 0; call < 3; call++)
        {
            var tenant = await serving.CreateTenantAsync();
            var id = await tenant.PlaceCallAsync();
            await Patience.UntilAsync(
                "the other copy has claimed the call",
                async () => (await tenant.GetCallAsync(id)).GetProperty("status").GetString() == "processing");
        }
    }
}
