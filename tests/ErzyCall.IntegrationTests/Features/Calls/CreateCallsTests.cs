using System.Net;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Events;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Features.Calls;

public sealed class CreateCallsTests(TestRun run)
{
    [Fact]
    public async Task Each_item_is_judged_alone_over_the_defaults()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var contact = await tenant.CreateAsync("/contacts", new { title = "Ada", phone = "+14155550101" });
        var script = await tenant.CreateAsync("/cases", """{"title":"A case","prompt":"Be kind","firstMessage":"Hello {{name}}","variables":[{"name":"date","source":"custom","required":true}]}""");
        await tenant.Api.PostAsync("/do-not-call", new { phone = "+14155550199" });

        var answer = (await tenant.Api.PostAsync("/calls/batch", $$$"""
            {"defaults":{"from":"{{{Tenant.From}}}","firstMessage":"Hello {{name}}","metadata":{"batch":"1"}},
             "calls":[
              {"to":"+14155550101","contactId":"{{{contact}}}"},
              {"to":"0123"},
              {"to":"+14155550102","from":"+14155551111"},
              {"to":"+14155550199"},
              {"to":"+14155550103","caseId":"{{{script}}}"},
              {"to":"+14155550104","contactId":"contact_01h455vb4pex5vsknk084sn02q"},
              {"to":"+14155550105","scheduledAt":null},
              {"to":"+14155550106","colour":"red"},
              {"to":"+14155550107","to":"+14155550108"},
              {"to":"+14155550109","firstMessage":"\ud800"},
              7,
              {"to":"+14155550110","from":null,"metadata":{"own":"2"},"firstMessage":"Own"}
            ]}
            """, "batch-1")).ShouldBe(HttpStatusCode.Created);
        var results = answer.Data.EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(0, 12), results.Select(result => result.GetProperty("index").GetInt32()));
        Assert.Equal([201, 400, 422, 403, 400, 404, 400, 400, 400, 400, 400, 201], results.Select(result => result.GetProperty("status").GetInt32()));
        Assert.Equal(
            [null, "to", null, null, "variableValues.date", null, "scheduledAt", "colour", "to", "firstMessage", null, null],
            results.Select(result => result.TryGetProperty("error", out var error) && error.TryGetProperty("details", out var details) ? details[0].GetProperty("field").GetString() : null));

        // The list form, to the byte: an answer grows with what was sent and not with what that refers to.
        var first = results[0].GetProperty("data");
        var listed = (await tenant.Api.GetAsync("/calls?phone=%2B14155550101")).Data.EnumerateArray().ToList();
        Assert.Equal(first.GetRawText(), Assert.Single(listed).GetRawText());
        Assert.Equal(("Hello Ada", """{"batch":"1"}"""), (first.GetProperty("firstMessage").GetString(), first.GetProperty("metadata").GetRawText()));
        Assert.Equal(("Own", """{"own":"2"}"""), (results[11].GetProperty("data").GetProperty("firstMessage").GetString(), results[11].GetProperty("data").GetProperty("metadata").GetRawText()));

        // The opted-out one is recorded and never dialled, as it is when it comes alone.
        var calls = (await tenant.Api.GetAsync("/calls")).Data.EnumerateArray().Select(call => (call.GetProperty("to").GetString(), call.GetProperty("status").GetString())).Order().ToList();
        Assert.Equal([("+14155550101", "new"), ("+14155550110", "new"), ("+14155550199", "error")], calls);
        var events = await run.Shared.InDatabaseAsync(db => db.Events.Where(row => row.OrganizationId == tenant.Organization.Id && row.Type.StartsWith("call.")).OrderBy(row => row.Position).Select(row => row.Type).ToListAsync());
        Assert.Equal(["call.failed"], events);
    }

    [Theory]
    [InlineData("""{}""", "calls")]
    [InlineData("""{"calls":[]}""", "calls")]
    [InlineData("""{"calls":[{}],"defaults":7}""", "defaults")]
    [InlineData("""{"calls":[{}],"defaults":{"to":"+14155550100","to":"+14155550101"}}""", "defaults")]
    [InlineData("""{"calls":[{}],"more":1}""", "more")]
    public async Task A_batch_that_is_none_is_refused_whole(string body, string field)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        (await tenant.Api.PostAsync("/calls/batch", body)).ShouldBeError(400, "VALIDATION_ERROR", field);
    }

    [Fact]
    public async Task Defaults_that_are_null_are_left_out()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var answer = await tenant.Api.PostAsync("/calls/batch", $$"""{"defaults":null,"calls":[{"to":"+14155550100","from":"{{Tenant.From}}"}]}""");
        Assert.Equal(201, answer.ShouldBe(HttpStatusCode.Created).Data[0].GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Defaults_are_bounded_by_what_they_are_in_all_calls_together()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var defaults = new { from = Tenant.From, metadata = Enumerable.Range(0, 20).ToDictionary(n => $"k{n}", _ => new string('v', 500)), variableValues = Enumerable.Range(0, 30).ToDictionary(n => $"v{n}", _ => new string('v', 1_000)) };
        var calls = Enumerable.Range(0, 1_000).Select(n => new { to = $"+1415556{n:0000}" }).ToList();
        (await tenant.Api.PostAsync("/calls/batch", new { defaults, calls })).ShouldBeError(413, "PAYLOAD_TOO_LARGE");
        (await tenant.Api.PostAsync("/calls/batch", new { defaults, calls = calls.Take(500) })).ShouldBeError(413, "PAYLOAD_TOO_LARGE");
        Assert.Empty((await tenant.Api.GetAsync("/calls")).Data.EnumerateArray());
        var answer = (await tenant.Api.PostAsync("/calls/batch", new { defaults, calls = calls.Take(10) })).ShouldBe(HttpStatusCode.Created);
        Assert.All(answer.Data.EnumerateArray(), result => Assert.Equal(201, result.GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task An_item_that_cannot_be_read_over_its_defaults_is_one_error()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var fields = string.Join(',', Enumerable.Range(0, 20_000).Select(n => $"\"f{n}\":null"));
        var answer = (await tenant.Api.PostAsync("/calls/batch", $$$"""{"defaults":{{{{fields}}}},"calls":[{{{{fields}}}}]}""")).ShouldBe(HttpStatusCode.Created);
        Assert.Equal("""{"data":[{"index":0,"status":400,"error":{"code":"VALIDATION_ERROR","message":"Invalid request body","details":[{"field":"f0","message":"Unknown field"}]}}]}""", answer.Text);
    }

    [Fact]
    public async Task The_calls_of_a_batch_are_dialled_in_its_order()
    {
        await using var engine = await CallEngine.StartAsync(run, tenant: new TenantOptions { MaxConcurrentCalls = 1 });
        var calls = Enumerable.Range(0, 20).Select(n => new { to = $"+1415555{7000 + n}", from = Tenant.From });
        var placed = (await engine.Tenant.Api.PostAsync("/calls/batch", new { calls })).ShouldBe(HttpStatusCode.Created).Data.EnumerateArray().Select(result => result.GetProperty("data").Id()).ToList();

        await engine.RunAllAsync();

        Assert.Equal(placed, engine.Dialled);
    }

    [Fact]
    public async Task A_retried_batch_is_placed_once()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var body = new { defaults = new { from = Tenant.From }, calls = Enumerable.Range(0, 40).Select(n => new { to = $"+1415556{n:0000}" }) };
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => tenant.Api.PostAsync("/calls/batch", body, "batch-1")));
        Assert.Single(answers.Select(answer => answer.ShouldBe(HttpStatusCode.Created).Text).Distinct());
        Assert.Equal(40, (await tenant.Api.GetAsync("/calls?limit=100")).Data.GetArrayLength());
    }

    [Fact]
    public async Task A_thousand_calls_are_placed_at_once_and_one_more_is_too_many()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var calls = Enumerable.Range(0, 1_001).Select(n => new { to = $"+1415556{n:0000}", from = Tenant.From }).ToList();
        (await tenant.Api.PostAsync("/calls/batch", new { calls })).ShouldBeError(400, "VALIDATION_ERROR", "calls");
        var answer = (await tenant.Api.PostAsync("/calls/batch", new { calls = calls.Take(1_000) })).ShouldBe(HttpStatusCode.Created);
        Assert.All(answer.Data.EnumerateArray(), result => Assert.Equal(201, result.GetProperty("status").GetInt32()));
        Assert.Equal(1_000, await run.Shared.InDatabaseAsync(db => db.Calls.CountAsync(call => call.OrganizationId == tenant.Organization.Id)));
    }
}
