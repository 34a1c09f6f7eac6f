using System.Net;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.Contacts;

public sealed class SearchContactsTests(TestRun run)
{
    [Theory]
    [InlineData("jose", "José García")]
    [InlineData("JOSÉ", "José García")]
    [InlineData("garcía", "José García")]
    [InlineData("gar", "José García")]
    [InlineData("arcí", "José García")]
    [InlineData("lukasz", "Łukasz Groß")]
    [InlineData("gross", "Łukasz Groß")]
    [InlineData("groß", "Łukasz Groß")]
    [InlineData("МИХАИЛ", "Михаил Ёлкин")]
    [InlineData("елкин", "Михаил Ёлкин")]
    [InlineData("ada.l", "Ada Lovelace")]
    [InlineData("analytical", "Ada Lovelace")]
    [InlineData("ada love", "Ada Lovelace")]
    [InlineData("100%", "100% Cotton_Club")]
    [InlineData("n_c", "100% Cotton_Club")]
    [InlineData("+4930", "Łukasz Groß")]
    [InlineData("(30) 12-3", "Łukasz Groß")]
    [InlineData("555-0123", "Ada Lovelace")]
    [InlineData("lovlace", "Ada Lovelace")]
    [InlineData("lovelcae", "Ada Lovelace")]
    [InlineData("lovvelace", "Ada Lovelace")]
    [InlineData("lavelace", "Ada Lovelace")]
    [InlineData("ovelace", "Ada Lovelace")]
    [InlineData("ada lovlace", "Ada Lovelace")]
    [InlineData("gacia", "José García")]
    public async Task What_is_typed_finds(string typed, string title)
    {
        var found = await TitlesAsync(await FilledTenantAsync(), typed);
        Assert.Equal([title], found);
    }

    [Theory]
    [InlineData("%%")]
    [InlineData("   ")]
    [InlineData("\u0301\u0301\u0301")]
    [InlineData("__")]
    [InlineData("100_")]
    [InlineData("a%c")]
    [InlineData("lovlae")]
    [InlineData("jsoe")]
    [InlineData("grace lovlace")]
    [InlineData("9999999")]
    [InlineData("+555")]
    [InlineData("ve")]
    public async Task What_is_typed_finds_nobody(string typed) => Assert.Empty(await TitlesAsync(await FilledTenantAsync(), typed));

    /// <summary>What a reader takes for the same name, however either is written.</summary>
    [Theory]
    [InlineData("Νίκος Παπαδόπουλος", "ΝΙΚΟΣ")]
    [InlineData("ΝΙΚΟΣ ΠΑΠΑΔΟΠΟΥΛΟΣ", "παπαδόπουλος")]
    [InlineData("Νίκος", "νικοσ")]
    [InlineData("Groß", "GROSS")]
    [InlineData("STRAẞE", "strasse")]
    [InlineData("Işık Yıldız", "isik")]
    [InlineData("İstanbul", "istanbul")]
    [InlineData("Ğülşah", "gulsah")]
    [InlineData("ﬁnch", "finch")]
    [InlineData("Finch", "ﬁnch")]
    [InlineData("ＡＣＭＥ　Ｌｔｄ", "acme ltd")]
    [InlineData("Acme Ltd", "ＡＣＭＥ")]
    [InlineData("O’Brien", "o'brien")]
    [InlineData("O'Brien", "o’brien")]
    [InlineData("Jean–Luc", "jean-luc")]
    [InlineData("مُحَمَّد", "محمد")]
    [InlineData("أحمد", "احمد")]
    [InlineData("שָׁלוֹם", "שלום")]
    [InlineData("Ёлкин", "елкин")]
    [InlineData("김민준", "김민준")]
    [InlineData("がくせい", "がくせい")]
    [InlineData("ｶﾞｸｾｲ", "ガクセイ")]
    [InlineData("soft\u00ADware", "software")]
    [InlineData("Æsir Œuvre", "aesir oeuvre")]
    public async Task A_name_is_found_however_it_is_written(string title, string typed)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        await tenant.CreateAsync("/contacts", new { title, phone = "+14155550101" });
        await tenant.CreateAsync("/cases", new { title, prompt = "Be kind" });
        Assert.Equal([title], await TitlesAsync(tenant, typed));
        foreach (var list in (string[])["contacts", "cases"])
        {
            var found = (await tenant.Api.GetAsync($"/{list}?search={Uri.EscapeDataString(typed)}")).ShouldBe(HttpStatusCode.OK);
            Assert.Equal(title, Assert.Single(found.Data.EnumerateArray()).GetProperty("title").GetString());
        }
    }

    [Fact]
    public async Task A_title_that_folds_into_far_more_is_kept()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var title = string.Concat(Enumerable.Repeat("\uFDFA", 200));
        await tenant.CreateAsync("/contacts", new { title, phone = "+14155550101" });
        Assert.Equal([title], await TitlesAsync(tenant, "\uFDFA\uFDFA"));
    }

    [Fact]
    public async Task The_best_match_comes_first()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        string[] worstFirst = ["Miss Morgann Smith", "Maria Anna Lee", "Anna Bell", "Ann", "Mary-Ann Fox", "Annb Zzz"];
        for (var i = 0; i < worstFirst.Length; i++)
        {
            await tenant.CreateAsync("/contacts", new { title = worstFirst[i], phone = $"+1415555010{i}", email = i == 2 ? "ann@example.com" : null });
        }

        Assert.Equal(["Ann", "Anna Bell", "Annb Zzz", "Mary-Ann Fox", "Maria Anna Lee", "Miss Morgann Smith"], await TitlesAsync(tenant, "ann"));
        Assert.Equal(["Ann", "Anna Bell"], await TitlesAsync(tenant, "ann&limit=2"));
        Assert.Equal(["Anna Bell", "Maria Anna Lee"], (await TitlesAsync(tenant, "anna")).Take(2));
    }

    [Fact]
    public async Task A_typo_is_forgiven_only_where_there_are_too_few_without_one()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        await tenant.CreateAsync("/contacts", new { title = "Marie", phone = "+14155550101" });
        await tenant.CreateAsync("/contacts", new { title = "Maria", phone = "+14155550102" });
        Assert.Equal(["Marie", "Maria"], await TitlesAsync(tenant, "marie"));
        Assert.Equal(["Marie"], await TitlesAsync(tenant, "marie&limit=1"));
    }

    [Theory]
    [InlineData("a", 200)]
    [InlineData("abcdefghij", 20)]
    [InlineData("internationalization ", 9)]
    [InlineData("ǅ", 200)]
    [InlineData("(", 200)]
    [InlineData("\\", 100)]
    [InlineData("[a-", 60)]
    public async Task Whatever_is_typed_is_answered(string typed, int times)
    {
        var tenant = await FilledTenantAsync();
        Assert.Empty(await TitlesAsync(tenant, string.Concat(Enumerable.Repeat(typed, times))));
    }

    [Theory]
    [InlineData("", "q")]
    [InlineData("q=j", "q")]
    [InlineData("q=joh&limit=0", "limit")]
    [InlineData("q=joh&limit=51", "limit")]
    [InlineData("q=joh&cursor=x", "cursor")]
    public async Task Its_parameters_have_their_limits(string query, string field)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        (await tenant.Api.GetAsync($"/contacts/search?{query}")).ShouldBeError(400, "VALIDATION_ERROR", field);
    }

    [Fact]
    public async Task The_list_filters_by_the_same_text_and_stays_newest_first()
    {
        var tenant = await FilledTenantAsync();
        Assert.Equal(["Ada Lovelace"], await ListAsync(tenant, "search=lovel"));
        Assert.Equal(["Łukasz Groß"], await ListAsync(tenant, "search=%2B4930"));
        Assert.Equal(["100% Cotton_Club"], await ListAsync(tenant, "search=100%25"));
        Assert.Equal(["Михаил Ёлкин", "100% Cotton_Club", "Łukasz Groß", "José García", "Ada Lovelace"], await ListAsync(tenant, ""));
        Assert.Empty(await ListAsync(tenant, "search=lovlace"));
        Assert.Empty(await ListAsync(tenant, "search=%25%25%25"));
        Assert.Empty(await ListAsync(tenant, "search=%20%20%20"));
        (await tenant.Api.GetAsync("/contacts?search=lo")).ShouldBeError(400, "VALIDATION_ERROR", "search");
    }

    [Theory]
    [InlineData("!!!", "Wow!!!")]
    [InlineData("w!!", "Wow!!!")]
    [InlineData("ow!", "Wow!!!")]
    [InlineData("(vi", "Anna (VIP) -")]
    [InlineData("p) ", "Anna (VIP) -")]
    [InlineData(") -", "Anna (VIP) -")]
    [InlineData(" & ", "Smith & Sons")]
    [InlineData("h & s", "Smith & Sons")]
    [InlineData("в!?", "Смирнов!?")]
    [InlineData("???", null)]
    [InlineData("a!!", null)]
    [InlineData("!wo", null)]
    public async Task Marks_are_found_as_they_stand(string typed, string? title)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        foreach (var (i, name) in new[] { "Wow!!!", "Anna (VIP) -", "Смирнов!?", "Smith & Sons", "Plain Name" }.Index())
        {
            await tenant.CreateAsync("/contacts", new { title = name, phone = $"+1415555010{i}" });
        }

        string[] expected = title is null ? [] : [title];
        Assert.Equal(expected, await TitlesAsync(tenant, typed));
        Assert.Equal(expected, await ListAsync(tenant, $"search={Uri.EscapeDataString(typed)}"));
    }

    [Fact]
    public async Task Filters_of_the_list_combine()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var group = await tenant.CreateAsync("/contact-groups", new { name = "Customers" });
        for (var i = 0; i < 8; i++)
        {
            await tenant.CreateAsync("/contacts", new
            {
                title = i % 2 == 0 ? $"Ada {i}" : $"Grace {i}",
                phone = $"+1415555010{i}",
                tags = i % 4 < 2 ? new[] { "vip", "web" } : ["vip"],
                groupIds = i < 6 ? new[] { group } : [],
            });
        }

        Assert.Equal(["Grace 5", "Ada 4", "Grace 3", "Ada 2", "Grace 1", "Ada 0"], await ListAsync(tenant, $"groupId={group}"));
        Assert.Equal(["Grace 5", "Ada 4", "Grace 1", "Ada 0"], await ListAsync(tenant, "tags=vip,web"));
        Assert.Equal(["Ada 4", "Ada 0"], await ListAsync(tenant, $"tags=web&search=ada&groupId={group}"));
        Assert.Empty(await ListAsync(tenant, "tags=vip,none"));
        (await tenant.Api.GetAsync("/contacts?groupId=group_01h455vb4pex5vsknk084sn02q")).ShouldBeError(404, "NOT_FOUND");
        var stranger = await run.Shared.CreateTenantAsync();
        (await stranger.Api.GetAsync($"/contacts?groupId={group}")).ShouldBeError(404, "NOT_FOUND");

        var first = await tenant.Api.GetAsync($"/contacts?groupId={group}&search=ada&limit=2");
        Assert.Equal(["Ada 4", "Ada 2"], first.Data.EnumerateArray().Select(contact => contact.GetProperty("title").GetString()));
        var cursor = first.Json.GetProperty("pagination").GetProperty("cursor").GetString();
        Assert.Equal(["Ada 0"], await ListAsync(tenant, $"groupId={group}&search=ada&limit=2&cursor={cursor}"));
        (await tenant.Api.GetAsync($"/contacts?groupId={group}&search=gra&limit=2&cursor={cursor}")).ShouldBeError(400, "VALIDATION_ERROR", "cursor");
    }

    private async Task<Tenant> FilledTenantAsync()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        await tenant.CreateAsync("/contacts", new { title = "Ada Lovelace", phone = "+14155550123", email = "ada.l@analytical.engine" });
        await tenant.CreateAsync("/contacts", new { title = "José García", phone = "+34915550101" });
        await tenant.CreateAsync("/contacts", new { title = "Łukasz Groß", phone = "+493012345" });
        await tenant.CreateAsync("/contacts", new { title = "100% Cotton_Club", phone = "+447700900123" });
        await tenant.CreateAsync("/contacts", new { title = "Михаил Ёлкин", phone = "+74955550101" });
        return tenant;
    }

    private static Task<string[]> TitlesAsync(Tenant tenant, string typed)
    {
        var parts = typed.Split("&limit=");
        return ReadAsync(tenant, $"/contacts/search?q={Uri.EscapeDataString(parts[0])}{(parts.Length > 1 ? $"&limit={parts[1]}" : "")}");
    }

    private static Task<string[]> ListAsync(Tenant tenant, string query) => ReadAsync(tenant, $"/contacts?{query}");

    private static async Task<string[]> ReadAsync(Tenant tenant, string path) =>
        [.. (await tenant.Api.GetAsync(path)).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray().Select(contact => contact.GetProperty("title").GetString()!)];
}
