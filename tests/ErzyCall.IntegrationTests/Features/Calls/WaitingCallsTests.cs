using System.Net;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Features.Calls;

/// <summary>
/// How many calls of an organization may wait. The number is kept and not counted: it must be what a count would give, at every moment.
/// </summary>
public sealed class WaitingCallsTests(TestRun run)
{
    [Fact]
    public async Task No_more_calls_wait_than_may_also_when_all_come_at_once()
    {
        var tenant = await TenantAsync(most: 5);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(n =>
            tenant.Api.PostAsync("/calls", new { to = $"+1415555{7000 + n}", from = Tenant.From }, ("Idempotency-Key", $"k{n}"))));

        Assert.Equal(5, answers.Count(answer => answer.Status is HttpStatusCode.Created));
        Assert.All(answers.Where(answer => answer.Status is not HttpStatusCode.Created), answer => answer.ShouldBeError(422, "LIMIT_REACHED"));
        Assert.Equal(5, await WaitingAsync(tenant));

        // What a preview says, creation does; and the limit stands behind every other reason.
        var preview = (await tenant.Api.PostAsync("/calls/preview", new { to = "+14155550100", from = "+14155551111" })).ShouldBe(HttpStatusCode.OK).Data;
        Assert.Equal(["INVALID_PHONE", "LIMIT_REACHED"], preview.GetProperty("refusals").EnumerateArray().Select(refusal => refusal.GetProperty("code").GetString()));
        (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = "+14155551111" })).ShouldBeError(422, "INVALID_PHONE");

        // A refusal that is recorded does not wait, and is recorded all the same.
        await tenant.BlockAsync("+14155550199");
        (await tenant.Api.PostAsync("/calls", new { to = "+14155550199", from = Tenant.From })).ShouldBeError(403, "CONTACT_OPTED_OUT");

        // One less waits, so one more may.
        var placed = answers.First(answer => answer.Status is HttpStatusCode.Created).Data.GetProperty("id").GetString();
        (await tenant.Api.PostAsync($"/calls/{placed}/cancel", null)).ShouldBe(HttpStatusCode.OK);
        await tenant.PlaceCallAsync();
        (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From })).ShouldBeError(422, "LIMIT_REACHED");
    }

    [Fact]
    public async Task A_batch_is_accepted_item_by_item_as_far_as_there_is_room()
    {
        var tenant = await TenantAsync(most: 3);
        var answer = (await tenant.Api.PostAsync("/calls/batch", new
        {
            defaults = new { from = Tenant.From },
            calls = new object[] { new { to = "+14155550101" }, new { to = "bad" }, new { to = "+14155550101" }, new { to = "+14155550102" }, new { to = "+14155550103" }, new { to = "+14155550104" } },
        })).ShouldBe(HttpStatusCode.Created);
        Assert.Equal([201, 400, 409, 201, 201, 422], answer.Data.EnumerateArray().Select(result => result.GetProperty("status").GetInt32()));
        Assert.Equal("LIMIT_REACHED", answer.Data[5].GetProperty("error").GetProperty("code").GetString());

        // Of batches at once, none exceeds it either.
        var other = await TenantAsync(most: 25);
        var calls = Enumerable.Range(0, 10).Select(n => new { to = $"+1415555{7000 + n}", from = Tenant.From });
        var batches = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => other.Api.PostAsync("/calls/batch", new { calls })));
        Assert.Equal(25, batches.Sum(batch => batch.ShouldBe(HttpStatusCode.Created).Data.EnumerateArray().Count(result => result.GetProperty("status").GetInt32() == 201)));
        Assert.Equal(25, await WaitingAsync(other));
    }

    [Fact]
    public async Task The_number_is_exact_whatever_becomes_of_calls_and_whether_or_not_it_is_added_up()
    {
        await using var engine = await CallEngine.StartAsync(run, tenant: new TenantOptions { MaxConcurrentCalls = 1 });
        var calls = Enumerable.Range(0, 120).Select(n => new { to = $"+1415555{7000 + n}", from = Tenant.From }).ToList();
        (await engine.Tenant.Api.PostAsync("/calls/batch", new { calls })).ShouldBe(HttpStatusCode.Created);
        Assert.Equal(120, await WaitingAsync(engine.Tenant));
        await engine.Server.RunAsync<AddUpWaitingCallsJob>();
        Assert.Equal(120, await WaitingAsync(engine.Tenant));
        Assert.Equal(1, await engine.Server.InDatabaseAsync(db => db.WaitingCallChanges.CountAsync()));

        await engine.BlockAsync("+14155557001");
        await engine.DispatchAsync();
        await engine.SimulateAsync();
        await engine.DispatchAsync();
        Assert.InRange(await WaitingAsync(engine.Tenant), 1, 119);

        // Too late to be dialled.
        engine.Clock.Advance(TimeSpan.FromHours(2));
        await engine.RunAllAsync();
        Assert.Equal(0, await WaitingAsync(engine.Tenant));
        await engine.Server.RunAsync<AddUpWaitingCallsJob>();
        Assert.Equal(0, await WaitingAsync(engine.Tenant));
        Assert.Equal(0, await engine.Server.InDatabaseAsync(db => db.WaitingCallChanges.CountAsync()));
    }

    [Fact]
    public async Task What_the_server_s_settings_say_holds_for_organizations_that_have_no_number_of_their_own()
    {
        await using var server = await run.StartServerAsync(new TestServerOptions { Settings = new Dictionary<string, string> { ["Calls:MaxWaiting"] = "1" } });
        var tenant = await server.CreateTenantAsync();
        await tenant.PlaceCallAsync();
        (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From })).ShouldBeError(422, "LIMIT_REACHED");
    }

    private async Task<Tenant> TenantAsync(int most)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        await run.Shared.InDatabaseAsync(db => db.Organizations
            .Where(organization => organization.Id == tenant.Organization.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(organization => organization.MaxWaitingCalls, most)));
        return tenant;
    }

    /// <summary>As it is kept, and as it is.</summary>
    private static async Task<int> WaitingAsync(Tenant tenant)
    {
        var (kept, counted) = await tenant.Server.InDatabaseAsync(async db => (
            await db.WaitingCallChanges.Where(change => change.OrganizationId == tenant.Organization.Id).SumAsync(change => change.Calls),
            await db.Calls.CountAsync(call => call.OrganizationId == tenant.Organization.Id && (call.Status == CallStatus.New || call.Status == CallStatus.Scheduled))));
        Assert.Equal(counted, kept);
        return kept;
    }
}
