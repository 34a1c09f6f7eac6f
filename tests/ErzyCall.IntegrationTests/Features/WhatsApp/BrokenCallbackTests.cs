using System.Net;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.WhatsApp;

/// <summary>What of a signed callback cannot be understood is left out, and never costs what stands beside it: that may be a customer who asks to be left alone.</summary>
public sealed class BrokenCallbackTests(TestRun run)
{
    private static readonly DateTimeOffset s_at = new(2026, 6, 1, 9, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""null""")]
    [InlineData("""5""")]
    [InlineData("""[]""")]
    [InlineData("""{}""")]
    [InlineData("""{"from":"14155550101","id":"wamid.1","timestamp":"1780306200","type":"text","text":{"body":"\ud83d"}}""")]
    [InlineData("""{"from":"14155550101","id":"wamid.1","timestamp":1780306200,"type":"text","text":{"body":"Hello"}}""")]
    [InlineData("""{"from":"14155550101","id":"wamid.1","timestamp":"99999999999999999999","type":"text","text":{"body":"Hello"}}""")]
    [InlineData("""{"from":"14155550101","id":"wamid.1","timestamp":"1780306200","type":"location","location":{"latitude":null,"longitude":null}}""")]
    [InlineData("""{"from":"14155550101","id":"wamid.1","timestamp":"1780306200","type":"location","location":null}""")]
    [InlineData("""{"from":"14155550101","id":"wamid.1","timestamp":"1780306200","type":"text","text":"Hello"}""")]
    [InlineData("""{"from":"14155550101","id":"wamid.1","timestamp":"1780306200","type":"text","text":{"body":["Hello"]}}""")]
    [InlineData("""{"from":"14155550101","id":"wamid.1","timestamp":"1780306200","type":"interactive","interactive":{"button_reply":"x"}}""")]
    [InlineData("""{"from":"14155550101","id":"wamid.\u0000","timestamp":"1780306200","type":"text","text":{"body":"Hello"}}""")]
    [InlineData("""{"from":"14155550101","id":"wamid.\ud83d","timestamp":"1780306200","type":"text","text":{"body":"Hello"}}""")]
    [InlineData("""{"from":14155550101,"id":{},"timestamp":true,"type":7}""")]
    [InlineData("""{"from":"14155550101","id":"wamid.1","timestamp":"1780306200","type":"te\u0000xt","\ud83d":1}""")]
    public async Task A_message_that_cannot_be_read_does_not_cost_the_next_one(string message)
    {
        var (tenant, account) = await LiveAsync();
        (await run.Shared.CallBackAsync(account, WhatsAppTenant.Callback(account, $$$"""
            "contacts":[null,5,{"profile":null,"wa_id":"14155550101"}],
            "messages":[{{{message}}},{"from":"14155550100","id":"wamid.stop","timestamp":"1780306200","type":"text","text":{"body":"STOP"}}]
            """))).ShouldBe(HttpStatusCode.OK);
        Assert.NotNull(await tenant.LedgerEntryAsync("+14155550100"));
        Assert.Null(await tenant.LedgerEntryAsync("+14155550101"));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"id":"wamid.\u0000","status":"delivered","timestamp":"1780306200"}""")]
    [InlineData("""{"id":"wamid.\udc00","status":"delivered","timestamp":"1780306200"}""")]
    [InlineData("""{"id":"wamid.1","status":"failed","timestamp":"1780306200","errors":[null]}""")]
    [InlineData("""{"id":"wamid.1","status":"failed","timestamp":"1780306200","errors":[{"code":"x"}]}""")]
    [InlineData("""{"id":"wamid.1","status":"failed","timestamp":"1780306200","errors":{}}""")]
    [InlineData("""{"id":"wamid.1","status":[],"timestamp":"1780306200"}""")]
    public async Task A_status_that_cannot_be_read_does_not_cost_a_message(string status)
    {
        var (tenant, account) = await LiveAsync();
        (await run.Shared.CallBackAsync(account, WhatsAppTenant.Callback(account, $$$"""
            "statuses":[{{{status}}}],"errors":[null,5,{"code":"x"},{"code":null}],{{{WhatsAppTenant.TextMessage("wamid.stop", "STOP", s_at)}}}
            """))).ShouldBe(HttpStatusCode.OK);
        Assert.NotNull(await tenant.LedgerEntryAsync("+14155550100"));
    }

    [Fact]
    public async Task An_error_that_is_told_with_a_nul_is_kept_without_it()
    {
        var (tenant, account) = await LiveAsync();
        var message = await tenant.SendTemplateAsync(account);
        (await run.Shared.CallBackAsync(account, WhatsAppTenant.Callback(account, $$$"""
            "statuses":[{"id":"wamid.1","status":"failed","timestamp":"1780306200","biz_opaque_callback_data":"{{{message.Id()}}}","errors":[{"code":131026,"title":"N\u0000o"}]}]
            """))).ShouldBe(HttpStatusCode.OK);
        Assert.Equal("""{"code":"131026","message":"No"}""", (await tenant.GetMessageAsync(message)).GetProperty("error").GetRawText());
    }

    [Theory]
    [InlineData("""{"entry":[null]}""")]
    [InlineData("""{"entry":null}""")]
    [InlineData("""{"entry":{}}""")]
    [InlineData("""{"entry":[{"changes":[null,5,{"field":"messages","value":null},{"field":"messages","value":[]},{"field":7}]}]}""")]
    [InlineData("""{"entry":[{"changes":[{"field":"messages","value":{"metadata":5,"messages":[null]}}]}]}""")]
    [InlineData("""{"entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"{number}"},"messages":[null],"statuses":[null],"contacts":[null],"errors":[null]}}]}]}""")]
    [InlineData("""{"entry":[{"changes":[{"field":"user_preferences","value":{"metadata":{"phone_number_id":"{number}"},"user_preferences":[null,5,{},{"wa_id":5,"value":"stop"}]}}]}]}""")]
    public async Task A_callback_with_nothing_in_its_places_is_acknowledged(string body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var (_, account) = await LiveAsync();
        (await run.Shared.CallBackAsync(account, body.Replace("{number}", account.PhoneNumberId, StringComparison.Ordinal))).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(""" "timestamp":"soon" """)]
    [InlineData(""" "timestamp":"1780306200","id":"wamid.\u0000" """)]
    public async Task A_stop_is_honoured_also_when_its_message_cannot_be_kept(string fields)
    {
        var (tenant, account) = await LiveAsync();
        (await run.Shared.CallBackAsync(account, WhatsAppTenant.Callback(account, $$$"""
            "messages":[{"from":"14155550100",{{{fields}}},"type":"text","text":{"body":"STOP\ud83d"}}]
            """))).ShouldBe(HttpStatusCode.OK);
        Assert.NotNull(await tenant.LedgerEntryAsync("+14155550100"));
    }

    private async Task<(Tenant Tenant, Api.Features.WhatsApp.Accounts.WhatsAppAccount Account)> LiveAsync()
    {
        var tenant = await run.Shared.CreateTenantAsync(new TenantOptions { Mode = OrganizationMode.Live });
        return (tenant, await tenant.ConnectAsync(simulated: false));
    }
}
