using System.Net;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.DoNotCall;
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
    public async Task One_entry_is_read_by_its_number_and_lifted_only_as_it_was_read()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var api = tenant.Api;
        (await api.GetAsync($"/do-not-call/{Phone}")).ShouldBeError(404, "NOT_FOUND");
        (await api.GetAsync("/do-not-call/0123")).ShouldBeError(400, "INVALID_ID");
        var entered = (await api.PostAsync("/do-not-call", new { phone = Phone, reason = "By letter" })).ShouldBe(HttpStatusCode.Created);
        var read = (await api.GetAsync(entered.Header("Location")!["/api/v1".Length..])).ShouldBe(HttpStatusCode.OK);
        Assert.Equal(entered.Text, read.Text);
        (await api.SendAsync(HttpMethod.Get, $"/do-not-call/{Phone}", null, ("If-None-Match", read.Header("ETag")!))).ShouldBe(HttpStatusCode.NotModified);
        (await api.SendAsync(HttpMethod.Delete, $"/do-not-call/{Phone}", null, ("If-Match", "\"stale\""))).ShouldBeError(412, "PRECONDITION_FAILED");
        (await api.SendAsync(HttpMethod.Delete, $"/do-not-call/{Phone}", null, ("If-Match", read.Header("ETag")!))).ShouldBe(HttpStatusCode.NoContent);
        Assert.Empty((await api.GetAsync($"/do-not-call?phone={Uri.EscapeDataString(Phone)}")).Data.EnumerateArray());
        (await api.GetAsync("/do-not-call?phone=0123")).ShouldBeError(400, "VALIDATION_ERROR", "phone");
    }

    [Fact]
    public async Task Many_numbers_are_entered_at_once_each_as_it_would_have_been_alone()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        await tenant.Api.PostAsync("/do-not-call", new { phone = "+442071234567", reason = "First" });
        object[] entries =
        [
            new { phone = "+14155550101", reason = "By letter" }, new { phone = "+4402071234567", reason = "Second" }, new { phone = "0123" },
            new { phone = "+114155550101" }, new { phone = "+14155550102", colour = "red" }, new { phone = "+22996001100" },
        ];
        var answer = (await tenant.Api.PostAsync("/do-not-call/batch", new { entries }, "a key")).ShouldBe(HttpStatusCode.Created);
        var results = answer.Data.EnumerateArray().ToList();
        Assert.Equal([201, 200, 400, 200, 400, 201], results.Select(result => result.GetProperty("status").GetInt32()));
        Assert.Equal(Enumerable.Range(0, 6), results.Select(result => result.GetProperty("index").GetInt32()));
        Assert.Equal("First", results[1].GetProperty("data").GetProperty("reason").GetString());
        Assert.Equal(results[0].GetProperty("data").GetRawText(), results[3].GetProperty("data").GetRawText());
        Assert.Equal("api", results[5].GetProperty("data").GetProperty("source").GetString());
        Assert.Equal(answer.Text, (await tenant.Api.PostAsync("/do-not-call/batch", new { entries }, "a key")).ShouldBe(HttpStatusCode.Created).Text);
        Assert.Equal(3, (await tenant.Api.GetAsync("/do-not-call")).Data.GetArrayLength());

        (await tenant.Api.PostAsync("/do-not-call/batch", new { entries = Array.Empty<object>() })).ShouldBeError(400, "VALIDATION_ERROR", "entries");
        (await tenant.Api.PostAsync("/do-not-call/batch", new { })).ShouldBeError(400, "VALIDATION_ERROR", "entries");
    }

    [Fact]
    public async Task A_batch_holds_ten_thousand_numbers_and_no_more()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var entries = Enumerable.Range(0, 10_001).Select(number => new { phone = $"+1415{5_000_000 + number}" }).ToList();
        (await tenant.Api.PostAsync("/do-not-call/batch", new { entries })).ShouldBeError(400, "VALIDATION_ERROR", "entries");
        var results = (await tenant.Api.PostAsync("/do-not-call/batch", new { entries = entries.Take(10_000) })).ShouldBe(HttpStatusCode.Created).Data.EnumerateArray().ToList();
        Assert.Equal(10_000, results.Count(result => result.GetProperty("status").GetInt32() == 201));
    }

    [Fact]
    public async Task Batches_of_the_same_numbers_at_once_enter_each_number_once()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var numbers = Enumerable.Range(0, 60).Select(number => $"+1415555{number:D4}").ToList();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(turn => tenant.Api.PostAsync(
            "/do-not-call/batch", new { entries = (turn % 2 == 0 ? numbers : [.. numbers.AsEnumerable().Reverse()]).Select(phone => new { phone }) })));
        Assert.Equal(60, answers.SelectMany(answer => answer.ShouldBe(HttpStatusCode.Created).Data.EnumerateArray()).Count(result => result.GetProperty("status").GetInt32() == 201));
    }

    [Fact]
    public async Task Its_fields_have_their_limits()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        (await tenant.Api.PostAsync("/do-not-call", new { })).ShouldBeError(400, "VALIDATION_ERROR", "phone");
        (await tenant.Api.PostAsync("/do-not-call", new { phone = "0123", reason = new string('x', 501) })).ShouldBeError(400, "VALIDATION_ERROR", "phone", "reason");
    }
}
