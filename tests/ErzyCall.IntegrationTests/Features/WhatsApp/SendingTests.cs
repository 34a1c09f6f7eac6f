using System.Text.Json;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Features.WhatsApp;

/// <summary>What happens between queueing a message and hearing from Meta; whatever it is, no message is given to it twice that it may have.</summary>
public sealed class SendingTests(TestRun run)
{
    private readonly ScriptedMessenger _messenger = new();

    [Fact]
    public async Task A_message_is_given_to_the_messenger_whole_and_once()
    {
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var conversation = await engine.Tenant.HearAsync(engine.Account);
        var message = await engine.Tenant.SendTextAsync(conversation, "Hello, Ada");

        await engine.RunAllAsync();
        await engine.RunAllAsync();

        var sent = Assert.Single(_messenger.Sent);
        Assert.Equal((message.Id(), WhatsAppTenant.Customer, "Hello, Ada", null), (sent.Id.ToString(), sent.To, sent.Text?.Body, sent.Template));
        Assert.Equal(("sent", null), await engine.Tenant.StateOfAsync(message));
        Assert.Equal([(MessageEvents.Status, "sent")], await engine.Server.EventsOfAsync(message));
        Assert.Equal(1, (await engine.Tenant.GetAccountAsync(engine.Account)).GetProperty("messagesSent").GetInt32());
    }

    [Fact]
    public async Task A_message_whose_answer_was_lost_is_never_sent_again_and_fails_after_half_an_hour()
    {
        _messenger.WhenSent = (_, _) => throw new IOException("Connection reset");
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var message = await engine.Tenant.SendTemplateAsync(engine.Account);
        await engine.RunAllAsync();
        Assert.Equal(("queued", null), await engine.Tenant.StateOfAsync(message));

        engine.Clock.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromMilliseconds(1));
        await engine.RunAllAsync();
        Assert.Equal(("queued", null), await engine.Tenant.StateOfAsync(message));

        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await engine.RunAllAsync();
        Assert.Equal(("failed", "send-unknown"), await engine.Tenant.StateOfAsync(message));
        Assert.Single(_messenger.Sent);
        Assert.Equal([(MessageEvents.Status, "failed")], await engine.Server.EventsOfAsync(message));
    }

    [Fact]
    public async Task A_message_whose_answer_was_lost_is_found_by_a_report_that_names_it()
    {
        _messenger.WhenSent = (_, _) => throw new IOException("Connection reset");
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var message = await engine.Tenant.SendTemplateAsync(engine.Account);
        await engine.RunAllAsync();

        await engine.Tenant.ReportAsync(engine.Account, Report(message, "delivered"));
        engine.Clock.Advance(TimeSpan.FromHours(2));
        await engine.RunAllAsync();

        Assert.Equal(("delivered", null), await engine.Tenant.StateOfAsync(message));
        Assert.Single(_messenger.Sent);
        Assert.Equal(1, (await engine.Tenant.GetAccountAsync(engine.Account)).GetProperty("messagesSent").GetInt32());
    }

    [Theory]
    [InlineData("delivered", "delivered", null, "delivered")]
    [InlineData("failed", "failed", "131026", "failed")]
    public async Task A_report_that_comes_before_the_answer_is_kept(string reported, string status, string? error, string events)
    {
        WhatsAppEngine? engine = null;
        JsonElement message = default;
        _messenger.WhenSent = async (outgoing, _) =>
        {
            await engine!.Tenant.ReportAsync(engine.Account, Report(message, reported));
            return ScriptedMessenger.Accepts(outgoing);
        };
        engine = await WhatsAppEngine.StartAsync(run, _messenger);
        await using var ending = engine;
        message = await engine.Tenant.SendTemplateAsync(engine.Account);

        await engine.RunAllAsync();

        Assert.Equal((status, error), await engine.Tenant.StateOfAsync(message));
        Assert.Equal([(MessageEvents.Status, events)], await engine.Server.EventsOfAsync(message));

        // Meta's id was kept too: a later report without ours finds the message.
        await engine.Tenant.ReportAsync(engine.Account, Report(message, "read") with { Message = null });
        Assert.Equal(status == "failed" ? status : "read", (await engine.Tenant.StateOfAsync(message)).Status);
    }

    [Fact]
    public async Task A_message_under_a_meta_id_that_is_stored_already_is_sent_and_holds_up_nothing()
    {
        _messenger.WhenSent = (_, _) => Task.FromResult<SendResult>(new SendResult.Accepted("wamid.again", WaId: null));
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var conversation = await engine.Tenant.HearAsync(engine.Account, metaId: "wamid.again");
        var first = await engine.Tenant.SendTextAsync(conversation, "1");
        var second = await engine.Tenant.SendTextAsync(conversation, "2");

        await engine.RunAllAsync();

        Assert.Equal(("sent", null), await engine.Tenant.StateOfAsync(first));
        Assert.Equal(("sent", null), await engine.Tenant.StateOfAsync(second));
        Assert.Equal(2, (await engine.Tenant.GetAccountAsync(engine.Account)).GetProperty("messagesSent").GetInt32());

        // A report is about the message that it names, whatever id of Meta's stands in it.
        await engine.Tenant.ReportAsync(engine.Account, Report(second, "delivered") with { MetaId = "wamid.again" });
        Assert.Equal("sent", (await engine.Tenant.StateOfAsync(first)).Status);
        Assert.Equal("delivered", (await engine.Tenant.StateOfAsync(second)).Status);
    }

    [Theory]
    [InlineData("delivered")]
    [InlineData("failed")]
    public async Task A_report_under_a_meta_id_that_another_message_has_is_of_the_message_that_it_names(string status)
    {
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var first = await engine.Tenant.SendTemplateAsync(engine.Account);
        await engine.RunAllAsync();
        _messenger.WhenSent = (_, _) => throw new IOException("Connection reset");
        var second = await engine.Tenant.SendTemplateAsync(engine.Account);
        await engine.RunAllAsync();

        await engine.Tenant.ReportAsync(engine.Account, Report(second, status) with { MetaId = $"wamid.{first.Id()}" });

        Assert.Equal(("sent", null), await engine.Tenant.StateOfAsync(first));
        Assert.Equal(status, (await engine.Tenant.StateOfAsync(second)).Status);
    }

    [Fact]
    public async Task A_process_that_dies_between_its_claim_and_the_submission_leaves_the_message_unsent_and_the_next_ones_go_on()
    {
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var conversation = await engine.Tenant.HearAsync(engine.Account);
        var first = await engine.Tenant.SendTextAsync(conversation, "1");
        await engine.Server.ExecuteSqlAsync("UPDATE messages SET claimed_at = '2026-06-01T10:00:00Z', attempts = 1 WHERE status = 'queued'");
        var second = await engine.Tenant.SendTextAsync(conversation, "2");

        await engine.RunAllAsync();
        Assert.Empty(_messenger.Sent);
        engine.Clock.Advance(Message.Lease);
        await engine.RunAllAsync();
        Assert.Equal(second.Id(), Assert.Single(_messenger.Sent).Id.ToString());

        engine.Clock.Advance(Message.UnknownFor);
        await engine.RunAllAsync();
        Assert.Equal(("failed", "send-unknown"), await engine.Tenant.StateOfAsync(first));
        Assert.Single(_messenger.Sent);
    }

    [Fact]
    public async Task A_process_that_stood_still_after_its_claim_does_not_send_any_more_and_says_so()
    {
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var message = await engine.Tenant.SendTemplateAsync(engine.Account);
        await engine.Server.ExecuteSqlAsync("UPDATE messages SET claimed_at = '2026-06-01T10:00:00Z', attempts = 1 WHERE status = 'queued'");
        var claimed = await engine.Server.InDatabaseAsync(db => db.Messages.AsNoTracking().SingleAsync());

        engine.Clock.Advance(TimeSpan.FromSeconds(41));
        await engine.Server.InScopeAsync<MessageSubmission>(submission => submission.RunAsync(claimed));
        Assert.Empty(_messenger.Sent);

        // Known not to have been sent, so it is now.
        engine.Clock.Advance(TimeSpan.FromSeconds(2));
        await engine.RunAllAsync();
        Assert.Equal(message.Id(), Assert.Single(_messenger.Sent).Id.ToString());
    }

    [Fact]
    public async Task A_messenger_that_is_given_up_goes_on_undisturbed_and_disturbs_nobody()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));
        var slow = new SlowWork();
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Clock = clock,
            Services = services => services.RemoveAll<IMessenger>().AddScoped<IMessenger>(provider => new ScriptedMessenger
            {
                WhenSent = async (message, _) =>
                {
                    await slow.DoAsync(provider.GetRequiredService<ErzyCallDbContext>());
                    return ScriptedMessenger.Accepts(message);
                },
            }),
        });
        var tenant = await server.CreateTenantAsync();
        var message = await tenant.SendTemplateAsync(await tenant.ConnectAsync(simulated: true, "106540352242922"));

        var sending = server.RunAsync<MessageSendJob>();
        await slow.Begun;
        clock.Advance(TimeSpan.FromSeconds(20));
        await sending;

        Assert.Equal(("queued", null), await tenant.StateOfAsync(message));
        await slow.EndAsync();
    }

    [Fact]
    public async Task A_messenger_that_hangs_is_given_up_and_the_message_not_sent_again()
    {
        _messenger.WhenSent = (_, _) => new TaskCompletionSource<SendResult>().Task;
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var message = await engine.Tenant.SendTemplateAsync(engine.Account);

        var sending = engine.SendAsync();
        await Patience.UntilAsync("the messenger is asked", () => !_messenger.Sent.IsEmpty);
        engine.Clock.Advance(TimeSpan.FromSeconds(20));
        await sending.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        engine.Clock.Advance(TimeSpan.FromHours(2));
        await engine.RunAllAsync();

        Assert.Single(_messenger.Sent);
        Assert.Equal(("failed", "send-unknown"), await engine.Tenant.StateOfAsync(message));
    }

    [Fact]
    public async Task Messages_of_one_conversation_go_out_in_order_and_one_that_waits_holds_back_only_its_own()
    {
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var ada = await engine.Tenant.HearAsync(engine.Account, from: "+14155550101");
        var bob = await engine.Tenant.HearAsync(engine.Account, from: "+14155550102");
        _messenger.RefuseOnce(131056);
        foreach (var text in new[] { "a1", "a2", "a3" })
        {
            await engine.Tenant.SendTextAsync(ada, text);
        }

        await engine.SendAsync();
        foreach (var text in new[] { "b1", "b2", "b3" })
        {
            await engine.Tenant.SendTextAsync(bob, text);
        }

        await engine.SendAsync();
        Assert.Equal(["a1", "b1", "b2", "b3"], _messenger.Sent.Select(sent => sent.Text!.Body));
        engine.Clock.Advance(TimeSpan.FromSeconds(2));
        await engine.SendAsync();
        Assert.Equal(["a1", "b1", "b2", "b3", "a1", "a2", "a3"], _messenger.Sent.Select(sent => sent.Text!.Body));
    }

    [Theory]
    [InlineData(131056)]
    [InlineData(131016)]
    public async Task A_refusal_that_passes_is_tried_again_later_each_time_and_given_up_in_the_end(int code)
    {
        _messenger.WhenSent = (_, _) => Task.FromResult<SendResult>(new SendResult.Refused(MetaError.Of(code, "No"), RetryAfter: null));
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var message = await engine.Tenant.SendTemplateAsync(engine.Account);
        var times = new List<double>();
        for (var second = 0; second <= 3600; second++)
        {
            var before = _messenger.Sent.Count;
            await engine.SendAsync();
            if (_messenger.Sent.Count > before)
            {
                times.Add(second);
            }

            // Every second at first; then only where something can happen.
            var step = second < 70 ? 1 : 10;
            engine.Clock.Advance(TimeSpan.FromSeconds(step));
            second += step - 1;
        }

        Assert.Equal([0, 2, 6, 14, 30, 62], times.Take(6));
        Assert.InRange(times.Count, 15, 22);
        await engine.RunAllAsync();
        Assert.Equal(("failed", "deadline-exceeded"), await engine.Tenant.StateOfAsync(message));
    }

    [Fact]
    public async Task A_throttled_account_waits_as_long_as_the_platform_says_with_all_its_messages()
    {
        _messenger.RefuseOnce(130429, TimeSpan.FromSeconds(90));
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        await engine.Tenant.SendTemplateAsync(engine.Account, "+14155550101");
        await engine.SendAsync();
        await engine.Tenant.SendTemplateAsync(engine.Account, "+14155550102");
        await engine.Tenant.SendTemplateAsync(await engine.Tenant.ConnectAsync(), "+14155550103");

        await engine.SendAsync();
        engine.Clock.Advance(TimeSpan.FromMilliseconds(89_999));
        await engine.SendAsync();
        Assert.Equal(["+14155550101", "+14155550103"], _messenger.Sent.Select(sent => sent.To));

        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await engine.SendAsync();
        Assert.Equal(["+14155550101", "+14155550102"], _messenger.Sent.Skip(2).Select(sent => sent.To).Order());
    }

    [Theory]
    [InlineData(190)]
    [InlineData(131005)]
    [InlineData(131031)]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(200)]
    [InlineData(299)]
    [InlineData(368)]
    public async Task An_error_of_the_account_stops_it_and_its_messages_wait_until_it_is_connected_again(int code)
    {
        _messenger.RefuseOnce(code);
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var message = await engine.Tenant.SendTemplateAsync(engine.Account);
        await engine.RunAllAsync();

        var account = await engine.Tenant.GetAccountAsync(engine.Account);
        Assert.Equal(("error", $"{code}: No"), (account.GetProperty("status").GetString(), account.GetProperty("statusMessage").GetString()));
        Assert.Equal(("queued", null), await engine.Tenant.StateOfAsync(message));
        var another = new { integrationId = engine.Account.Id.ToString(), to = "+14155550101", type = "template", template = WhatsAppTenant.Template };
        (await engine.Tenant.Api.PostAsync("/whatsapp/messages", another)).ShouldBeError(422, "INVALID_STATE");
        Assert.Single(_messenger.Sent);

        await engine.Server.InDatabaseAsync(async db =>
        {
            (await db.WhatsAppAccounts.SingleAsync()).Connect("1", "+14155559999", "Acme Dental", secrets: null);
            return await db.SaveChangesAsync();
        });
        await engine.RunAllAsync();
        Assert.Equal(("sent", null), await engine.Tenant.StateOfAsync(message));
        Assert.Equal(2, _messenger.Sent.Count);
    }

    [Fact]
    public async Task Messages_of_an_account_that_stays_stopped_fail_in_the_end()
    {
        _messenger.RefuseOnce(190);
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var message = await engine.Tenant.SendTemplateAsync(engine.Account);
        await engine.RunAllAsync();

        engine.Clock.Advance(TimeSpan.FromMinutes(60));
        await engine.RunAllAsync();

        Assert.Equal(("failed", "account-not-active"), await engine.Tenant.StateOfAsync(message));
        Assert.Single(_messenger.Sent);
    }

    [Theory]
    [InlineData(131026)]
    [InlineData(130497)]
    [InlineData(132001)]
    [InlineData(100)]
    public async Task A_refusal_of_the_message_itself_fails_it(int code)
    {
        _messenger.RefuseOnce(code);
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var message = await engine.Tenant.SendTemplateAsync(engine.Account);
        await engine.RunAllAsync();
        Assert.Equal(("failed", $"{code}"), await engine.Tenant.StateOfAsync(message));
        Assert.Equal("active", (await engine.Tenant.GetAccountAsync(engine.Account)).GetProperty("status").GetString());
        Assert.Null(await engine.Tenant.LedgerEntryAsync(WhatsAppTenant.Customer));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_customer_who_has_stopped_messages_goes_on_the_ledger(bool isReported)
    {
        if (!isReported)
        {
            _messenger.RefuseOnce(131050);
        }

        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var message = await engine.Tenant.SendTemplateAsync(engine.Account);
        await engine.RunAllAsync();
        if (isReported)
        {
            await engine.Tenant.ReportAsync(engine.Account, Report(message, "failed") with { Error = MetaError.Of(131050, "Stopped") });
        }

        Assert.Equal(("failed", "131050"), await engine.Tenant.StateOfAsync(message));
        Assert.Equal(DoNotCallSource.WhatsApp, (await engine.Tenant.LedgerEntryAsync(WhatsAppTenant.Customer))!.Source);
    }

    [Fact]
    public async Task A_number_that_came_onto_the_ledger_after_the_message_was_queued_gets_nothing()
    {
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var message = await engine.Tenant.SendTemplateAsync(engine.Account);
        await engine.Tenant.BlockAsync(WhatsAppTenant.Customer);

        await engine.RunAllAsync();

        Assert.Empty(_messenger.Sent);
        Assert.Equal(("failed", "contact-opted-out"), await engine.Tenant.StateOfAsync(message));
        Assert.Equal([(MessageEvents.Status, "failed")], await engine.Server.EventsOfAsync(message));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Text_whose_window_has_closed_before_it_is_sent_is_replaced_by_the_fallback_or_fails(bool hasFallback)
    {
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var conversation = await engine.Tenant.HearAsync(engine.Account);
        engine.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        var message = await engine.Tenant.SendTextAsync(conversation, fallbackTemplate: hasFallback ? WhatsAppTenant.Template : null);
        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));

        await engine.RunAllAsync();

        Assert.Equal(hasFallback ? ("sent", null) : ("failed", "131047"), await engine.Tenant.StateOfAsync(message));
        Assert.Equal(hasFallback ? [(null, "hello_world")] : [], _messenger.Sent.Select(sent => (sent.Text, sent.Template?.Name)));
        if (hasFallback)
        {
            var shown = await engine.Tenant.GetMessageAsync(message);
            Assert.Equal(
                ("template", JsonValueKind.Null, """{"name":"hello_world","language":"en_US","variables":{}}"""),
                (shown.GetProperty("type").GetString(), shown.GetProperty("text").ValueKind, shown.GetProperty("template").GetRawText()));
        }
    }

    [Fact]
    public async Task Text_that_the_platform_refuses_for_the_window_is_replaced_by_the_fallback()
    {
        _messenger.RefuseOnce(131047);
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var conversation = await engine.Tenant.HearAsync(engine.Account);
        var message = await engine.Tenant.SendTextAsync(conversation, fallbackTemplate: WhatsAppTenant.Template);
        await engine.RunAllAsync();
        Assert.Equal(["text", "template"], _messenger.Sent.Select(sent => sent.Text is null ? "template" : "text"));
        Assert.Equal(("sent", null), await engine.Tenant.StateOfAsync(message));
    }

    [Fact]
    public async Task Text_that_the_platform_reports_failed_for_the_window_is_followed_by_the_fallback_once()
    {
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var conversation = await engine.Tenant.HearAsync(engine.Account);
        var message = await engine.Tenant.SendTextAsync(conversation, fallbackTemplate: WhatsAppTenant.Template);
        await engine.RunAllAsync();

        var report = Report(message, "failed") with { Error = MetaError.Of(131047, "Too late") };
        await engine.Tenant.ReportAsync(engine.Account, report);
        await engine.Tenant.ReportAsync(engine.Account, report);
        await engine.RunAllAsync();

        Assert.Equal(("failed", "131047"), await engine.Tenant.StateOfAsync(message));
        Assert.Equal(["text", "template"], _messenger.Sent.Select(sent => sent.Text is null ? "template" : "text"));
    }

    [Fact]
    public async Task An_error_of_the_account_in_a_report_stops_the_account()
    {
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var message = await engine.Tenant.SendTemplateAsync(engine.Account);
        await engine.RunAllAsync();
        await engine.Tenant.ReportAsync(engine.Account, Report(message, "failed") with { Error = MetaError.Of(131042, "Payment") });
        Assert.Equal(("failed", "131042"), await engine.Tenant.StateOfAsync(message));
        Assert.Equal("error", (await engine.Tenant.GetAccountAsync(engine.Account)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_stop_is_heeded_under_both_forms_of_a_number()
    {
        _messenger.WhenSent = (message, _) => Task.FromResult<SendResult>(new SendResult.Accepted($"wamid.{message.Id}", "5215512345678"));
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var message = await engine.Tenant.SendTemplateAsync(engine.Account, "+525512345678");
        await engine.RunAllAsync();

        await engine.Server.InScopeAsync<MetaReports>(reports => reports.ReceivedAsync(
            engine.Account, new CustomerMessage("wamid.stop", "5215512345678", "Frida", " stop ", engine.Tenant.Now), TestContext.Current.CancellationToken));

        var conversation = await engine.Tenant.GetConversationAsync(message.GetProperty("conversationId").GetString()!);
        Assert.Equal(2, conversation.GetProperty("messages").GetArrayLength());
        Assert.NotNull(await engine.Tenant.LedgerEntryAsync("+525512345678"));
        Assert.NotNull(await engine.Tenant.LedgerEntryAsync("+5215512345678"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_test_organization_reaches_the_simulated_messenger_whatever_its_account_says_and_a_live_one_only_with_the_switch(bool allowLive)
    {
        var real = new ScriptedMessenger(isSimulated: false);
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Settings = new Dictionary<string, string> { ["Simulator:AllowLive"] = $"{allowLive}" },
            Services = services => services.RemoveAll<IMessenger>().AddSingleton<IMessenger>(_messenger).AddSingleton<IMessenger>(real),
        });
        var test = await server.CreateTenantAsync();
        var live = await server.CreateTenantAsync(new TenantOptions { Mode = Api.Features.Organizations.OrganizationMode.Live });
        await test.SendTemplateAsync(await test.ConnectAsync(simulated: false), "+14155550101");
        await live.SendTemplateAsync(await live.ConnectAsync(simulated: false), "+14155550103");

        // What waits as the switch goes off fails; nothing more is taken, and no templates are invented either.
        var simulated = await live.ConnectAsync(simulated: false);
        var waiting = await live.SendTemplateAsync(simulated, "+14155550102");
        await server.ExecuteSqlAsync(
            $"UPDATE whatsapp_accounts SET is_simulated = true, access_token = NULL, app_secret = NULL, verify_token = NULL WHERE id = '{simulated.Id.Value}'");
        var (sent, templates) = (
            await live.Api.PostAsync("/whatsapp/messages", new { integrationId = simulated.Id.ToString(), to = "+14155550104", type = "template", template = WhatsAppTenant.Template }),
            await live.Api.GetAsync($"/whatsapp/templates?integrationId={simulated.Id}"));
        if (!allowLive)
        {
            sent.ShouldBeError(422, "INVALID_STATE");
            templates.ShouldBeError(422, "INVALID_STATE");
        }

        await server.RunAsync<MessageSendJob>();

        Assert.Equal(allowLive ? ["+14155550101", "+14155550102", "+14155550104"] : ["+14155550101"], _messenger.Sent.Select(message => message.To).Order());
        Assert.Equal("+14155550103", Assert.Single(real.Sent).To);
        Assert.Equal(allowLive ? ("sent", null) : ("failed", "account-simulated"), await live.StateOfAsync(waiting));
    }

    [Fact]
    public async Task Several_servers_send_each_message_once_and_those_of_a_conversation_in_order()
    {
        const int Conversations = 10;
        const int Messages = 10;
        var options = new TestServerOptions
        {
            Postgres = await run.CreateDatabaseAsync(),
            Services = services => services.RemoveAll<IMessenger>().AddSingleton<IMessenger>(_messenger),
        };
        await using var front = await run.StartServerAsync(options);
        var tenant = await front.CreateTenantAsync();
        var account = await tenant.ConnectAsync();
        for (var customer = 0; customer < Conversations; customer++)
        {
            var conversation = await tenant.HearAsync(account, from: $"+1415555{1000 + customer}");
            for (var i = 0; i < Messages; i++)
            {
                await tenant.SendTextAsync(conversation, $"{i}");
            }
        }

        Assert.Empty(_messenger.Sent);
        await using var first = await run.StartServerAsync(options with { Workers = true });
        await using var second = await run.StartServerAsync(options with { Workers = true });
        await Patience.UntilAsync("all messages are sent", () => front.InDatabaseAsync(db => db.Messages.AllAsync(row => row.Status != "queued")));

        Assert.Equal(Conversations * Messages, _messenger.Sent.Count);
        Assert.All(_messenger.Sent.GroupBy(sent => sent.To), sent => Assert.Equal(Enumerable.Range(0, Messages).Select(i => $"{i}"), sent.Select(message => message.Text!.Body)));
        Assert.Equal(Conversations * Messages, (await tenant.GetAccountAsync(account)).GetProperty("messagesSent").GetInt32());
    }

    private static StatusReport Report(JsonElement message, string status) => new(
        $"wamid.{message.Id()}",
        Api.Platform.Ids.Id<Message>.Parse(message.Id()),
        status,
        new DateTimeOffset(2026, 6, 1, 10, 0, 5, TimeSpan.Zero),
        status == "failed" ? MetaError.Of(131026, "Undeliverable") : null);
}
