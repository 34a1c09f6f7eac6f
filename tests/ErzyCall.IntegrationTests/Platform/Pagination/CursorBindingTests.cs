using System.Net;
using System.Text.Json;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Platform.Pagination;

/// <summary>A cursor is good for the list that it was made by, and for nothing else.</summary>
public sealed class CursorBindingTests(TestRun run)
{
    [Theory]
    [InlineData("")]
    [InlineData("&limit=100")]
    public async Task A_cursor_goes_on_in_its_own_list_with_any_page_size(string more)
    {
        var (tenant, cursor) = await MakeAsync("limit=1&status=new");
        Assert.NotEmpty((await tenant.Api.GetAsync($"/calls?status=new&cursor={cursor}{more}")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("&status=ended")]
    [InlineData("&status=new&phone=%2B14155559999")]
    [InlineData("&status=new&metadata[a]=b")]
    [InlineData("&status=new&from=2020-01-01T00:00:00Z")]
    [InlineData("&status=new&endedReason=voicemail")]
    public async Task A_cursor_is_refused_with_other_filters(string filters)
    {
        var (tenant, cursor) = await MakeAsync("limit=1&status=new");
        (await tenant.Api.GetAsync($"/calls?cursor={cursor}{filters}")).ShouldBeError(400, "VALIDATION_ERROR", "cursor");
    }

    [Fact]
    public async Task A_cursor_is_refused_in_another_organization()
    {
        var (_, cursor) = await MakeAsync("limit=1");
        var stranger = await run.Shared.CreateTenantAsync();
        (await stranger.Api.GetAsync($"/calls?cursor={cursor}")).ShouldBeError(400, "VALIDATION_ERROR", "cursor");
    }

    [Fact]
    public async Task A_cursor_is_refused_when_any_character_of_it_was_changed()
    {
        var (tenant, cursor) = await MakeAsync("limit=1");

        // The last character holds bits that mean nothing; all others must matter.
        for (var i = 0; i < cursor.Length - 1; i++)
        {
            var tampered = $"{cursor[..i]}{(cursor[i] == 'A' ? 'B' : 'A')}{cursor[(i + 1)..]}";
            (await tenant.Api.GetAsync($"/calls?cursor={tampered}")).ShouldBeError(400, "VALIDATION_ERROR", "cursor");
        }

        (await tenant.Api.GetAsync($"/calls?cursor={cursor[..^4]}")).ShouldBeError(400, "VALIDATION_ERROR", "cursor");
        (await tenant.Api.GetAsync($"/calls?cursor={cursor}AAAA")).ShouldBeError(400, "VALIDATION_ERROR", "cursor");
        (await tenant.Api.GetAsync($"/calls?cursor={cursor}&cursor={cursor}")).ShouldBeError(400, "VALIDATION_ERROR", "cursor");
    }

    [Fact]
    public async Task A_cursor_shows_nothing_of_what_it_holds()
    {
        var (tenant, cursor) = await MakeAsync("limit=1");
        var (_, another) = await MakeAsync("limit=1");
        Assert.Matches("^[A-Za-z0-9_-]+$", cursor);
        Assert.DoesNotContain(tenant.Organization.Id.ToString(), cursor, StringComparison.Ordinal);
        Assert.NotEqual(cursor, another);
    }

    [Theory]
    [InlineData("/me")]
    [InlineData("/phone-numbers")]
    [InlineData("/api-keys")]
    public async Task A_cursor_is_refused_on_another_route(string route)
    {
        var (tenant, cursor) = await MakeAsync("limit=1");
        (await tenant.Api.GetAsync($"{route}?cursor={cursor}")).ShouldBeError(400, "VALIDATION_ERROR", "cursor");
    }

    private async Task<(Tenant Tenant, string Cursor)> MakeAsync(string query)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        await tenant.PlaceCallAsync();
        await tenant.PlaceCallAsync();
        var page = (await tenant.Api.GetAsync($"/calls?{query}")).ShouldBe(HttpStatusCode.OK).Json.GetProperty("pagination");
        Assert.Equal(JsonValueKind.True, page.GetProperty("hasMore").ValueKind);
        return (tenant, page.GetProperty("cursor").GetString()!);
    }
}
