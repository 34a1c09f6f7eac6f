using System.Net;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Events;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Features.Calls.Dispatch;

/// <summary>Servers whose jobs run by themselves, alone and several on one database.</summary>
public sealed class SharedWorkTests(TestRun run) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nobody_needs_to_push_a_call_to_its_end()
    {
        await using var server = await run.StartServerAsync(new TestServerOptions { Workers = true });
        var tenant = await server.CreateTenantAsync();

        var id = await tenant.PlaceCallAsync();

        await Patience.UntilAsync("the call is over", async () => (await tenant.GetCallAsync(id)).GetProperty("status").GetString() == "ended");
    }

    [Fact]
    public async Task Several_servers_dial_each_call_once_in_order_and_never_more_than_the_limit_at_a_time()
    {
        const int Calls = 100;
        const int Limit = 3;
        var postgres = await run.CreateDatabaseAsync();
        var journal = _folder["dials"];
        var options = new TestServerOptions { Postgres = postgres, Settings = new Dictionary<string, string> { ["Simulator:JournalPath"] = journal } };
        await using var front = await run.StartServerAsync(options);
        var tenant = await front.CreateTenantAsync(new TenantOptions { MaxConcurrentCalls = Limit });
        for (var i = 0; i < Calls; i++)
        {
            await tenant.PlaceCallAsync($"+1415555{i % 10 + 1000}");
        }

        // The server that took them has no workers: it serves only.
        Assert.Equal(Calls, await front.InDatabaseAsync(db => db.Calls.CountAsync(call => call.Status == "new")));
        Assert.False(File.Exists(journal));

        await using var first = await run.StartServerAsync(options with { Workers = true });
        await using var second = await run.StartServerAsync(options with { Workers = true });
        await Patience.UntilAsync("all calls are over", () => front.InDatabaseAsync(db => db.Calls.AllAsync(call => call.EndedAt != null)));

        var calls = await front.InDatabaseAsync(db => db.Calls.OrderBy(call => call.DueAt).ThenBy(call => call.Id).ToListAsync());
        Assert.Equal(calls.Select(call => call.Id.ToString()).Order(), (await File.ReadAllLinesAsync(journal, TestContext.Current.CancellationToken)).Select(line => line.Split(',')[0]).Order());
        Assert.Equal(calls.Select(call => call.StartedAt).Order(), calls.Select(call => call.StartedAt));

        // A claim counts what is committed, and positions are given before that: so a limit that was broken shows in them.
        var (running, most) = (0, 0);
        var events = await front.InDatabaseAsync(db => db.Events.OrderBy(row => row.Position).Select(row => row.Type).ToListAsync());
        foreach (var type in events)
        {
            running += type == "call.started" ? 1 : -1;
            most = Math.Max(most, running);
        }

        Assert.Equal(2 * Calls, events.Count);
        Assert.Equal((0, Limit), (running, most));
    }

    [Fact]
    public async Task A_call_under_way_on_one_server_is_cancelled_on_another()
    {
        var postgres = await run.CreateDatabaseAsync();
        var slow = new Dictionary<string, string> { ["Simulator:Speed"] = "0.001" };
        await using var worker = await run.StartServerAsync(new TestServerOptions { Postgres = postgres, Workers = true, Settings = slow });
        await using var front = await run.StartServerAsync(new TestServerOptions { Postgres = postgres });
        var tenant = await front.CreateTenantAsync();
        var id = await tenant.PlaceCallAsync();
        await Patience.UntilAsync("the call is under way", async () => (await tenant.GetCallAsync(id)).GetProperty("status").GetString() == "processing");

        (await tenant.Api.PostAsync($"/calls/{id}/cancel", null)).ShouldBe(HttpStatusCode.OK);

        await Patience.UntilAsync("the call is over", async () => (await tenant.GetCallAsync(id)).GetProperty("endedReason").GetString() == "manually-canceled");
    }
}
