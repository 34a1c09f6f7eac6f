using System.Net;
using System.Text.Json;
using ErzyCall.Api.Features.Cases;
using ErzyCall.Api.Features.Events;
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
            ["allowed", "refusals", "from", "to", "assistantConfigId", "firstMessage", "prompt", "unresolvedVariables", "notSupported", "dialAt"],
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

    [Theory]
    [InlineData("", "Hello {{name}}, {{who}}, {{topic}}, {{mood}}", null)]
    [InlineData("contacts:read", "Hello Ada, Ada, {{topic}}, {{mood}}", null)]
    [InlineData("cases:read", "Hello {{name}}, {{who}}, {{topic}}, calm", "Case {{name}} {{notes}} calm {{open}}")]
    [InlineData("contacts:read cases:read", "Hello Ada, Ada, {{topic}}, calm", "Case Ada secret {{in notes}} calm {{open}}")]
    public async Task A_key_sees_in_a_preview_what_it_may_read(string scopes, string firstMessage, string? prompt)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var contact = tenant.NewContact("Ada", To);
        contact.Notes = "secret {{in notes}}";
        await tenant.AddAsync(contact);
        var script = await tenant.AddAsync(tenant.NewCase(
            "Case {{name}} {{notes}} {{mood}} {{open}}", new CaseVariable("who", "contact.title", Required: false, null), new CaseVariable("mood", "custom", Required: false, "calm")));
        var (_, api) = await tenant.AddKeyAsync(["calls:write", .. scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        var preview = (await api.PostAsync("/calls/preview", new
        {
            to = To,
            from = Tenant.From,
            contactId = contact.Id.ToString(),
            caseId = script.Id.ToString(),
            firstMessage = "Hello {{name}}, {{who}}, {{topic}}, {{mood}}",
            variableValues = new { topic = "cats" },
        })).ShouldBe(HttpStatusCode.OK);

        // A value of the call's own is nobody's secret.
        Assert.Equal(firstMessage.Replace("{{topic}}", "cats", StringComparison.Ordinal), preview.Data.GetProperty("firstMessage").GetString());
        Assert.Equal(prompt, preview.Data.GetProperty("prompt").GetString());
        Assert.Equal(prompt is not null ? prompt.Contains("secret", StringComparison.Ordinal) ? ["in notes", "open"] : ["open"] : [], Unresolved(preview));
    }

    [Theory]
    [InlineData("", null, null)]
    [InlineData("assistants:read", "Assistant", "System {{open}}")]
    [InlineData("cases:read contacts:read", null, null)]
    public async Task The_text_of_an_assistant_is_shown_to_a_key_that_may_read_assistants(string scopes, string? firstMessage, string? prompt)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var assistant = tenant.NewAssistant("Emma");
        (assistant.FirstMessage, assistant.SystemPrompt) = ("Assistant", "System {{open}}");
        await tenant.AddAsync(assistant);
        var (_, api) = await tenant.AddKeyAsync(["calls:write", .. scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        var preview = (await api.PostAsync("/calls/preview", new { to = To, from = Tenant.From, assistantConfigId = assistant.Id.ToString() })).ShouldBe(HttpStatusCode.OK);

        Assert.Equal((firstMessage, prompt), (preview.Data.GetProperty("firstMessage").GetString(), preview.Data.GetProperty("prompt").GetString()));
        Assert.Equal(prompt is null ? [] : ["open"], Unresolved(preview));
    }

    [Theory]
    [InlineData("cases:read", null)]
    [InlineData("assistants:read", null)]
    [InlineData("cases:read assistants:read", "From the library")]
    public async Task A_prompt_of_the_library_is_read_as_assistants_are_and_its_case_as_cases_are(string scopes, string? prompt)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var library = await tenant.CreateAsync("/prompts", new { name = "P", text = "From the library" });
        var script = await tenant.CreateAsync("/cases", new { title = "A case", systemPromptId = library });
        var (_, api) = await tenant.AddKeyAsync(["calls:write", .. scopes.Split(' ')]);
        var preview = (await api.PostAsync("/calls/preview", new { to = To, from = Tenant.From, caseId = script })).ShouldBe(HttpStatusCode.OK);
        Assert.Equal(prompt, preview.Data.GetProperty("prompt").GetString());
    }

    [Fact]
    public async Task A_preview_needs_a_key_that_may_place_calls()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var (_, api) = await tenant.AddKeyAsync(["calls:read", "contacts:read", "cases:read", "assistants:read"]);
        var refused = (await api.PostAsync("/calls/preview", new { to = To, from = Tenant.From })).ShouldBeError(403, "INSUFFICIENT_SCOPE");
        Assert.Contains("API key lacks required scope: calls:write", refused.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{customer.name}} {{first name}} {{1}}", """["customer.name","first name","1"]""")]
    [InlineData("{{ a-b }} {{a-b}} {{\ta-b}}", """["a-b"]""")]
    [InlineData("{{{who}}} {{a{b}} {{é}} {{x", """["who","a{b","é"]""")]
    [InlineData("{{given}} {x} }} {{", """["brought in"]""")]
    [InlineData("{{line\nbreak}}", """["line\nbreak"]""")]
    [InlineData("{{outer {{inner}} }}", """["inner"]""")]
    public async Task A_preview_lists_whatever_would_be_spoken_in_braces(string text, string unresolved)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var script = await tenant.AddAsync(tenant.NewCase(text));
        foreach (var body in new object[]
        {
            new { to = To, from = Tenant.From, firstMessage = text, variableValues = new { given = "{{ brought in }}" } },
            new { to = To, from = Tenant.From, firstMessage = "Hi", caseId = script.Id.ToString(), variableValues = new { given = "{{ brought in }}" } },
            new { to = To, from = Tenant.From, firstMessage = text, caseId = script.Id.ToString(), variableValues = new { given = "{{ brought in }}" } },
        })
        {
            var preview = (await tenant.Api.PostAsync("/calls/preview", body)).ShouldBe(HttpStatusCode.OK).Data;
            Assert.Equal(unresolved, preview.GetProperty("unresolvedVariables").GetRawText());
        }
    }

    private static IEnumerable<string?> Unresolved(ApiResponse preview) => preview.Data.GetProperty("unresolvedVariables").EnumerateArray().Select(name => name.GetString());

    private static IEnumerable<string?> Codes(JsonElement preview) => preview.GetProperty("refusals").EnumerateArray().Select(refusal => refusal.GetProperty("code").GetString());

    private static async Task NothingHappenedAsync(Tenant tenant)
    {
        Assert.Empty((await tenant.Api.GetAsync("/calls")).Data.EnumerateArray());
        Assert.Equal(0, await tenant.Server.InDatabaseAsync(db => db.Events.CountAsync(row => row.OrganizationId == tenant.Organization.Id)));
    }
}
