using System.Net;
using System.Text.Json;
using ErzyCall.Api.Features.Events;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Features.Events;

public sealed class ListEventsTests(TestRun run)
{
    [Fact]
    public async Task Everything_that_happened_is_listed_in_its_order_as_it_stood_then()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var contact = await tenant.CreateContactAsync();
        await tenant.Api.PatchAsync($"/contacts/{contact}", new { title = "Ada \"the first\" \u2028 ćevap 🎉" });
        await tenant.Api.DeleteAsync($"/contacts/{contact}");
        await run.Shared.RunAsync<PublishEventsJob>();

        var page = (await tenant.Api.GetAsync("/events")).ShouldBe(HttpStatusCode.OK);

        var events = page.Data.EnumerateArray().ToList();
        Assert.All(events, happened => Assert.Equal(["sequence", "id", "event", "timestamp", "data"], happened.EnumerateObject().Select(field => field.Name)));
        Assert.Equal([(1, "contact.created"), (2, "contact.updated"), (3, "contact.deleted")], events.Select(happened => (happened.GetProperty("sequence").GetInt32(), happened.GetProperty("event").GetString()!)));
        Assert.Equal(["Ada \"the first\" \u2028 ćevap 🎉"], events.Skip(1).Select(happened => happened.GetProperty("data").GetProperty("title").GetString()!).Distinct());
        var stored = await run.Shared.InDatabaseAsync(db => db.Events.Where(row => row.OrganizationId == tenant.Organization.Id).OrderBy(row => row.Sequence).Select(row => row.Data).ToListAsync());
        Assert.Equal(stored, events.Select(happened => happened.GetProperty("data").GetRawText()));
    }

    [Fact]
    public async Task Whoever_reads_on_from_the_end_gets_what_happens_next_and_nothing_twice()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var nothing = (await tenant.Api.GetAsync("/events")).ShouldBe(HttpStatusCode.OK);
        Assert.Empty(nothing.Data.EnumerateArray());
        Assert.False(PaginationOf(nothing).GetProperty("hasMore").GetBoolean());

        var seen = new List<long>();
        var cursor = CursorOf(nothing);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 5; i++)
            {
                await tenant.CreateContactAsync();
            }

            await run.Shared.RunAsync<PublishEventsJob>();
            ApiResponse page;
            do
            {
                page = (await tenant.Api.GetAsync($"/events?limit=2&after={cursor}")).ShouldBe(HttpStatusCode.OK);
                seen.AddRange(page.Data.EnumerateArray().Select(happened => happened.GetProperty("sequence").GetInt64()));
                cursor = CursorOf(page);
                Assert.Equal(2, PaginationOf(page).GetProperty("pageSize").GetInt32());
            }
            while (PaginationOf(page).GetProperty("hasMore").GetBoolean());
        }

        Assert.Equal(Enumerable.Range(1, 15).Select(place => (long)place), seen);
    }

    [Fact]
    public async Task A_position_belongs_to_its_organization_and_its_list()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var stranger = await run.Shared.CreateTenantAsync();
        for (var i = 0; i < 2; i++)
        {
            await tenant.CreateContactAsync();
        }

        var cursor = CursorOf(await tenant.Api.GetAsync("/events"));
        var another = CursorOf(await tenant.Api.GetAsync("/contacts?limit=1"));

        (await stranger.Api.GetAsync($"/events?after={cursor}")).ShouldBeError(400, "VALIDATION_ERROR", "after");
        (await tenant.Api.GetAsync($"/events?after={another}")).ShouldBeError(400, "VALIDATION_ERROR", "after");
        (await tenant.Api.GetAsync($"/contacts?cursor={cursor}")).ShouldBeError(400, "VALIDATION_ERROR", "cursor");
        (await tenant.Api.GetAsync("/events?after=1")).ShouldBeError(400, "VALIDATION_ERROR", "after");
        (await tenant.Api.GetAsync($"/events?cursor={cursor}")).ShouldBeError(400, "VALIDATION_ERROR", "cursor");
    }

    private static JsonElement PaginationOf(ApiResponse page) => page.Json.GetProperty("pagination");

    private static string CursorOf(ApiResponse page) => PaginationOf(page).GetProperty("cursor").GetString()!;
}
