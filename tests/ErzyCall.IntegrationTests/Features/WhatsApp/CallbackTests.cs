using System.Net;
using System.Text;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Features.WhatsApp.Meta;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Features.WhatsApp;

/// <summary>What Meta tells at the callback address, in its documented payloads.</summary>
public sealed class CallbackTests(TestRun run)
{
    private static readonly DateTimeOffset s_at = new(2026, 6, 1, 9, 30, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_platforms_challenge_is_answered_to_whoever_knows_the_verify_token()
    {
        var (_, account) = await LiveAsync();
        var anyone = run.Shared.CreateApiClient();
        var hook = $"/hooks/whatsapp/{account.Id}";

        var answer = (await anyone.GetAsync($"{hook}?hub.mode=subscribe&hub.verify_token={WhatsAppTenant.VerifyToken}&hub.challenge=1158201444")).ShouldBe(HttpStatusCode.OK);
        Assert.Equal(("1158201444", "text/plain; charset=utf-8"), (answer.Text, answer.Header("Content-Type")));
        foreach (var wrong in new[] { "hub.mode=subscribe&hub.verify_token=x", "hub.mode=subscribe", "hub.verify_token=" + WhatsAppTenant.VerifyToken, $"hub.mode=unsubscribe&hub.verify_token={WhatsAppTenant.VerifyToken}", "" })
        {
            var refused = (await anyone.GetAsync($"{hook}?{wrong}&hub.challenge=1158201444")).ShouldBeError(401, "UNAUTHORIZED");
            Assert.DoesNotContain("1158201444", refused.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_address_of_no_account_is_not_found_whatever_is_sent()
    {
        var simulated = await (await run.Shared.CreateTenantAsync()).ConnectAsync();
        foreach (var id in new[] { "wa_acct_01h455vb4pex5vsknk084sn02q", "x", "call_01h455vb4pex5vsknk084sn02q", simulated.Id.ToString() })
        {
            (await run.Shared.CreateApiClient().GetAsync($"/hooks/whatsapp/{id}?hub.mode=subscribe&hub.verify_token=&hub.challenge=1")).ShouldBeError(404, "NOT_FOUND");
            (await run.Shared.CreateApiClient().PostAsync($"/hooks/whatsapp/{id}", "{}")).ShouldBeError(404, "NOT_FOUND");
        }
    }

    [Fact]
    public async Task Only_what_is_signed_over_its_raw_bytes_is_taken()
    {
        var (tenant, account) = await LiveAsync();
        var body = WhatsAppTenant.Callback(account, WhatsAppTenant.TextMessage("wamid.signed", "Zoë", s_at));
        var bytes = Encoding.UTF8.GetBytes(body);
        var good = CallbackSignature.Of(bytes, WhatsAppTenant.AppSecret);
        string[] bad =
        [
            "", "sha256=", "sha256=00", good[7..], $"sha1={good[7..]}", $"SHA256={good[7..]}", good[..^1], $"{good}00", $"sha256={new string('z', 64)}",
            CallbackSignature.Of(bytes, "another secret"), CallbackSignature.Of([.. bytes, (byte)' '], WhatsAppTenant.AppSecret),
            CallbackSignature.Of(Encoding.UTF8.GetBytes(body.Replace("ë", "\\u00eb", StringComparison.Ordinal)), WhatsAppTenant.AppSecret),
        ];
        foreach (var signature in bad)
        {
            (await run.Shared.CallBackAsync(account, body, signature)).ShouldBeError(401, "UNAUTHORIZED");
        }

        (await run.Shared.CreateApiClient().PostAsync($"/hooks/whatsapp/{account.Id}", body)).ShouldBeError(401, "UNAUTHORIZED");
        Assert.Empty((await tenant.Api.GetAsync("/whatsapp/conversations")).Data.EnumerateArray());

        var taken = (await run.Shared.CallBackAsync(account, body, "sha256=" + good[7..].ToUpperInvariant())).ShouldBe(HttpStatusCode.OK);
        Assert.Null(taken.Header("X-RateLimit-Limit"));
        Assert.Single((await tenant.Api.GetAsync("/whatsapp/conversations")).Data.EnumerateArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("not JSON")]
    [InlineData("[]")]
    public async Task What_is_signed_but_no_callback_is_refused(string body)
    {
        var (_, account) = await LiveAsync();
        (await run.Shared.CallBackAsync(account, body)).ShouldBeError(400, "INVALID_JSON");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"object":"whatsapp_business_account","entry":[]}""")]
    [InlineData("""{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"account_update","value":{"event":"VERIFIED"}}]}]}""")]
    public async Task What_is_of_no_concern_is_acknowledged(string body)
    {
        var (_, account) = await LiveAsync();
        Assert.Equal("", (await run.Shared.CallBackAsync(account, body)).ShouldBe(HttpStatusCode.OK).Text);
    }

    [Fact]
    public async Task A_callback_may_have_the_platforms_three_mebibytes_and_no_more()
    {
        var (_, account) = await LiveAsync();
        (await run.Shared.CallBackAsync(account, "{\"x\":\"" + new string('x', (3 * 1024 * 1024) - 10) + "\"}")).ShouldBe(HttpStatusCode.OK);
        (await run.Shared.CallBackAsync(account, "{\"x\":\"" + new string('x', 3 * 1024 * 1024) + "\"}")).ShouldBeError(413, "PAYLOAD_TOO_LARGE");
    }

    [Fact]
    public async Task A_customers_message_opens_a_conversation_with_its_contact_window_counters_and_event()
    {
        await using var engine = await WhatsAppEngine.StartLiveAsync(run, new Uri("http://127.0.0.1:1"));
        var (tenant, account) = (engine.Tenant, engine.Account);
        var contact = await tenant.AddAsync(tenant.NewContact("Sheena", "+14155550100"));

        (await engine.Server.CallBackAsync(account, WhatsAppTenant.Callback(account, WhatsAppTenant.TextMessage("wamid.1", "Does it come in another color?", s_at)))).ShouldBe(HttpStatusCode.OK);

        var listed = Assert.Single((await tenant.Api.GetAsync("/whatsapp/conversations")).Data.EnumerateArray());
        Assert.Equal(
            $$$"""{"id":"{{{listed.Id()}}}","status":"active","waUserPhone":"+14155550100","waUserName":"Sheena Nelson","contactId":"{{{contact.Id}}}","integrationId":"{{{account.Id}}}","lastMessagePreview":"Does it come in another color?","lastMessageDirection":"inbound","lastMessageAt":"2026-06-01T10:00:00.000Z","window":{"open":true,"expiresAt":"2026-06-02T09:30:00.000Z"},"createdAt":"2026-06-01T10:00:00.000Z"}""",
            listed.GetRawText());
        var message = Assert.Single((await tenant.GetConversationAsync(listed.Id())).GetProperty("messages").EnumerateArray());
        Assert.Equal(
            $$$"""{"id":"{{{message.Id()}}}","conversationId":"{{{listed.Id()}}}","direction":"inbound","type":"text","text":{"body":"Does it come in another color?"},"template":null,"status":"delivered","error":null,"createdAt":"2026-06-01T10:00:00.000Z","sentAt":"2026-06-01T09:30:00.000Z","deliveredAt":"2026-06-01T10:00:00.000Z","readAt":null}""",
            message.GetRawText());
        var told = await engine.Server.InDatabaseAsync(db => db.Events.SingleAsync());
        Assert.Equal(("whatsapp.message.received", message.GetRawText()), (told.Type, told.Data));
        var shown = await tenant.GetAccountAsync(account);
        Assert.Equal((1, 0, "2026-06-01T10:00:00.000Z"), (shown.GetProperty("messagesReceived").GetInt32(), shown.GetProperty("messagesSent").GetInt32(), shown.GetProperty("lastMessageAt").GetString()));
    }

    [Fact]
    public async Task The_window_goes_by_the_messages_own_time_never_backwards_and_never_into_the_future()
    {
        await using var engine = await WhatsAppEngine.StartLiveAsync(run, new Uri("http://127.0.0.1:1"));
        var id = await engine.Tenant.HearAsync(engine.Account, wroteAt: s_at);
        async Task<string> WindowAsync() => (await engine.Tenant.GetConversationAsync(id)).GetProperty("window").GetRawText();

        await engine.Tenant.HearAsync(engine.Account, wroteAt: s_at.AddHours(-1));
        Assert.Equal("""{"open":true,"expiresAt":"2026-06-02T09:30:00.000Z"}""", await WindowAsync());
        await engine.Tenant.HearAsync(engine.Account, wroteAt: s_at.AddYears(1));
        Assert.Equal("""{"open":true,"expiresAt":"2026-06-02T10:00:00.000Z"}""", await WindowAsync());
        engine.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal("""{"open":false,"expiresAt":"2026-06-02T10:00:00.000Z"}""", await WindowAsync());
    }

    [Fact]
    public async Task The_same_message_is_taken_once_also_when_it_comes_many_times_at_once()
    {
        var (tenant, account) = await LiveAsync();
        var body = WhatsAppTenant.Callback(account, WhatsAppTenant.TextMessage("wamid.twice", "Hello", s_at));
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => run.Shared.CallBackAsync(account, body)));
        Assert.All(answers, answer => answer.ShouldBe(HttpStatusCode.OK));
        (await run.Shared.CallBackAsync(account, body)).ShouldBe(HttpStatusCode.OK);

        var conversation = Assert.Single((await tenant.Api.GetAsync("/whatsapp/conversations")).Data.EnumerateArray());
        var message = Assert.Single((await tenant.GetConversationAsync(conversation.Id())).GetProperty("messages").EnumerateArray());
        Assert.Single(await run.Shared.EventsOfAsync(message));
        Assert.Equal(1, (await tenant.GetAccountAsync(account)).GetProperty("messagesReceived").GetInt32());
    }

    [Fact]
    public async Task A_status_that_comes_many_times_at_once_is_told_once()
    {
        var (tenant, account) = await LiveAsync();
        var message = await tenant.SendTemplateAsync(account);
        var body = WhatsAppTenant.Callback(account, WhatsAppTenant.Status("wamid.s", "delivered", s_at, message));
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => run.Shared.CallBackAsync(account, body))), answer => answer.ShouldBe(HttpStatusCode.OK));
        Assert.Equal([(MessageEvents.Status, "delivered")], await run.Shared.EventsOfAsync(message));
        Assert.Equal(1, (await tenant.GetAccountAsync(account)).GetProperty("messagesSent").GetInt32());
    }

    [Fact]
    public async Task Several_messages_and_statuses_of_one_callback_are_all_taken()
    {
        var (tenant, account) = await LiveAsync();
        var message = await tenant.SendTemplateAsync(account);
        static string Change(string number, string value) => $$$"""{"field":"messages","value":{"metadata":{"phone_number_id":"{{{number}}}"},{{{value}}}}}""";
        var first = Change(account.PhoneNumberId, WhatsAppTenant.TextMessage("wamid.a", "One", s_at));
        var second = Change(account.PhoneNumberId, WhatsAppTenant.TextMessage("wamid.b", "Two", s_at, "14155550101"));
        var third = Change(account.PhoneNumberId, WhatsAppTenant.Status("wamid.c", "read", s_at, message));
        var others = Change("another number", WhatsAppTenant.TextMessage("wamid.d", "Not ours", s_at, "14155550102"));
        var body = $$$"""{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{{{first}}},{{{second}}}]},{"id":"1","changes":[{{{third}}},{{{others}}}]}]}""";
        (await run.Shared.CallBackAsync(account, body)).ShouldBe(HttpStatusCode.OK);
        Assert.Equal(
            ["+14155550100", "+14155550101"],
            (await tenant.Api.GetAsync("/whatsapp/conversations")).Data.EnumerateArray().Select(row => row.GetProperty("waUserPhone").GetString()).Order());
        Assert.Equal(("read", null), await tenant.StateOfAsync(message));
    }

    [Theory]
    [InlineData("STOP")]
    [InlineData(" stop\n")]
    [InlineData("Unsubscribe.")]
    public async Task A_customer_who_asks_to_be_left_alone_is(string text)
    {
        var (tenant, account) = await LiveAsync();
        var waiting = await tenant.SendTemplateAsync(account);
        (await run.Shared.CallBackAsync(account, WhatsAppTenant.Callback(account, WhatsAppTenant.TextMessage($"wamid.{text.Length}", text, s_at)))).ShouldBe(HttpStatusCode.OK);

        var entry = (await tenant.LedgerEntryAsync("+14155550100"))!;
        Assert.Equal(DoNotCallSource.WhatsApp, entry.Source);
        (await tenant.Api.PostAsync("/whatsapp/messages", new { conversationId = waiting.GetProperty("conversationId").GetString(), type = "template", template = WhatsAppTenant.Template }))
            .ShouldBeError(403, "CONTACT_OPTED_OUT");
    }

    [Theory]
    [InlineData(""" "type":"button","button":{"text":"No more of this","payload":"STOP"} """)]
    [InlineData(""" "type":"button","button":{"text":"Stop","payload":"x-1"} """)]
    [InlineData(""" "type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"stop","title":"No, thanks"}} """)]
    [InlineData(""" "type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"1","title":"Stop 🛑"}} """)]
    [InlineData(""" "type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"1","title":"Unsubscribe"}} """)]
    [InlineData(""" "type":"image","image":{"id":"1","caption":"STOP"} """)]
    [InlineData(""" "type":"text","text":{"body":"\uff33\uff34\uff2f\uff30\u200b"} """)]
    public async Task A_customer_may_ask_it_by_a_button_or_a_caption_too(string content)
    {
        var (tenant, account) = await LiveAsync();
        (await run.Shared.CallBackAsync(account, WhatsAppTenant.Callback(account, $$"""
            "messages":[{"from":"14155550100","id":"wamid.1","timestamp":"1780306200",{{content}}}]
            """))).ShouldBe(HttpStatusCode.OK);
        Assert.Equal(DoNotCallSource.WhatsApp, (await tenant.LedgerEntryAsync("+14155550100"))!.Source);
    }

    [Fact]
    public async Task A_stop_may_be_as_long_as_a_message()
    {
        var (tenant, account) = await LiveAsync();
        (await run.Shared.CallBackAsync(account, WhatsAppTenant.Callback(account, WhatsAppTenant.TextMessage("wamid.1", "STOP" + new string('!', 4_000), s_at)))).ShouldBe(HttpStatusCode.OK);
        Assert.Equal("Asked to stop on WhatsApp", (await tenant.LedgerEntryAsync("+14155550100"))!.Reason);
    }

    [Fact]
    public async Task A_customer_who_stops_marketing_messages_is_left_alone_and_resuming_them_lifts_nothing()
    {
        var (tenant, account) = await LiveAsync();
        Task<ApiResponse> PreferAsync(string waId, string value) => run.Shared.CallBackAsync(account, $$$"""
            {"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"messaging_product":"whatsapp",
            "metadata":{"display_phone_number":"14155559999","phone_number_id":"{{{account.PhoneNumberId}}}"},
            "contacts":[{"profile":{"name":"Sheena Nelson"},"wa_id":"{{{waId}}}"}],
            "user_preferences":[{"wa_id":"{{{waId}}}","detail":"User requested to {{{value}}} marketing messages","category":"marketing_messages","value":"{{{value}}}","timestamp":1780306200}]},
            "field":"user_preferences"}]}]}
            """);
        var written = await tenant.SendTemplateAsync(account, "+525512345678");
        foreach (var waId in new[] { "14155550100", "5215512345678" })
        {
            (await PreferAsync(waId, "resume")).ShouldBe(HttpStatusCode.OK);
            Assert.Null(await tenant.LedgerEntryAsync($"+{waId}"));
            (await PreferAsync(waId, "stop")).ShouldBe(HttpStatusCode.OK);
            (await PreferAsync(waId, "stop")).ShouldBe(HttpStatusCode.OK);
            (await PreferAsync(waId, "resume")).ShouldBe(HttpStatusCode.OK);
            Assert.Equal(DoNotCallSource.WhatsApp, (await tenant.LedgerEntryAsync($"+{waId}"))!.Source);
        }

        Assert.NotNull(await tenant.LedgerEntryAsync("+525512345678"));
        Assert.Equal(written.GetProperty("conversationId").GetString(), Assert.Single((await tenant.Api.GetAsync("/whatsapp/conversations")).Data.EnumerateArray()).Id());
    }

    [Fact]
    public async Task A_message_that_only_speaks_of_stopping_is_no_stop()
    {
        var (tenant, account) = await LiveAsync();
        (await run.Shared.CallBackAsync(account, WhatsAppTenant.Callback(account, WhatsAppTenant.TextMessage("wamid.1", "Which bus stop?", s_at)))).ShouldBe(HttpStatusCode.OK);
        Assert.Null(await tenant.LedgerEntryAsync("+14155550100"));
    }

    [Theory]
    [InlineData(""" "type":"image","image":{"caption":"My roof","mime_type":"image/jpeg","id":"1"} """, "[image] My roof")]
    [InlineData(""" "type":"document","document":{"filename":"bill.pdf","id":"1"} """, "[document] bill.pdf")]
    [InlineData(""" "type":"audio","audio":{"id":"1","voice":true} """, "[audio]")]
    [InlineData(""" "type":"location","location":{"latitude":37.48,"longitude":-122.14,"name":"Home"} """, "[location] 37.48,-122.14 Home")]
    [InlineData(""" "type":"button","button":{"text":"Yes","payload":"yes"} """, "Yes")]
    [InlineData(""" "type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"1","title":"Later"}} """, "Later")]
    [InlineData(""" "type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"1","title":"Tuesday"}} """, "Tuesday")]
    [InlineData(""" "type":"reaction","reaction":{"message_id":"wamid.0","emoji":"👍"} """, "[reaction] 👍")]
    [InlineData(""" "type":"unsupported","errors":[{"code":131051,"title":"Unsupported"}] """, "[unsupported]")]
    [InlineData(""" "type":"text","text":{"body":"a\u0000b"} """, "ab")]
    public async Task A_message_that_is_not_text_is_kept_in_words(string content, string text)
    {
        var (tenant, account) = await LiveAsync();
        var body = WhatsAppTenant.Callback(account, $$"""
            "messages":[{"from":"14155550100","id":"wamid.1","timestamp":"1780306200",{{content}}}]
            """);
        (await run.Shared.CallBackAsync(account, body)).ShouldBe(HttpStatusCode.OK);
        Assert.Equal(text, Assert.Single((await tenant.Api.GetAsync("/whatsapp/conversations")).Data.EnumerateArray()).GetProperty("lastMessagePreview").GetString());
    }

    [Theory]
    [InlineData(""" "from":"14155550100","id":"wamid.1","timestamp":"1780306200","type":"system","system":{"body":"changed"} """)]
    [InlineData(""" "id":"wamid.1","timestamp":"1780306200","type":"text","text":{"body":"x"} """)]
    [InlineData(""" "from":"US.123","id":"wamid.1","timestamp":"1780306200","type":"text","text":{"body":"x"} """)]
    public async Task A_message_that_no_customers_number_wrote_is_acknowledged_and_not_kept(string message)
    {
        var (tenant, account) = await LiveAsync();
        (await run.Shared.CallBackAsync(account, WhatsAppTenant.Callback(account, $$"""
            "messages":[{{{message}}}]
            """))).ShouldBe(HttpStatusCode.OK);
        Assert.Empty((await tenant.Api.GetAsync("/whatsapp/conversations")).Data.EnumerateArray());
    }

    [Fact]
    public async Task A_failed_status_fails_the_message_with_the_platforms_code()
    {
        var (tenant, account) = await LiveAsync();
        var message = await tenant.SendTemplateAsync(account);
        (await run.Shared.CallBackAsync(account, WhatsAppTenant.Callback(account, WhatsAppTenant.Status("wamid.f", "failed", s_at, message, 131026)))).ShouldBe(HttpStatusCode.OK);
        Assert.Equal("""{"code":"131026","message":"It was not to be."}""", (await tenant.GetMessageAsync(message)).GetProperty("error").GetRawText());
        Assert.Equal([(MessageEvents.Status, "failed")], await run.Shared.EventsOfAsync(message));
        Assert.Equal(0, (await tenant.GetAccountAsync(account)).GetProperty("messagesSent").GetInt32());
    }

    [Fact]
    public async Task Every_pair_of_statuses_moves_a_message_forward_only()
    {
        string[] statuses = ["sent", "delivered", "read", "failed"];
        var (tenant, account) = await LiveAsync();
        foreach (var first in statuses)
        {
            foreach (var second in statuses)
            {
                var message = await tenant.SendTemplateAsync(account, "+14155550100");
                foreach (var status in new[] { first, second })
                {
                    (await run.Shared.CallBackAsync(account, WhatsAppTenant.Callback(
                        account, WhatsAppTenant.Status($"wamid.{message.Id()}", status, s_at, message, status == "failed" ? 131026 : null)))).ShouldBe(HttpStatusCode.OK);
                }

                var moves = (first, second) is ("sent", "delivered") or ("sent", "read") or ("sent", "failed") or ("delivered", "read");
                Assert.Equal((first, second, moves ? second : first), (first, second, (await tenant.StateOfAsync(message)).Status));
                Assert.Equal(moves ? 2 : 1, (await run.Shared.EventsOfAsync(message)).Count);
            }
        }
    }

    [Fact]
    public async Task Read_implies_delivered_and_sent()
    {
        var (tenant, account) = await LiveAsync();
        var message = await tenant.SendTemplateAsync(account);
        await run.Shared.CallBackAsync(account, WhatsAppTenant.Callback(account, WhatsAppTenant.Status("wamid.r", "read", s_at, message)));
        await run.Shared.CallBackAsync(account, WhatsAppTenant.Callback(account, WhatsAppTenant.Status("wamid.r", "delivered", s_at.AddSeconds(5), message)));
        var read = await tenant.GetMessageAsync(message);
        Assert.All(["sentAt", "deliveredAt", "readAt"], field => Assert.Equal("2026-06-01T09:30:00.000Z", read.GetProperty(field).GetString()));
    }

    [Fact]
    public async Task A_status_of_somebody_elses_message_is_acknowledged_and_changes_nothing()
    {
        var (_, account) = await LiveAsync();
        var (other, othersAccount) = await LiveAsync();
        var message = await other.SendTemplateAsync(othersAccount);
        (await run.Shared.CallBackAsync(account, WhatsAppTenant.Callback(account, WhatsAppTenant.Status("wamid.unknown", "read", s_at)))).ShouldBe(HttpStatusCode.OK);
        (await run.Shared.CallBackAsync(account, WhatsAppTenant.Callback(account, WhatsAppTenant.Status("wamid.foreign", "read", s_at, message)))).ShouldBe(HttpStatusCode.OK);
        Assert.Equal(("queued", null), await other.StateOfAsync(message));
    }

    [Fact]
    public async Task An_error_of_the_account_stops_it()
    {
        var (tenant, account) = await LiveAsync();
        (await run.Shared.CallBackAsync(account, WhatsAppTenant.Callback(account, """
            "errors":[{"code":130429,"title":"Rate limit hit"},{"code":131031,"title":"Account has been locked"}]
            """))).ShouldBe(HttpStatusCode.OK);
        var shown = await tenant.GetAccountAsync(account);
        Assert.Equal(("error", "131031: Account has been locked"), (shown.GetProperty("status").GetString(), shown.GetProperty("statusMessage").GetString()));
    }

    [Fact]
    public async Task The_database_lets_no_message_move_backwards_whoever_writes()
    {
        var (tenant, account) = await LiveAsync();
        var message = await tenant.SendTemplateAsync(account);
        await tenant.ReportAsync(account, new StatusReport("wamid.g", Api.Platform.Ids.Id<Message>.Parse(message.Id()), "read", s_at, Error: null));
        var id = Api.Platform.Ids.Id<Message>.Parse(message.Id()).Value;
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => run.Shared.ExecuteSqlAsync($"UPDATE messages SET status = 'sent' WHERE id = '{id}'"));
    }

    private async Task<(Tenant Tenant, WhatsAppAccount Account)> LiveAsync()
    {
        var tenant = await run.Shared.CreateTenantAsync(new TenantOptions { Mode = OrganizationMode.Live });
        return (tenant, await tenant.ConnectAsync(simulated: false));
    }
}
