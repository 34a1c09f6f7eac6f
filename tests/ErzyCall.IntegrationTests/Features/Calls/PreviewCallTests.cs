using System.Net;
using System.Text.Json;
using ErzyCall.Api.Features.Cases;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Features.Calls;

public sealed class PreviewCallTests(TestRun run)
{
    private const string To = "+14155550100";

    [Fact]
    public async Task A_preview_shows_the_rendered_script_and_does_nothing()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var contact = await tenant.AddAsync(tenant.NewContact("Ada", To));
        var script = tenant.NewCase("Talk about {{topic}} and {{weather}}", new CaseVariable("topic", "custom", Required: true, null));
        script.FirstMessage = "Hello {{name}}, {{mood}}";
        await tenant.AddAsync(script);
        var assistant = await tenant.AddAsync(tenant.NewAssistant("Emma"));

        var answer = await tenant.Api.PostAsync("/calls/preview", new
        {
            to = To,
            from = Tenant.From,
            contactId = contact.Id.ToString(),
            caseId = script.Id.ToString(),
            assistantConfigId = assistant.Id.ToString(),
            variableValues = new { topic = "cats" },
            scheduledAt = tenant.Now.AddDays(2).ToString("yyyy-MM-dd'T'00:00:00'Z'", System.Globalization.CultureInfo.InvariantCulture),
        });

        var preview = answer.ShouldBe(HttpStatusCode.OK).Data;
        Assert.Equal(
            ["allowed", "refusals", "from", "to", "assistantConfigId", "firstMessage", "prompt", "unresolvedVariables", "dialAt"],
            preview.EnumerateObject().Select(property => property.Name));
        Assert.True(preview.GetProperty("allowed").GetBoolean());
        Assert.Equal("[]", preview.GetProperty("refusals").GetRawText());
        Assert.Equal((Tenant.From, To, assistant.Id.ToString()), (preview.GetProperty("from").GetString(), preview.GetProperty("to").GetString(), preview.GetProperty("assistantConfigId").GetString()));
        Assert.Equal(("Hello Ada, {{mood}}", "Talk about cats and {{weather}}"), (preview.GetProperty("firstMessage").GetString(), preview.GetProperty("prompt").GetString()));
        Assert.Equal("""["mood","weather"]""", preview.GetProperty("unresolvedVariables").GetRawText());
        Assert.EndsWith("T00:00:00.000Z", preview.GetProperty("dialAt").GetString(), StringComparison.Ordinal);
        await NothingHappenedAsync(tenant);
    }

    [Fact]
    public async Task A_preview_lists_every_refusal_in_the_order_in_which_creation_answers_them()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        await tenant.BlockAsync(To);
        var script = await tenant.AddAsync(tenant.NewCase("Prompt", new CaseVariable("date", "custom", Required: true, null)));

        var preview = (await tenant.Api.PostAsync("/calls/preview", new
        {
            to = To,
            from = "+14155558880",
            contactId = tenant.NewContact("x", To).Id.ToString(),
            caseId = script.Id.ToString(),
        })).ShouldBe(HttpStatusCode.OK).Data;

        Assert.False(preview.GetProperty("allowed").GetBoolean());
        Assert.Equal(["VALIDATION_ERROR", "NOT_FOUND", "CONTACT_OPTED_OUT", "INVALID_PHONE"], Codes(preview));
        Assert.All(preview.GetProperty("refusals").EnumerateArray(), refusal => Assert.Equal(["code", "message"], refusal.EnumerateObject().Select(property => property.Name)));
        Assert.Equal(JsonValueKind.Null, preview.GetProperty("dialAt").ValueKind);
        await NothingHappenedAsync(tenant);
    }

    [Fact]
    public async Task A_preview_says_what_creation_then_does()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        await tenant.BlockAsync("+14155550666");
        var foreign = await run.Shared.CreateTenantAsync();
        var bodies = new object[]
        {
            new { to = To, from = Tenant.From },
            new { to = "+14155550666", from = Tenant.From },
            new { to = To, from = "+14155558880" },
            new { to = To, from = Tenant.From, caseId = foreign.NewCase("x").Id.ToString() },
            new { to = To, from = Tenant.From, assistantConfigId = foreign.NewAssistant("x").Id.ToString() },
        };
        foreach (var body in bodies)
        {
            var preview = (await tenant.Api.PostAsync("/calls/preview", body)).ShouldBe(HttpStatusCode.OK).Data;
            var created = await tenant.Api.PostAsync("/calls", body);

            Assert.Equal(preview.GetProperty("allowed").GetBoolean(), created.Status == HttpStatusCode.Created);
            Assert.Equal(created.Status == HttpStatusCode.Created ? [] : [created.Json.GetProperty("error").GetProperty("code").GetString()], Codes(preview));
            Assert.Equal(created.Status == HttpStatusCode.Created ? created.Data.GetProperty("firstMessage").GetString() : preview.GetProperty("firstMessage").GetString(), preview.GetProperty("firstMessage").GetString());
        }
    }

    [Theory]
    [InlineData("""{"from":"+14155559999"}""", "VALIDATION_ERROR", "to")]
    [InlineData("""{"to":"+14155550100","from":"+14155559999","scheduledAt":null}""", "VALIDATION_ERROR", "scheduledAt")]
    [InlineData("""{"to":"+14155550100","from":"+14155559999","scheduleAt":"2027-01-01T00:00:00Z"}""", "VALIDATION_ERROR", "scheduleAt")]
    [InlineData("""{"to":"+14155550100","from":"+14155559999","caseId":"contact_x"}""", "INVALID_ID", "caseId")]
    public async Task Malformed_input_is_an_error_of_a_preview_as_of_a_call(string body, string code, string field)
    {
        var tenant = await run.Shared.CreateTenantAsync();

        (await tenant.Api.PostAsync("/calls/preview", body)).ShouldBeError(400, code, field);
        (await tenant.Api.PostAsync("/calls", body)).ShouldBeError(400, code, field);
        await NothingHappenedAsync(tenant);
    }

    private static IEnumerable<string?> Codes(JsonElement preview) => preview.GetProperty("refusals").EnumerateArray().Select(refusal => refusal.GetProperty("code").GetString());

    private static async Task NothingHappenedAsync(Tenant tenant)
    {
        Assert.Empty((await tenant.Api.GetAsync("/calls")).Data.EnumerateArray());
        Assert.Equal(0, await tenant.Server.InDatabaseAsync(db => db.Events.CountAsync(row => row.OrganizationId == tenant.Organization.Id)));
    }
}
