using System.Net;
using System.Text.Json;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Platform.Pagination;

public sealed class CursorTests(TestRun run)
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(15)]
    [InlineData(30)]
    [InlineData(100)]
    public async Task Every_row_is_seen_once_and_in_order_and_the_last_page_says_so(int limit)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var ids = await PlaceAsync(tenant, 30);

        var pages = await WalkAsync(tenant.Api, $"/calls?limit={limit}");

        Assert.Equal(ids.Reverse(), pages.SelectMany(Ids));
        Assert.Equal((30 + limit - 1) / limit, pages.Count);
        Assert.All(pages, page => Assert.Equal(limit, Pagination(page).GetProperty("pageSize").GetInt32()));
        Assert.All(pages.SkipLast(1), page => Assert.Equal(limit, page.Data.GetArrayLength()));
        Assert.Equal(["cursor", "hasMore", "pageSize"], Pagination(pages[^1]).EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public async Task An_empty_list_is_one_page_of_25_and_no_more()
    {
        var tenant = await run.Shared.CreateTenantAsync();

        var page = (await tenant.Api.GetAsync("/calls")).ShouldBe(HttpStatusCode.OK);

        Assert.Equal("""{"data":[],"pagination":{"cursor":null,"hasMore":false,"pageSize":25}}""", page.Text);
    }

    [Fact]
    public async Task Rows_that_come_and_rows_that_change_meanwhile_make_none_be_skipped_or_repeated()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var ids = await PlaceAsync(tenant, 30);
        var round = 0;

        var pages = await WalkAsync(tenant.Api, "/calls?limit=4", between: async () =>
        {
            await PlaceAsync(tenant, 2);
            await CancelAsync(tenant, ids[round], ids[^(round + 1)]);
            round++;
        });

        Assert.Equal(ids.Reverse(), pages.SelectMany(Ids));
    }

    [Fact]
    public async Task Under_a_filter_every_row_that_matches_all_the_while_is_seen_once()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var ids = await PlaceAsync(tenant, 30);
        List<string> cancelled = [];

        var pages = await WalkAsync(tenant.Api, "/calls?status=new&phone=%2B14155550100&limit=4", between: async () =>
        {
            await PlaceAsync(tenant, 1);
            await tenant.PlaceCallAsync("+14155550101");
            string[] next = [ids[cancelled.Count], ids[^(cancelled.Count + 1)]];
            await CancelAsync(tenant, next);
            cancelled.AddRange(next);
        });

        var seen = pages.SelectMany(Ids).ToList();
        Assert.Distinct(seen);
        Assert.Equal(ids.Except(cancelled).Reverse(), seen.Except(cancelled));
        Assert.Empty(seen.Except(ids));
    }

    [Fact]
    public async Task A_hundred_rows_of_the_same_moment_are_ordered_by_id()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 15, 10, 30, 0, TimeSpan.Zero));
        await using var server = await run.StartServerAsync(new TestServerOptions { Clock = clock });
        var tenant = await server.CreateTenantAsync();
        var ids = await PlaceAsync(tenant, 100);

        var pages = await WalkAsync(tenant.Api, "/calls?limit=9");

        Assert.Single(pages.SelectMany(page => page.Data.EnumerateArray()).Select(call => call.GetProperty("createdAt").GetString()).Distinct());
        Assert.Equal(ids.OrderDescending(StringComparer.Ordinal), pages.SelectMany(Ids));
    }

    [Fact]
    public async Task The_limit_may_change_from_page_to_page()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var ids = await PlaceAsync(tenant, 10);

        var first = await tenant.Api.GetAsync("/calls?limit=2");
        var second = await tenant.Api.GetAsync($"/calls?limit=5&cursor={Cursor(first)}");
        var third = await tenant.Api.GetAsync($"/calls?cursor={Cursor(second)}");

        Assert.Equal(ids.Reverse(), ((ApiResponse[])[first, second, third]).SelectMany(Ids));
        Assert.Equal([2, 5, 25], ((ApiResponse[])[first, second, third]).Select(page => Pagination(page).GetProperty("pageSize").GetInt32()));
        Assert.Null(Cursor(third));
    }

    [Fact]
    public async Task Another_copy_of_the_server_reads_the_cursor_too()
    {
        var database = await run.CreateDatabaseAsync();
        await using var one = await run.StartServerAsync(new TestServerOptions { Postgres = database });
        await using var other = await run.StartServerAsync(new TestServerOptions { Postgres = database });
        var tenant = await one.CreateTenantAsync();
        var ids = await PlaceAsync(tenant, 2);

        var first = await tenant.Api.GetAsync("/calls?limit=1");
        var second = (await other.CreateApiClient(tenant.Secret).GetAsync($"/calls?limit=1&cursor={Cursor(first)}")).ShouldBe(HttpStatusCode.OK);

        Assert.Equal(ids[0], Assert.Single(Ids(second)));
    }

    [Fact]
    public async Task A_cursor_is_good_for_its_own_list_only()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var stranger = await run.Shared.CreateTenantAsync();
        await PlaceAsync(tenant, 3);
        var cursor = Cursor(await tenant.Api.GetAsync("/calls?limit=1&status=new"))!;
        (await tenant.Api.GetAsync($"/calls?limit=1&status=new&cursor={cursor}")).ShouldBe(HttpStatusCode.OK);

        (await stranger.Api.GetAsync($"/calls?limit=1&status=new&cursor={cursor}")).ShouldBeError(400, "VALIDATION_ERROR", "cursor");
        var middle = cursor.Length / 2;
        string[] bad =
        [
            $"cursor={cursor}",
            $"status=ended&cursor={cursor}",
            $"status=new&phone=%2B14155550100&cursor={cursor}",
            $"status=new&cursor={cursor[..middle]}{(cursor[middle] == 'A' ? 'B' : 'A')}{cursor[(middle + 1)..]}",
            $"status=new&cursor={cursor[..^4]}",
            $"status=new&cursor={cursor}AAAA",
            "status=new&cursor=x",
            "status=new&cursor=",
            "status=new&cursor=%00",
        ];
        foreach (var query in bad)
        {
            (await tenant.Api.GetAsync($"/calls?{query}")).ShouldBeError(400, "VALIDATION_ERROR", "cursor");
        }
    }

    /// <summary>The ids, oldest first.</summary>
    private static async Task<string[]> PlaceAsync(Tenant tenant, int count)
    {
        var ids = new string[count];
        for (var i = 0; i < count; i++)
        {
            ids[i] = await tenant.PlaceCallAsync();
        }

        return ids;
    }

    private static async Task CancelAsync(Tenant tenant, params string[] ids)
    {
        foreach (var id in ids)
        {
            (await tenant.Api.PostAsync($"/calls/{id}/cancel", null)).ShouldBe(HttpStatusCode.OK);
        }
    }

    private static async Task<List<ApiResponse>> WalkAsync(ApiClient api, string list, Func<Task>? between = null)
    {
        List<ApiResponse> pages = [];
        string? cursor = null;
        do
        {
            var page = (await api.GetAsync(cursor is null ? list : $"{list}&cursor={cursor}")).ShouldBe(HttpStatusCode.OK);
            pages.Add(page);
            cursor = Cursor(page);
            Assert.Equal(cursor is not null, Pagination(page).GetProperty("hasMore").GetBoolean());
            await (between?.Invoke() ?? Task.CompletedTask);
        }
        while (cursor is not null && pages.Count <= 200);

        return pages;
    }

    private static JsonElement Pagination(ApiResponse page) => page.Json.GetProperty("pagination");

    private static string? Cursor(ApiResponse page) => Pagination(page).GetProperty("cursor").GetString();

    private static IEnumerable<string> Ids(ApiResponse page) => page.Data.EnumerateArray().Select(call => call.GetProperty("id").GetString()!);
}
