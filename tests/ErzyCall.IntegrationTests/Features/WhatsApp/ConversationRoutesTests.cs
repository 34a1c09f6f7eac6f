using System.Net;
using System.Text.Json;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.WhatsApp;

public sealed class ConversationRoutesTests(TestRun run)
{
    private static readonly string[] s_fields =
        ["id", "status", "waUserPhone", "waUserName", "contactId", "integrationId", "lastMessagePreview", "lastMessageDirection", "lastMessageAt", "window", "createdAt"];

    [Fact]
    public async Task Accounts_are_listed_whole_and_without_secrets()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var account = await tenant.ConnectAsync(simulated: false);
        var list = (await tenant.Api.GetAsync("/whatsapp/accounts")).ShouldBe(HttpStatusCode.OK);
        Assert.Equal(["data"], list.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            $$"""{"id":"{{account.Id}}","status":"active","statusMessage":null,"wabaId":"102290129340398","phoneNumberId":"{{account.PhoneNumberId}}","displayPhoneNumber":"+14155559999","verifiedName":"Acme Dental","qualityRating":null,"messagesSent":0,"messagesReceived":0,"lastMessageAt":null,"createdAt":"{{account.CreatedAt:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}"}""",
            Assert.Single(list.Data.EnumerateArray()).GetRawText());
    }

    [Fact]
    public async Task A_conversation_lives_from_its_first_message_on()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var account = await tenant.ConnectAsync();
        var wroteAt = tenant.Now.AddMinutes(-5);
        var id = await tenant.HearAsync(account, new string('é', 150), wroteAt: wroteAt);
        var path = $"/whatsapp/conversations/{id}";

        var listed = Assert.Single((await tenant.Api.GetAsync("/whatsapp/conversations")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray());
        Assert.Equal(s_fields, listed.EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            ("active", WhatsAppTenant.Customer, "Ada", account.Id.ToString(), new string('é', 100), "inbound"),
            (listed.GetProperty("status").GetString(), listed.GetProperty("waUserPhone").GetString(), listed.GetProperty("waUserName").GetString(), listed.GetProperty("integrationId").GetString(), listed.GetProperty("lastMessagePreview").GetString(), listed.GetProperty("lastMessageDirection").GetString()));
        Assert.Equal($$"""{"open":true,"expiresAt":"{{wroteAt.AddHours(24):yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}"}""", listed.GetProperty("window").GetRawText());
        var read = (await tenant.Api.GetAsync(path)).ShouldBe(HttpStatusCode.OK);
        var message = Assert.Single(read.ShouldHave([.. s_fields, "messages"]).GetProperty("messages").EnumerateArray());
        Assert.Equal(("inbound", "text", "delivered"), (message.GetProperty("direction").GetString(), message.GetProperty("type").GetString(), message.GetProperty("status").GetString()));
        Assert.Equal(listed.GetProperty("lastMessageAt").GetString(), message.GetProperty("createdAt").GetString());

        Assert.Equal(HttpStatusCode.NotModified, (await tenant.Api.GetAsync(path, ("If-None-Match", read.Header("ETag")!))).Status);
        var closed = (await tenant.Api.PatchAsync(path, new { status = "closed" }, ("If-Match", read.Header("ETag")!))).ShouldBe(HttpStatusCode.OK).ShouldHave([.. s_fields, "messages"]);
        Assert.Equal("closed", closed.GetProperty("status").GetString());
        Assert.Equal(closed.GetRawText(), (await tenant.GetConversationAsync(id)).GetRawText());
        (await tenant.Api.PatchAsync(path, new { status = "active" }, ("If-Match", read.Header("ETag")!))).ShouldBeError(412, "PRECONDITION_FAILED");
        Assert.Single((await tenant.Api.GetAsync("/whatsapp/conversations?status=closed")).Data.EnumerateArray());
        Assert.Empty((await tenant.Api.GetAsync("/whatsapp/conversations?status=active")).Data.EnumerateArray());

        await tenant.HearAsync(account, "Again");
        Assert.Equal("active", (await tenant.GetConversationAsync(id)).GetProperty("status").GetString());
        (await tenant.Api.PatchAsync(path, new { status = "handed_off" })).ShouldBe(HttpStatusCode.OK);
        await tenant.HearAsync(account, "And again");
        Assert.Equal("handed_off", (await tenant.GetConversationAsync(id)).GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"status":null}""", "status")]
    [InlineData("""{"status":"open"}""", "status")]
    [InlineData("""{"status":1}""", "status")]
    [InlineData("""{"waUserName":"Eve"}""", "waUserName")]
    public async Task Only_the_status_can_be_changed(string body, params string[] fields)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var id = await tenant.HearAsync(await tenant.ConnectAsync());
        (await tenant.Api.PatchAsync($"/whatsapp/conversations/{id}", body)).ShouldBeError(400, "VALIDATION_ERROR", fields);
    }

    [Fact]
    public async Task Conversations_are_paged_by_their_newest_activity()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var account = await tenant.ConnectAsync();
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await tenant.HearAsync(account, from: $"+1415555010{i}"));
        }

        await tenant.HearAsync(account, from: "+14155550101");
        string[] expected = [ids[1], ids[4], ids[3], ids[2], ids[0]];
        Assert.Equal(expected, await WalkAsync(tenant, "/whatsapp/conversations"));
        (await tenant.Api.GetAsync("/whatsapp/conversations?status=open")).ShouldBeError(400, "VALIDATION_ERROR", "status");
        (await tenant.Api.GetAsync("/whatsapp/conversations?cursor=x")).ShouldBeError(400, "VALIDATION_ERROR", "cursor");
    }

    [Fact]
    public async Task A_conversation_shows_its_fifty_newest_messages_and_all_of_them_in_pages()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var account = await tenant.ConnectAsync();
        var id = "";
        for (var i = 0; i < 52; i++)
        {
            id = await tenant.HearAsync(account, $"{i}");
        }

        static IEnumerable<string?> Texts(JsonElement messages) => messages.EnumerateArray().Select(message => message.GetProperty("text").GetProperty("body").GetString());
        Assert.Equal(Enumerable.Range(2, 50).Select(i => $"{i}"), Texts((await tenant.GetConversationAsync(id)).GetProperty("messages")));
        var all = await tenant.Api.GetAsync($"/whatsapp/conversations/{id}/messages?limit=100");
        Assert.Equal(Enumerable.Range(0, 52).Reverse().Select(i => $"{i}"), Texts(all.Data));
        Assert.Equal(all.Data.EnumerateArray().Select(message => message.Id()), await WalkAsync(tenant, $"/whatsapp/conversations/{id}/messages", 20));

        // A cursor is of one conversation.
        var other = await tenant.HearAsync(account, from: "+14155550199");
        var cursor = (await tenant.Api.GetAsync($"/whatsapp/conversations/{id}/messages?limit=2")).Json.GetProperty("pagination").GetProperty("cursor").GetString();
        (await tenant.Api.GetAsync($"/whatsapp/conversations/{other}/messages?limit=2&cursor={cursor}")).ShouldBeError(400, "VALIDATION_ERROR", "cursor");
    }

    private static async Task<IReadOnlyList<string>> WalkAsync(Tenant tenant, string path, int limit = 2)
    {
        var ids = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await tenant.Api.GetAsync($"{path}?limit={limit}{(cursor is null ? "" : $"&cursor={cursor}")}")).ShouldBe(HttpStatusCode.OK);
            ids.AddRange(page.Data.EnumerateArray().Select(row => row.Id()));
            cursor = page.Json.GetProperty("pagination").GetProperty("cursor").GetString();
        }
        while (cursor is not null);
        return ids;
    }
}
