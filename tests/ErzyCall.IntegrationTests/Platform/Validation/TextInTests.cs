using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ErzyCall.IntegrationTests.Conventions;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Platform.Validation;

/// <summary>Text as the world's systems write it: marks before it, other line ends, what nobody can see, what is no text at all.</summary>
public sealed class TextInTests(TestRun run)
{
    private const string Written = "one\r\ntwo\rthree\n\r\nfour";
    private const string Kept = "one\ntwo\nthree\n\nfour";

    public static TheoryData<string, string, string> Lines => new()
    {
        { "/contacts", """{"title":"A","phone":"+14155550111"}""", "notes" },
        { "/contact-groups", """{"name":"A"}""", "description" },
        { "/cases", """{"title":"A","prompt":"B"}""", "description" },
        { "/cases", """{"title":"A","prompt":"B"}""", "firstMessage" },
        { "/cases", """{"title":"A"}""", "prompt" },
        { "/prompts", """{"name":"A"}""", "text" },
        { "/assistants/outbound", """{"name":"A","voice":{},"model":{}}""", "description" },
        { "/assistants/outbound", """{"name":"A","voice":{},"model":{}}""", "firstMessage" },
        { "/assistants/outbound", """{"name":"A","voice":{},"model":{}}""", "systemPrompt" },
        { "/webhooks", """{"url":"https://example.com/hooks","events":["call.ended"]}""", "description" },
        { "/calls", """{"to":"+14155550100","from":"+14155559999"}""", "firstMessage" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Every_way_of_ending_a_line_is_kept_as_one(string path, string others, string field)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var body = JsonNode.Parse(others)!;
        body[field] = Written;

        var created = (await tenant.Api.PostAsync(path, body.ToJsonString())).ShouldBe(HttpStatusCode.Created).Data;
        Assert.Equal(Kept, created.GetProperty(field).GetString());
        if (path != "/calls")
        {
            var changed = (await tenant.Api.PatchAsync($"{path}/{created.GetProperty("id").GetString()}", new Dictionary<string, string> { [field] = "a\r\nb" })).ShouldBe(HttpStatusCode.OK).Data;
            Assert.Equal("a\nb", changed.GetProperty(field).GetString());
            body[field] = 1;
            (await tenant.Api.PostAsync(path, body.ToJsonString())).ShouldBeError(400, "VALIDATION_ERROR", field);
            (await tenant.Api.PatchAsync($"{path}/{created.GetProperty("id").GetString()}", new Dictionary<string, object> { [field] = new[] { "x" } })).ShouldBeError(400, "VALIDATION_ERROR", field);
        }
    }

    [Fact]
    public async Task So_it_is_in_batches_and_in_messages_and_nowhere_else()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var contacts = await tenant.Api.PostAsync("/contacts/batch", new { contacts = new[] { new { title = "A", phone = "+14155550112", notes = Written } } });
        var id = contacts.Data[0].GetProperty("data").GetProperty("id").GetString();
        Assert.Equal(Kept, (await tenant.Api.GetAsync($"/contacts/{id}")).Data.GetProperty("notes").GetString());
        var calls = await tenant.Api.PostAsync("/calls/batch", new { defaults = new { from = Tenant.From, firstMessage = Written }, calls = new[] { new { to = "+14155550100" } } });
        Assert.Equal(Kept, calls.Data[0].GetProperty("data").GetProperty("firstMessage").GetString());
        var account = await tenant.ConnectAsync();
        var message = await tenant.SendTextAsync(await tenant.HearAsync(account), Written);
        Assert.Equal(Kept, message.GetProperty("text").GetProperty("body").GetString());

        (await tenant.Api.PostAsync("/contacts", new { title = "A\rB", phone = "+14155550113" })).ShouldBeError(400, "VALIDATION_ERROR", "title");
        (await tenant.Api.PostAsync("/prompts", new { name = "A", text = "\r\0" })).ShouldBeError(400, "VALIDATION_ERROR", "text");
    }

    [Theory]
    [InlineData("\u200B")]
    [InlineData(" \u2060\u00AD ")]
    [InlineData("\u3164")]
    [InlineData("\u115F\u1160\uFFA0")]
    [InlineData("\u2800")]
    [InlineData("\uFEFF\uFE0F")]
    [InlineData("\U000E0041\U000E007F")]
    public async Task A_name_of_which_nothing_can_be_seen_is_none(string invisible)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        foreach (var (path, body, field) in new (string, object, string)[]
        {
            ("/contacts", new { title = invisible, phone = "+14155550114" }, "title"),
            ("/contact-groups", new { name = invisible }, "name"),
            ("/cases", new { title = invisible, prompt = "x" }, "title"),
            ("/prompts", new { name = invisible, text = "x" }, "name"),
            ("/assistants/inbound", new { name = invisible }, "name"),
            ("/assistants/outbound", new { name = invisible, voice = new { }, model = new { } }, "name"),
            ("/api-keys", new { name = invisible, scopes = new[] { "*" } }, "name"),
        })
        {
            (await tenant.Api.PostAsync(path, body)).ShouldBeError(400, "VALIDATION_ERROR", field);
        }

        var batch = (await tenant.Api.PostAsync("/contacts/batch", new { contacts = new[] { new { title = invisible, phone = "+14155550115" } } })).ShouldBe(HttpStatusCode.Created).Data;
        Assert.Equal(400, batch[0].GetProperty("status").GetInt32());
        (await tenant.Api.PatchAsync($"/contacts/{await tenant.CreateContactAsync()}", new { title = invisible })).ShouldBeError(400, "VALIDATION_ERROR", "title");
        (await tenant.Api.PostAsync("/contacts", new { title = $"{invisible}Ada", phone = "+14155550116" })).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Two_groups_have_no_names_that_nobody_could_tell_apart()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var id = await tenant.CreateAsync("/contact-groups", new { name = "Caf\u00E9" });
        var other = await tenant.CreateAsync("/contact-groups", new { name = "Cafe" });
        foreach (var alike in new[] { "Cafe\u0301", "Caf\u00E9\u200B", "Ca\u00ADfe\u034F\u0301", "\uFEFFCaf\u00E9" })
        {
            (await tenant.Api.PostAsync("/contact-groups", new { name = alike })).ShouldBeError(409, "CONFLICT", "name");
            (await tenant.Api.PatchAsync($"/contact-groups/{other}", new { name = alike })).ShouldBeError(409, "CONFLICT", "name");
        }

        (await tenant.Api.PostAsync("/contact-groups", new { name = "caf\u00E9" })).ShouldBe(HttpStatusCode.Created);
        Assert.Equal("Cafe\u0301", (await tenant.Api.PatchAsync($"/contact-groups/{id}", new { name = "Cafe\u0301" })).ShouldBe(HttpStatusCode.OK).Data.GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_byte_order_mark_before_a_body_is_skipped()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        byte[] Marked(object body) => [.. Encoding.UTF8.Preamble, .. JsonSerializer.SerializeToUtf8Bytes(body)];

        var id = (await tenant.Api.PostAsync("/prompts", Marked(new { name = "A", text = "B" }), "k")).ShouldBe(HttpStatusCode.Created).Data.GetProperty("id").GetString();
        (await tenant.Api.PatchAsync($"/prompts/{id}", Marked(new { name = "C" }))).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.PatchAsync($"/prompts/{id}", Marked(new { }))).ShouldBeError(400, "VALIDATION_ERROR");
        (await tenant.Api.PostAsync("/contacts/batch", Marked(new { contacts = new[] { new { title = "A", phone = "+14155550117" } } }))).ShouldBe(HttpStatusCode.Created);
        (await tenant.Api.PostAsync("/prompts", (byte[])[.. Encoding.UTF8.Preamble, .. Encoding.UTF8.Preamble, .. "{}"u8])).ShouldBeError(400, "INVALID_JSON");
        (await tenant.Api.PostAsync("/prompts", Encoding.UTF8.GetPreamble())).ShouldBeError(400, "INVALID_JSON");
        var live = await run.Shared.CreateTenantAsync(new TenantOptions { Mode = ErzyCall.Api.Features.Organizations.OrganizationMode.Live });
        var account = await live.ConnectAsync(simulated: false);
        (await run.Shared.CallBackAsync(account, "\uFEFF" + WhatsAppTenant.Callback(account, WhatsAppTenant.TextMessage($"wamid.{account.Id}", "Hello", live.Now)))).ShouldBe(HttpStatusCode.OK);
        Assert.Single((await live.Api.GetAsync("/whatsapp/conversations")).Data.EnumerateArray());
    }

    [Theory]
    [InlineData("x=%FF", "x")]
    [InlineData("search=%C3", "search")]
    [InlineData("search=%C0%AF", "search")]
    [InlineData("search=%ED%A0%80", "search")]
    [InlineData("search=%F4%90%80%80", "search")]
    [InlineData("search=ok&limit=%80", "limit")]
    public async Task A_query_that_is_not_UTF8_is_refused_on_every_route(string query, string field)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        (await tenant.Api.GetAsync($"/contacts?{query}")).ShouldBeError(400, "VALIDATION_ERROR", field);
        foreach (var route in RouteTable.Of(run.Shared))
        {
            using var request = new HttpRequestMessage(route.Method, new Uri($"{route.PathWith(_ => "call_01h455vb4pex5vsknk084sn02q")}?{query}", UriKind.Relative));
            using var response = await tenant.Api.Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal((route.ToString(), HttpStatusCode.BadRequest), (route.ToString(), response.StatusCode));
        }

        foreach (var path in new[] { "/health/live", "/openapi/v1.json", "/docs", "/hooks/whatsapp/wa_acct_x" })
        {
            using var response = await tenant.Api.Http.GetAsync(new Uri($"{path}?{query}", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal((path, HttpStatusCode.BadRequest), (path, response.StatusCode));
        }

        (await tenant.Api.GetAsync("/contacts?search=caf%C3%A9%F0%9F%98%80")).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.GetAsync("/contacts?search=100%25%zz")).ShouldBe(HttpStatusCode.OK);
    }
}
