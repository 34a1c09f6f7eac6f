using System.Net;
using ErzyCall.Api.Features.WhatsApp.Conversations;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Features.WhatsApp;

/// <summary>A customer whose number Meta writes otherwise than we do is one customer, whichever form stands on the ledger.</summary>
public sealed class CustomerNumbersTests(TestRun run)
{
    // No rule tells that these are one number; only Meta's answer does.
    private const string Ours = "+68512345";
    private const string Theirs = "+6857012345";

    private readonly ScriptedMessenger _messenger = new();

    [Theory]
    [InlineData("+5491123456789", "+541123456789")]
    [InlineData("+541123456789", "+5491123456789")]
    [InlineData("+525512345678", "+5215512345678")]
    [InlineData("+5215512345678", "+525512345678")]
    [InlineData("+5531987654321", "+553187654321")]
    [InlineData("+553187654321", "+5531987654321")]
    public async Task Neither_form_of_a_number_is_written_to_when_the_other_is_on_the_ledger(string form, string otherForm)
    {
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var waiting = await engine.Tenant.SendTemplateAsync(engine.Account, form);
        await engine.Tenant.BlockAsync(otherForm);

        await RefusedAsync(engine, new { integrationId = engine.Account.Id.ToString(), to = form, type = "template", template = WhatsAppTenant.Template });
        await RefusedAsync(engine, new { conversationId = waiting.GetProperty("conversationId").GetString(), type = "template", template = WhatsAppTenant.Template });
        await engine.RunAllAsync();
        Assert.Equal(("failed", "contact-opted-out"), await engine.Tenant.StateOfAsync(waiting));
        Assert.Empty(_messenger.Sent);
    }

    [Theory]
    [InlineData(Theirs)]
    [InlineData(Ours)]
    public async Task Once_the_platform_has_told_its_form_both_are_asked_for(string blocked)
    {
        _messenger.WhenSent = (message, _) => Task.FromResult<SendResult>(new SendResult.Accepted($"wamid.{message.Id}", Theirs[1..]));
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var first = await engine.Tenant.SendTemplateAsync(engine.Account, Ours);
        await engine.RunAllAsync();
        var waiting = await engine.Tenant.SendTemplateAsync(engine.Account, Ours);
        await engine.Tenant.BlockAsync(blocked);

        foreach (var to in new[] { Ours, Theirs })
        {
            await RefusedAsync(engine, new { integrationId = engine.Account.Id.ToString(), to, type = "template", template = WhatsAppTenant.Template });
        }

        await RefusedAsync(engine, new { conversationId = first.GetProperty("conversationId").GetString(), type = "template", template = WhatsAppTenant.Template });
        await engine.RunAllAsync();
        Assert.Equal(("failed", "contact-opted-out"), await engine.Tenant.StateOfAsync(waiting));
        Assert.Single(_messenger.Sent);
    }

    [Theory]
    [InlineData("+541123456789", "5491123456789")]
    [InlineData("+525512345678", "5215512345678")]
    [InlineData("+5531987654321", "553187654321")]
    public async Task A_stop_that_comes_before_the_platforms_form_is_known_stops_ours_too(string ours, string waId)
    {
        await using var engine = await WhatsAppEngine.StartAsync(run, _messenger);
        var waiting = await engine.Tenant.SendTemplateAsync(engine.Account, ours);
        await engine.Server.InScopeAsync<Api.Features.WhatsApp.Messages.MetaReports>(reports => reports.ReceivedAsync(
            engine.Account, new Api.Features.WhatsApp.Messages.CustomerMessage("wamid.1", waId, "Ada", "STOP", engine.Tenant.Now), TestContext.Current.CancellationToken));

        Assert.NotNull(await engine.Tenant.LedgerEntryAsync(ours));
        Assert.NotNull(await engine.Tenant.LedgerEntryAsync($"+{waId}"));
        Assert.Equal(1, await engine.Server.InDatabaseAsync(db => db.Conversations.CountAsync()));
        await engine.RunAllAsync();
        Assert.Equal(("failed", "contact-opted-out"), await engine.Tenant.StateOfAsync(waiting));
    }

    private static async Task RefusedAsync(WhatsAppEngine engine, object message) =>
        (await engine.Tenant.Api.PostAsync("/whatsapp/messages", message)).ShouldBeError((int)HttpStatusCode.Forbidden, "CONTACT_OPTED_OUT");
}
