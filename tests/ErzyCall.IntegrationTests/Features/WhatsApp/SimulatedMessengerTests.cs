using System.Net;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.WhatsApp;

/// <summary>What becomes of a message by the last four digits of its customer's number.</summary>
public sealed class SimulatedMessengerTests(TestRun run)
{
    [Theory]
    [InlineData("0001", "delivered", null, "sent delivered")]
    [InlineData("0002", "read", null, "sent delivered read")]
    [InlineData("0003", "failed", "131026", "sent failed")]
    [InlineData("0004", "read", null, "sent delivered read")]
    [InlineData("0005", "read", null, "sent delivered read")]
    [InlineData("0006", "sent", null, "sent")]
    [InlineData("1234", "read", null, "sent delivered read")]
    public async Task A_message_goes_as_its_number_says(string digits, string status, string? error, string events)
    {
        ArgumentNullException.ThrowIfNull(events);
        await using var engine = await WhatsAppEngine.StartAsync(run);
        var message = await engine.Tenant.SendTemplateAsync(engine.Account, $"+1415555{digits}");

        await engine.RunAllAsync();
        engine.Clock.Advance(TimeSpan.FromDays(1));
        await engine.RunAllAsync();

        Assert.Equal((status, error), await engine.Tenant.StateOfAsync(message));
        Assert.Equal(events.Split(' ').Select(moved => (MessageEvents.Status, moved)), await engine.Server.EventsOfAsync(message));
    }

    [Fact]
    public async Task A_customer_who_replies_opens_the_window_for_free_text_and_replies_again()
    {
        await using var engine = await WhatsAppEngine.StartAsync(run);
        var tenant = engine.Tenant;
        var message = await tenant.SendTemplateAsync(engine.Account, "+14155550004");
        var id = message.GetProperty("conversationId").GetString()!;
        var text = new { conversationId = id, type = "text", text = new { body = "See you at ten." } };
        (await tenant.Api.PostAsync("/whatsapp/messages", text)).ShouldBeError(422, "INVALID_STATE");

        await engine.RunAllAsync();
        (await tenant.Api.PostAsync("/whatsapp/messages", text)).ShouldBe(HttpStatusCode.Created);
        await engine.RunAllAsync();

        var conversation = await tenant.GetConversationAsync(id);
        Assert.True(conversation.GetProperty("window").GetProperty("open").GetBoolean());
        Assert.Equal("Simulated customer", conversation.GetProperty("waUserName").GetString());
        Assert.Equal(
            [("outbound", "template"), ("inbound", "text"), ("outbound", "text"), ("inbound", "text")],
            conversation.GetProperty("messages").EnumerateArray().Select(row => (row.GetProperty("direction").GetString(), row.GetProperty("type").GetString())));
        var account = await tenant.GetAccountAsync(engine.Account);
        Assert.Equal((2, 2), (account.GetProperty("messagesSent").GetInt32(), account.GetProperty("messagesReceived").GetInt32()));
    }

    [Fact]
    public async Task A_customer_who_replies_STOP_is_written_to_no_more()
    {
        await using var engine = await WhatsAppEngine.StartAsync(run);
        var message = await engine.Tenant.SendTemplateAsync(engine.Account, "+14155550005");
        await engine.RunAllAsync();

        Assert.Equal(DoNotCallSource.WhatsApp, (await engine.Tenant.LedgerEntryAsync("+14155550005"))!.Source);
        var again = new { conversationId = message.GetProperty("conversationId").GetString(), type = "text", text = new { body = "But…" } };
        (await engine.Tenant.Api.PostAsync("/whatsapp/messages", again)).ShouldBeError(403, "CONTACT_OPTED_OUT");
        (await engine.Tenant.Api.PostAsync("/calls", new { to = "+14155550005", from = Tenant.From })).ShouldBeError(403, "CONTACT_OPTED_OUT");
    }

    [Fact]
    public async Task It_takes_its_time_by_the_simulators_speed()
    {
        await using var engine = await WhatsAppEngine.StartAsync(run, speed: "2");
        var message = await engine.Tenant.SendTemplateAsync(engine.Account);
        await engine.RunAllAsync();
        Assert.Equal(("sent", null), await engine.Tenant.StateOfAsync(message));

        engine.Clock.Advance(TimeSpan.FromMilliseconds(499));
        await engine.RunAllAsync();
        Assert.Equal(("sent", null), await engine.Tenant.StateOfAsync(message));

        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await engine.RunAllAsync();
        Assert.Equal(("delivered", null), await engine.Tenant.StateOfAsync(message));
        engine.Clock.Advance(TimeSpan.FromMilliseconds(1500));
        await engine.RunAllAsync();
        var read = await engine.Tenant.GetMessageAsync(message);
        Assert.Equal(
            ("2026-06-01T10:00:00.000Z", "2026-06-01T10:00:00.500Z", "2026-06-01T10:00:02.000Z"),
            (read.GetProperty("sentAt").GetString(), read.GetProperty("deliveredAt").GetString(), read.GetProperty("readAt").GetString()));
    }

    [Fact]
    public async Task A_step_that_died_before_its_own_record_tells_again_and_changes_nothing()
    {
        await using var engine = await WhatsAppEngine.StartAsync(run);
        var message = await engine.Tenant.SendTemplateAsync(engine.Account, "+14155550004");
        await engine.RunAllAsync();
        var before = (await engine.Tenant.GetConversationAsync(message.GetProperty("conversationId").GetString()!)).GetRawText();

        await engine.Server.ExecuteSqlAsync("UPDATE simulated_messages SET steps_played = 0, next_step_at = '2026-06-01T10:00:00Z'");
        await engine.RunAllAsync();

        Assert.Equal(before, (await engine.Tenant.GetConversationAsync(message.GetProperty("conversationId").GetString()!)).GetRawText());
        Assert.Equal(3, (await engine.Server.EventsOfAsync(message)).Count);
        Assert.Equal(1, (await engine.Tenant.GetAccountAsync(engine.Account)).GetProperty("messagesReceived").GetInt32());
    }

    [Fact]
    public async Task Nobody_needs_to_push_a_message_to_its_end()
    {
        await using var server = await run.StartServerAsync(new TestServerOptions { Workers = true });
        var tenant = await server.CreateTenantAsync();
        var message = await tenant.SendTemplateAsync(await tenant.ConnectAsync());

        await Patience.UntilAsync("the message is read", async () => (await tenant.StateOfAsync(message)).Status == "read");
    }

    [Fact]
    public async Task Its_templates_are_a_few_fixed_ones()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var account = await tenant.ConnectAsync();
        var templates = (await tenant.Api.GetAsync($"/whatsapp/templates?integrationId={account.Id}")).ShouldBe(HttpStatusCode.OK);
        Assert.Equal(["data"], templates.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            """{"name":"appointment_reminder","language":"en_US","category":"UTILITY","status":"APPROVED","variables":["name","date"]}""",
            templates.Data.EnumerateArray().Single(template => template.GetProperty("name").GetString() == "appointment_reminder").GetRawText());
        (await tenant.Api.GetAsync("/whatsapp/templates")).ShouldBeError(400, "VALIDATION_ERROR", "integrationId");
        (await tenant.Api.GetAsync("/whatsapp/templates?integrationId=x")).ShouldBeError(400, "INVALID_ID", "integrationId");
        var stranger = await (await run.Shared.CreateTenantAsync()).ConnectAsync();
        (await tenant.Api.GetAsync($"/whatsapp/templates?integrationId={stranger.Id}")).ShouldBeError(404, "NOT_FOUND");
    }
}
