using System.Net;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Features.DoNotCall;

public sealed class DoNotCallRoutesTests(TestRun run)
{
    private const string Phone = "+14155550123";

    private static readonly string[] s_fields = ["phone", "reason", "source", "at", "contactId"];

    [Fact]
    public async Task A_number_is_entered_found_there_and_lifted()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var api = tenant.Api;
        var contact = (await api.PostAsync("/contacts", new { title = "Ada", phone = Phone })).Data.GetProperty("id").GetString();

        var entered = (await api.PostAsync("/do-not-call", new { phone = Phone, reason = "By letter" })).ShouldBe(HttpStatusCode.Created);
        var entry = entered.ShouldHave(s_fields);
        Assert.Equal((Phone, "By letter", "api", contact), (entry.GetProperty("phone").GetString(), entry.GetProperty("reason").GetString(), entry.GetProperty("source").GetString(), entry.GetProperty("contactId").GetString()));
        Assert.Equal("/api/v1/do-not-call/%2B14155550123", entered.Header("Location"));
        Assert.Equal(entered.Text, (await api.PostAsync("/do-not-call", new { phone = Phone, reason = "Again" })).ShouldBe(HttpStatusCode.OK).Text);
        Assert.Equal(entry.GetRawText(), Assert.Single((await api.GetAsync("/do-not-call")).Data.EnumerateArray()).GetRawText());
        Assert.Equal("By letter", (await api.GetAsync($"/contacts/{contact}")).Data.GetProperty("optOut").GetProperty("reason").GetString());

        Assert.Equal("", (await api.DeleteAsync($"/do-not-call/{Phone}")).ShouldBe(HttpStatusCode.NoContent).Text);
        (await api.DeleteAsync($"/do-not-call/{Phone}")).ShouldBeError(404, "NOT_FOUND");
        (await api.DeleteAsync("/do-not-call/0123")).ShouldBeError(400, "INVALID_ID");
        Assert.Empty((await api.GetAsync("/do-not-call")).Data.EnumerateArray());

        // Its history stays.
        await api.PostAsync("/do-not-call", new { phone = Phone });
        var entries = await run.Shared.InDatabaseAsync(db => db.DoNotCallEntries.Where(row => row.OrganizationId == tenant.Organization.Id).OrderBy(row => row.Id).ToListAsync());
        Assert.Equal([false, true], entries.Select(row => row.LiftedAt is null));
    }

    [Fact]
    public async Task A_number_needs_no_contact_to_be_blocked_on_every_path()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        (await tenant.Api.PostAsync("/do-not-call", new { phone = Phone })).ShouldBe(HttpStatusCode.Created);
        (await tenant.Api.PostAsync("/calls", new { to = Phone, from = Tenant.From })).ShouldBeError(403, "CONTACT_OPTED_OUT");
        var contact = await tenant.CreateAsync("/contacts", new { title = "Ada", phone = Phone });
        (await tenant.Api.PostAsync("/calls", new { to = Phone, from = Tenant.From, contactId = contact })).ShouldBeError(403, "CONTACT_OPTED_OUT");
        Assert.True((await tenant.Api.GetAsync($"/contacts/{contact}")).Data.GetProperty("optOut").GetProperty("optedOut").GetBoolean());
    }

    [Fact]
    public async Task Many_who_enter_a_number_at_once_make_one_entry()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => tenant.Api.PostAsync("/do-not-call", new { phone = Phone, reason = $"{number}" })));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.Equal(15, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.Single(answers.Select(answer => answer.Text).Distinct());
    }

    [Fact]
    public async Task The_list_is_paged_and_begins_with_the_latest()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        for (var i = 0; i < 5; i++)
        {
            await tenant.Api.PostAsync("/do-not-call", new { phone = $"+1415555010{i}" });
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await tenant.Api.GetAsync($"/do-not-call?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}")).ShouldBe(HttpStatusCode.OK);
            seen.AddRange(page.Data.EnumerateArray().Select(entry => entry.GetProperty("phone").GetString()!));
            cursor = page.Json.GetProperty("pagination").GetProperty("cursor").GetString();
        }
        while (cursor is not null);
        Assert.Equal(["+14155550104", "+14155550103", "+14155550102", "+14155550101", "+14155550100"], seen);
    }

    [Fact]
    public async Task A_waiting_call_is_stopped_when_it_comes_up_not_before()
    {
        var engine = await CallEngine.StartAsync(run);
        var call = await engine.Tenant.PlaceCallAsync(Phone);
        await engine.Tenant.Api.PostAsync("/do-not-call", new { phone = Phone });
        Assert.Equal("new", (await engine.Tenant.GetCallAsync(call)).GetProperty("status").GetString());
        await engine.Server.RunAsync<CallDispatchJob>();
        var stopped = await engine.Tenant.GetCallAsync(call);
        Assert.Equal(("error", "contact-opted-out"), (stopped.GetProperty("status").GetString(), stopped.GetProperty("endedReason").GetString()));
    }

    [Fact]
    public async Task Its_fields_have_their_limits()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        (await tenant.Api.PostAsync("/do-not-call", new { })).ShouldBeError(400, "VALIDATION_ERROR", "phone");
        (await tenant.Api.PostAsync("/do-not-call", new { phone = "0123", reason = new string('x', 501) })).ShouldBeError(400, "VALIDATION_ERROR", "phone", "reason");
    }
}
