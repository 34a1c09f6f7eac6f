using System.Net;
using ErzyCall.Api.Features;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Features.WhatsApp;

public sealed class SendMessageTests(TestRun run)
{
    private const string NoConversation = "conv_01h455vb4pex5vsknk084sn02q";
    private const string NoAccount = "wa_acct_01h455vb4pex5vsknk084sn02q";

    private static readonly string[] s_fields =
        ["id", "conversationId", "direction", "type", "text", "template", "status", "error", "createdAt", "sentAt", "deliveredAt", "readAt"];

    [Fact]
    public async Task A_template_to_a_number_begins_a_conversation_with_its_contact()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var account = await tenant.ConnectAsync();
        var contact = await tenant.AddAsync(tenant.NewContact("Ada", WhatsAppTenant.Customer));

        var created = (await tenant.Api.PostAsync("/whatsapp/messages", new
        {
            integrationId = account.Id.ToString(),
            to = WhatsAppTenant.Customer,
            type = "template",
            template = new { name = "appointment_reminder", language = "en_US", variables = new Dictionary<string, string> { ["name"] = "Ada", ["date"] = "Monday" } },
        })).ShouldBe(HttpStatusCode.Created);

        var message = created.ShouldHave(s_fields);
        Assert.Equal(
            $$$"""{"id":"{{{message.Id()}}}","conversationId":"{{{message.GetProperty("conversationId").GetString()}}}","direction":"outbound","type":"template","text":null,"template":{"name":"appointment_reminder","language":"en_US","variables":{"name":"Ada","date":"Monday"}},"status":"queued","error":null,"createdAt":"{{{message.GetProperty("createdAt").GetString()}}}","sentAt":null,"deliveredAt":null,"readAt":null}""",
            message.GetRawText());
        var location = created.Header("Location")!;
        Assert.Equal($"/api/v1/whatsapp/conversations/{message.GetProperty("conversationId").GetString()}/messages", location);
        Assert.Contains(message.GetRawText(), (await tenant.Api.GetAsync(location)).ShouldBe(HttpStatusCode.OK).Text, StringComparison.Ordinal);
        var conversation = await tenant.GetConversationAsync(message.GetProperty("conversationId").GetString()!);
        Assert.Equal(
            (contact.Id.ToString(), "[template] appointment_reminder", "outbound", """{"open":false,"expiresAt":null}"""),
            (conversation.GetProperty("contactId").GetString(), conversation.GetProperty("lastMessagePreview").GetString(), conversation.GetProperty("lastMessageDirection").GetString(), conversation.GetProperty("window").GetRawText()));
    }

    [Fact]
    public async Task A_text_goes_into_a_conversation_whose_window_is_open()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var account = await tenant.ConnectAsync();
        var conversation = await tenant.HearAsync(account);
        var text = string.Concat(Enumerable.Repeat("😀", 4_096));

        var byConversation = await tenant.SendTextAsync(conversation, text);
        var byNumber = (await tenant.Api.PostAsync(
            "/whatsapp/messages", new { integrationId = account.Id.ToString(), to = WhatsAppTenant.Customer, type = "text", text = new { body = "To the number" } })).ShouldBe(HttpStatusCode.Created).Data;

        Assert.Equal(conversation, byConversation.GetProperty("conversationId").GetString());
        Assert.Equal(conversation, byNumber.GetProperty("conversationId").GetString());
        Assert.Equal(text, byConversation.GetProperty("text").GetProperty("body").GetString());
        var shown = await tenant.GetConversationAsync(conversation);
        Assert.Equal(["Hello", text, "To the number"], shown.GetProperty("messages").EnumerateArray().Select(row => row.GetProperty("text").GetProperty("body").GetString()));
    }

    [Fact]
    public async Task Text_outside_the_window_is_refused_and_leaves_no_conversation()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var account = await tenant.ConnectAsync();
        var text = new { integrationId = account.Id.ToString(), to = WhatsAppTenant.Customer, type = "text", text = new { body = "Hello" }, fallbackTemplate = WhatsAppTenant.Template };
        (await tenant.Api.PostAsync("/whatsapp/messages", text)).ShouldBeError(422, "INVALID_STATE");
        Assert.Empty((await tenant.Api.GetAsync("/whatsapp/conversations")).Data.EnumerateArray());

        var conversation = await tenant.HearAsync(account, wroteAt: tenant.Now.AddHours(-24));
        (await tenant.Api.PostAsync("/whatsapp/messages", text)).ShouldBeError(422, "INVALID_STATE");
        await tenant.HearAsync(account, wroteAt: tenant.Now.AddHours(-23));
        await tenant.SendTextAsync(conversation);
    }

    [Fact]
    public async Task A_number_on_the_ledger_is_refused_by_number_and_by_conversation()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var account = await tenant.ConnectAsync();
        var conversation = await tenant.HearAsync(account);
        await tenant.BlockAsync(WhatsAppTenant.Customer);
        (await tenant.Api.PostAsync("/whatsapp/messages", new { conversationId = conversation, type = "text", text = new { body = "Hi" } })).ShouldBeError(403, "CONTACT_OPTED_OUT");
        (await tenant.Api.PostAsync("/whatsapp/messages", new { integrationId = account.Id.ToString(), to = WhatsAppTenant.Customer, type = "template", template = WhatsAppTenant.Template }))
            .ShouldBeError(403, "CONTACT_OPTED_OUT");
        Assert.Equal(1, await run.Shared.InDatabaseAsync(db => db.Messages.CountAsync(row => row.OrganizationId == tenant.Organization.Id)));
    }

    [Fact]
    public async Task The_same_key_queues_one_message()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var account = await tenant.ConnectAsync();
        var body = new { integrationId = account.Id.ToString(), to = WhatsAppTenant.Customer, type = "template", template = WhatsAppTenant.Template };
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => tenant.Api.PostAsync("/whatsapp/messages", body, "once")));
        Assert.Single(answers.Select(answer => answer.ShouldBe(HttpStatusCode.Created).Text).Distinct());
        Assert.Equal(1, await run.Shared.InDatabaseAsync(db => db.Messages.CountAsync(row => row.OrganizationId == tenant.Organization.Id)));
    }

    [Fact]
    public async Task Messages_that_are_queued_at_once_share_one_conversation()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var account = await tenant.ConnectAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => tenant.SendTemplateAsync(account)));
        var conversation = Assert.Single((await tenant.Api.GetAsync("/whatsapp/conversations")).Data.EnumerateArray());
        var messages = (await tenant.Api.GetAsync($"/whatsapp/conversations/{conversation.Id()}/messages")).Data.EnumerateArray().ToList();
        Assert.Equal(8, messages.Select(message => message.GetProperty("createdAt").GetString()).Distinct().Count());
    }

    [Theory]
    [InlineData("""{}""", "VALIDATION_ERROR", "integrationId", "to", "type")]
    [InlineData("""{"conversationId":"{conv}","integrationId":"{acct}","type":"text","text":{"body":"x"}}""", "VALIDATION_ERROR", "conversationId")]
    [InlineData("""{"conversationId":"{conv}","to":"+14155550100","type":"text","text":{"body":"x"}}""", "VALIDATION_ERROR", "conversationId")]
    [InlineData("""{"integrationId":"{acct}","type":"text","text":{"body":"x"}}""", "VALIDATION_ERROR", "to")]
    [InlineData("""{"to":"+14155550100","type":"text","text":{"body":"x"}}""", "VALIDATION_ERROR", "integrationId")]
    [InlineData("""{"integrationId":"{acct}","to":"14155550100","type":"text","text":{"body":"x"}}""", "VALIDATION_ERROR", "to")]
    [InlineData("""{"conversationId":"{acct}","type":"text","text":{"body":"x"}}""", "INVALID_ID", "conversationId")]
    [InlineData("""{"integrationId":"{conv}","to":"+14155550100","type":"text","text":{"body":"x"}}""", "INVALID_ID", "integrationId")]
    [InlineData("""{"conversationId":"{conv}","type":"image","text":{"body":"x"}}""", "VALIDATION_ERROR", "type")]
    [InlineData("""{"conversationId":"{conv}","type":"text"}""", "VALIDATION_ERROR", "text")]
    [InlineData("""{"conversationId":"{conv}","type":"text","text":{}}""", "VALIDATION_ERROR", "text.body")]
    [InlineData("""{"conversationId":"{conv}","type":"text","text":{"body":""}}""", "VALIDATION_ERROR", "text.body")]
    [InlineData("""{"conversationId":"{conv}","type":"text","text":{"body":"{long}"}}""", "VALIDATION_ERROR", "text.body")]
    [InlineData("""{"conversationId":"{conv}","type":"text","text":{"body":"\u0000"}}""", "VALIDATION_ERROR", "text.body")]
    [InlineData("""{"conversationId":"{conv}","type":"text","text":{"body":"x"},"template":{"name":"a","language":"en"}}""", "VALIDATION_ERROR", "template")]
    [InlineData("""{"conversationId":"{conv}","type":"template"}""", "VALIDATION_ERROR", "template")]
    [InlineData("""{"conversationId":"{conv}","type":"template","template":{}}""", "VALIDATION_ERROR", "template.name", "template.language")]
    [InlineData("""{"conversationId":"{conv}","type":"template","template":{"name":"a","language":"en"},"text":{"body":"x"}}""", "VALIDATION_ERROR", "text")]
    [InlineData("""{"conversationId":"{conv}","type":"template","template":{"name":"a","language":"en","variables":{"a b":"x"}}}""", "VALIDATION_ERROR", "template.variables.a b")]
    [InlineData("""{"conversationId":"{conv}","type":"template","template":{"name":"a","language":"en","variables":{"a":null}}}""", "VALIDATION_ERROR", "template.variables.a")]
    [InlineData("""{"conversationId":"{conv}","type":"template","template":{"name":"a","language":"en"},"fallbackTemplate":{"name":"a","language":"en"}}""", "VALIDATION_ERROR", "fallbackTemplate")]
    [InlineData("""{"conversationId":"{conv}","type":"text","text":{"body":"x"},"fallbackTemplate":{"name":"a"}}""", "VALIDATION_ERROR", "fallbackTemplate.language")]
    [InlineData("""{"conversationId":"{conv}","type":"text","text":{"body":"x"},"bogus":1}""", "VALIDATION_ERROR", "bogus")]
    [InlineData("""{"conversationId":"{conv}","type":"text","text":"x"}""", "VALIDATION_ERROR", "text")]
    public async Task A_body_that_does_not_fit_is_refused(string body, string code, params string[] fields)
    {
        ArgumentNullException.ThrowIfNull(body);
        var tenant = await run.Shared.CreateTenantAsync();
        body = body.Replace("{conv}", NoConversation, StringComparison.Ordinal).Replace("{acct}", NoAccount, StringComparison.Ordinal)
            .Replace("{long}", new string('x', 4_097), StringComparison.Ordinal);
        (await tenant.Api.PostAsync("/whatsapp/messages", body)).ShouldBeError(400, code, fields);
    }

    [Fact]
    public async Task What_another_organization_has_is_not_found()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var stranger = await run.Shared.CreateTenantAsync();
        var account = await stranger.ConnectAsync();
        var conversation = await stranger.HearAsync(account);
        (await tenant.Api.PostAsync("/whatsapp/messages", new { conversationId = conversation, type = "text", text = new { body = "Hi" } })).ShouldBeError(404, "NOT_FOUND");
        (await tenant.Api.PostAsync("/whatsapp/messages", new { integrationId = account.Id.ToString(), to = WhatsAppTenant.Customer, type = "template", template = WhatsAppTenant.Template }))
            .ShouldBeError(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Reading_does_not_allow_writing()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var (_, reader) = await tenant.AddKeyAsync([Scopes.WhatsAppRead]);
        (await reader.PostAsync("/whatsapp/messages", new { })).ShouldBeError(403, "INSUFFICIENT_SCOPE");
        (await run.Shared.CreateApiClient().PostAsync("/whatsapp/messages", new { })).ShouldBeError(401, "UNAUTHORIZED");
    }
}
