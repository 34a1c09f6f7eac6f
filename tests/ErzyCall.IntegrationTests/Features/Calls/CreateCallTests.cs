using System.Globalization;
using System.Net;
using System.Text.Json;
using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Cases;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.Events;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Features.Calls;

public sealed class CreateCallTests(TestRun run)
{
    private const string To = "+14155550100";

    /// <summary>One field of the body too much by one, and the greatest that fits.</summary>
    public static TheoryData<string, string, string> Limits { get; } = new()
    {
        { "firstMessage", Json(Emoji(1_000)), Json(Emoji(1_001)) },
        { "firstMessage", Json("x"), Json("") },
        { "firstMessage", Json("tab\tand\nnewline"), Json("bell\a") },
        { "variableValues", Map(50, i => $"v{i}"), Map(51, i => $"v{i}") },
        { $"variableValues.{new string('a', 65)}", Map(1, _ => new string('a', 64)), Map(1, _ => new string('a', 65)) },
        { "variableValues.a-b", Map(1, _ => "_a1"), Map(1, _ => "a-b") },
        { "variableValues.1a", Map(1, _ => "a1"), Map(1, _ => "1a") },
        { "variableValues.v", Map(1, _ => "v", Emoji(1_000)), Map(1, _ => "v", Emoji(1_001)) },
        { "variableValues.v", Map(1, _ => "v", ""), """{"v":null}""" },
        { "variableValues.v", Map(1, _ => "v", "é"), """{"v":"\u0000"}""" },
        { "metadata", Map(20, i => $"m{i}"), Map(21, i => $"m{i}") },
        { $"metadata.{new string('a', 41)}", Map(1, _ => new string('a', 40)), Map(1, _ => new string('a', 41)) },
        { "metadata.v", Map(1, _ => "v", Emoji(500)), Map(1, _ => "v", Emoji(501)) },
        { "metadata.-a", Map(1, _ => "a.b-c_d"), Map(1, _ => "-a") },
        { "to", Json("+2901234"), Json("+1") },
        { "to", Json("+999456789012345"), Json("+1234567890123456") },
        { "to", Json(To), Json("14155550100") },
        { "to", Json(To), Json("+04155550100") },
        { "to", Json(To), Json("+1415555０100") },
        { "to", Json(To), Json(To + "\n") },
        { "to", Json(To), "null" },
        { "from", Json(Tenant.From), Json("me") },
    };

    [Fact]
    public async Task A_created_call_has_exactly_the_fields_of_a_call_in_their_order()
    {
        var tenant = await run.Shared.CreateTenantAsync();

        var created = await tenant.Api.PostAsync("/calls", new { to = To, from = Tenant.From });

        var call = created.ShouldBe(HttpStatusCode.Created).Data;
        Assert.Equal(
            [
                "id", "status", "direction", "provider", "to", "from", "contactId", "caseId", "assistantConfigId", "firstMessage", "variableValues", "metadata", "scheduledAt", "startedAt",
                "endedAt", "duration", "endedReason", "fault", "retryable", "failure", "answeredBy", "dialAt", "policyIgnored", "transcript", "recordingUrl",
                "cost", "analysis", "assistantConfigSnapshot", "createdAt", "updatedAt",
            ],
            Names(call));
        Assert.Equal($"/api/v1/calls/{call.GetProperty("id").GetString()}", created.Header("Location"));
        Assert.Equal("new", call.GetProperty("status").GetString());
        Assert.Equal(("outbound", "simulator"), (call.GetProperty("direction").GetString(), call.GetProperty("provider").GetString()));
        Assert.Equal((To, Tenant.From), (call.GetProperty("to").GetString(), call.GetProperty("from").GetString()));
        Assert.Equal(["name", "prompt", "voice", "model", "transcriber"], Names(call.GetProperty("assistantConfigSnapshot")));
        Assert.Equal("{}", call.GetProperty("variableValues").GetRawText());
        Assert.Equal("{}", call.GetProperty("metadata").GetRawText());
        Assert.Equal("[]", call.GetProperty("transcript").GetRawText());
        Assert.Equal(AssistantSnapshot.DefaultFirstMessage, call.GetProperty("firstMessage").GetString());
        Assert.All(
            ["contactId", "caseId", "assistantConfigId", "scheduledAt", "startedAt", "endedAt", "duration", "endedReason", "fault", "retryable", "failure", "answeredBy", "recordingUrl", "cost", "analysis"],
            name => Assert.Equal(JsonValueKind.Null, call.GetProperty(name).ValueKind));
        Assert.Equal(call.GetProperty("createdAt").GetString(), call.GetProperty("dialAt").GetString());
        Assert.False(call.GetProperty("policyIgnored").GetBoolean());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", call.GetProperty("createdAt").GetString());
        Assert.Equal(created.Data.GetRawText(), (await tenant.GetCallAsync(call.GetProperty("id").GetString()!)).GetRawText());
        Assert.Empty(await run.Shared.EventsOfAsync(call.GetProperty("id").GetString()!));
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task A_field_is_taken_up_to_its_limit_and_refused_beyond_it(string field, string fits, string problem)
    {
        ArgumentNullException.ThrowIfNull(field);
        var tenant = await run.Shared.CreateTenantAsync();
        var name = field.Split('.')[0];

        (await tenant.Api.PostAsync("/calls", BodyWith(name, fits))).ShouldBe(HttpStatusCode.Created);
        (await tenant.Api.PostAsync("/calls", BodyWith(name, problem))).ShouldBeError(400, "VALIDATION_ERROR", field);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\"tomorrow\"")]
    [InlineData("\"2020-01-01T00:00:00Z\"")]
    [InlineData("\"2199-01-01T00:00:00Z\"")]
    [InlineData("\"2199-01-01\"")]
    [InlineData("\"2027-01-01T00:00:00\"")]
    [InlineData("\"2027-01-01 00:00:00Z\"")]
    [InlineData("\"2027-02-30T00:00:00Z\"")]
    [InlineData("\"2027-01-01T00:00:00 01:00\"")]
    [InlineData("1800000000")]
    public async Task A_time_that_cannot_be_meant_places_no_call(string scheduledAt)
    {
        var tenant = await run.Shared.CreateTenantAsync();

        (await tenant.Api.PostAsync("/calls", BodyWith("scheduledAt", scheduledAt))).ShouldBeError(400, "VALIDATION_ERROR", "scheduledAt");

        Assert.Empty((await tenant.Api.GetAsync("/calls")).Data.EnumerateArray());
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(365L * 24 * 60 * 60 * 1000, true)]
    [InlineData(365L * 24 * 60 * 60 * 1000 + 1, false)]
    public async Task A_call_is_scheduled_after_now_and_at_most_365_days_ahead(long milliseconds, bool isTaken)
    {
        await using var engine = await CallEngine.StartAsync(run);
        var at = engine.Clock.GetUtcNow().AddMilliseconds(milliseconds).ToOffset(TimeSpan.FromHours(5.5));

        var answer = await engine.Tenant.Api.PostAsync("/calls", new { to = To, from = Tenant.From, scheduledAt = at.ToString("O", CultureInfo.InvariantCulture) });

        if (!isTaken)
        {
            answer.ShouldBeError(400, "VALIDATION_ERROR", "scheduledAt");
            return;
        }

        var call = answer.ShouldBe(HttpStatusCode.Created).Data;
        Assert.Equal("scheduled", call.GetProperty("status").GetString());
        Assert.Equal(at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), call.GetProperty("scheduledAt").GetString());
        var (type, data) = Assert.Single(await engine.EventsOfAsync(call.GetProperty("id").GetString()!));
        Assert.Equal(("call.scheduled", "scheduled"), (type, data.GetProperty("status").GetString()));
    }

    [Theory]
    [InlineData("contactId")]
    [InlineData("caseId")]
    [InlineData("assistantConfigId")]
    public async Task What_the_call_refers_to_must_be_the_organization_s_own(string field)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var other = await run.Shared.CreateTenantAsync();
        var (own, foreign) = (await AddAsync(tenant, field), await AddAsync(other, field));
        var unknown = field switch
        {
            "contactId" => tenant.NewContact("x", To).Id.ToString(),
            "caseId" => tenant.NewCase("x").Id.ToString(),
            _ => tenant.NewAssistant("x").Id.ToString(),
        };

        Assert.Equal(own, (await tenant.Api.PostAsync("/calls", BodyWith(field, Json(own)))).ShouldBe(HttpStatusCode.Created).Data.GetProperty(field!).GetString());
        (await tenant.Api.PostAsync("/calls", BodyWith(field, Json(foreign)))).ShouldBeError(404, "NOT_FOUND");
        (await tenant.Api.PostAsync("/calls", BodyWith(field, Json(unknown)))).ShouldBeError(404, "NOT_FOUND");
        (await tenant.Api.PostAsync("/calls", BodyWith(field, Json(tenant.Key.Id.ToString())))).ShouldBeError(400, "INVALID_ID", field!);
        (await tenant.Api.PostAsync("/calls", $$"""{"from":"{{Tenant.From}}","{{field}}":"x"}""")).ShouldBeError(400, "VALIDATION_ERROR", "to", field!);
    }

    [Fact]
    public async Task A_call_comes_only_from_an_active_outbound_number_of_the_organization()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var other = await run.Shared.CreateTenantAsync();
        var inactive = tenant.NewPhoneNumber("+14155558881");
        inactive.IsActive = false;
        await tenant.AddAsync(inactive);
        var inboundOnly = tenant.NewPhoneNumber("+14155558882");
        inboundOnly.Capabilities = ["inbound", "whatsapp"];
        await tenant.AddAsync(inboundOnly);
        await other.AddAsync(other.NewPhoneNumber("+14155558883"));
        var outboundOnly = tenant.NewPhoneNumber("+14155558884");
        outboundOnly.Capabilities = ["outbound"];
        await tenant.AddAsync(outboundOnly);

        foreach (var from in (string[])["+14155558880", inactive.Number, inboundOnly.Number, "+14155558883"])
        {
            (await tenant.Api.PostAsync("/calls", new { to = To, from })).ShouldBeError(422, "INVALID_PHONE");
        }

        (await tenant.Api.PostAsync("/calls", new { to = To, from = outboundOnly.Number })).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_required_variable_of_the_case_without_a_value_is_a_field_error_of_that_variable()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var script = await tenant.AddAsync(tenant.NewCase(
            "Prompt", new CaseVariable("date", "custom", Required: true, null), new CaseVariable("place", "custom", Required: true, null), new CaseVariable("who", "custom", Required: false, null)));
        object Body(object variableValues) => new { to = To, from = Tenant.From, caseId = script.Id.ToString(), variableValues };

        (await tenant.Api.PostAsync("/calls", Body(new { }))).ShouldBeError(400, "VALIDATION_ERROR", "variableValues.date", "variableValues.place");
        (await tenant.Api.PostAsync("/calls", Body(new { place = "here" }))).ShouldBeError(400, "VALIDATION_ERROR", "variableValues.date");
        (await tenant.Api.PostAsync("/calls", Body(new { place = "here", date = "today" }))).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_script_that_its_values_make_too_long_places_no_call()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var contact = tenant.NewContact("Ada", To);
        contact.Notes = new string('n', 5_000);
        await tenant.AddAsync(contact);
        var script = tenant.NewCase(string.Concat(Enumerable.Repeat("{{n}}", 4_000)), new CaseVariable("n", "contact.notes", Required: false, null));
        script.FirstMessage = "{{n}}{{n}}";
        await tenant.AddAsync(script);
        var body = new { to = To, from = Tenant.From, contactId = contact.Id.ToString(), caseId = script.Id.ToString() };

        (await tenant.Api.PostAsync("/calls", body)).ShouldBeError(400, "VALIDATION_ERROR", "variableValues");
        var preview = (await tenant.Api.PostAsync("/calls/preview", body)).ShouldBe(HttpStatusCode.OK);
        Assert.Equal("VALIDATION_ERROR", Assert.Single(preview.Data.GetProperty("refusals").EnumerateArray()).GetProperty("code").GetString());
        var batch = (await tenant.Api.PostAsync("/calls/batch", new { calls = Enumerable.Repeat(body, 100) })).ShouldBe(HttpStatusCode.Created);
        Assert.All(batch.Data.EnumerateArray(), item => Assert.Equal(400, item.GetProperty("status").GetInt32()));
        Assert.InRange(batch.Text.Length, 0, 100_000);
        Assert.Empty((await tenant.Api.GetAsync("/calls")).Data.EnumerateArray());

        // With a value of the call's own it is short enough.
        (await tenant.Api.PostAsync("/calls", new { body.to, body.from, body.contactId, body.caseId, variableValues = new { n = "short" } })).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_map_with_too_many_entries_is_one_error_and_not_one_for_each()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var refused = await tenant.Api.PostAsync("/calls", $$"""{"to":"{{To}}","from":"{{Tenant.From}}","metadata":{{Map(10_000, i => $"-{i}")}}}""");
        refused.ShouldBeError(400, "VALIDATION_ERROR", "metadata");
    }

    [Fact]
    public async Task The_script_is_frozen_when_the_call_is_created()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var contact = await tenant.AddAsync(tenant.NewContact("Ada", To));
        var script = tenant.NewCase("Talk to {{name}} about {{topic}} and {{open}}", new CaseVariable("topic", "custom", Required: true, "cats"));
        script.FirstMessage = "Hello {{ name }}, it is {{day}}";
        await tenant.AddAsync(script);
        var assistant = await tenant.AddAsync(tenant.NewAssistant("Emma"));
        var created = await tenant.Api.PostAsync("/calls", new
        {
            to = To,
            from = Tenant.From,
            contactId = contact.Id.ToString(),
            caseId = script.Id.ToString(),
            assistantConfigId = assistant.Id.ToString(),
            variableValues = new { day = "{{name}}" },
        });
        var before = created.ShouldBe(HttpStatusCode.Created).Data;
        Assert.Equal("Hello Ada, it is {{name}}", before.GetProperty("firstMessage").GetString());
        Assert.Equal(
            """{"name":"Emma","prompt":"Talk to Ada about cats and {{open}}","voice":{"provider":"acme","voiceId":"v1"},"model":{"provider":"acme","model":"m1"},"transcriber":null}""",
            before.GetProperty("assistantConfigSnapshot").GetRawText());

        await run.Shared.InDatabaseAsync(async db =>
        {
            await db.Contacts.Where(row => row.Id == contact.Id).ExecuteUpdateAsync(row => row.SetProperty(changed => changed.Title, "Bob"));
            await db.OutboundAssistants.Where(row => row.Id == assistant.Id).ExecuteUpdateAsync(row => row.SetProperty(changed => changed.Name, "Max"));
            return await db.Cases.Where(row => row.Id == script.Id).ExecuteUpdateAsync(row => row.SetProperty(changed => changed.Prompt, "Other").SetProperty(changed => changed.FirstMessage, "Other"));
        });
        Assert.Equal(before.GetRawText(), (await tenant.GetCallAsync(before.GetProperty("id").GetString()!)).GetRawText());

        // The case stays named after it is gone, which it cannot be while the call waits; the contact does not.
        var cancelled = (await tenant.Api.PostAsync($"/calls/{before.GetProperty("id").GetString()}/cancel", null)).ShouldBe(HttpStatusCode.OK).Data;
        await run.Shared.InDatabaseAsync(async db =>
            await db.Contacts.Where(row => row.Id == contact.Id).ExecuteDeleteAsync() + await db.Cases.Where(row => row.Id == script.Id).ExecuteDeleteAsync()
            + await db.OutboundAssistants.Where(row => row.Id == assistant.Id).ExecuteDeleteAsync());
        var after = await tenant.GetCallAsync(before.GetProperty("id").GetString()!);
        Assert.Equal(cancelled.GetRawText().Replace($"\"{contact.Id}\"", "null", StringComparison.Ordinal), after.GetRawText());
    }

    [Fact]
    public async Task The_call_s_own_first_message_wins_over_the_case_s_and_the_case_s_over_the_assistant_s()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var script = tenant.NewCase("Prompt");
        script.FirstMessage = "case";
        await tenant.AddAsync(script);
        var assistant = tenant.NewAssistant("Emma");
        assistant.FirstMessage = "assistant";
        await tenant.AddAsync(assistant);
        async Task<string?> FirstMessageAsync(string? own, bool withCase) => (await tenant.Api.PostAsync("/calls", new
        {
            to = To,
            from = Tenant.From,
            firstMessage = own,
            caseId = withCase ? script.Id.ToString() : null,
            assistantConfigId = assistant.Id.ToString(),
        })).ShouldBe(HttpStatusCode.Created).Data.GetProperty("firstMessage").GetString();

        Assert.Equal("own", await FirstMessageAsync("own", withCase: true));
        Assert.Equal("case", await FirstMessageAsync(null, withCase: true));
        Assert.Equal("assistant", await FirstMessageAsync(null, withCase: false));
    }

    [Fact]
    public async Task The_organization_s_default_assistant_is_not_chosen()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var assistant = tenant.NewAssistant("Default");
        assistant.IsDefault = true;
        assistant.FirstMessage = "Mine";
        await tenant.AddAsync(assistant);

        var call = await tenant.GetCallAsync(await tenant.PlaceCallAsync());

        Assert.Equal(JsonValueKind.Null, call.GetProperty("assistantConfigId").ValueKind);
        Assert.Equal(AssistantSnapshot.DefaultFirstMessage, call.GetProperty("firstMessage").GetString());
        Assert.Equal(AssistantSnapshot.DefaultPrompt, call.GetProperty("assistantConfigSnapshot").GetProperty("prompt").GetString());
    }

    [Fact]
    public async Task Metadata_and_variables_come_back_in_the_order_given()
    {
        const string Map = """{"zeta":"1","alpha":"2","A":"3","_x":"é😀\n"}""";
        var tenant = await run.Shared.CreateTenantAsync();

        var call = (await tenant.Api.PostAsync("/calls", $$"""{"to":"{{To}}","from":"{{Tenant.From}}","metadata":{{Map}},"variableValues":{{Map}}}""")).ShouldBe(HttpStatusCode.Created).Data;

        var read = await tenant.GetCallAsync(call.GetProperty("id").GetString()!);
        var listed = Assert.Single((await tenant.Api.GetAsync("/calls")).Data.EnumerateArray());
        Assert.All(
            [call.GetProperty("metadata"), call.GetProperty("variableValues"), read.GetProperty("metadata"), read.GetProperty("variableValues"), listed.GetProperty("metadata")],
            map => Assert.Equal(Map, map.GetRawText()));
    }

    [Fact]
    public async Task A_call_to_a_number_on_the_ledger_is_refused_and_recorded_as_failed_with_its_event()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var other = await run.Shared.CreateTenantAsync();
        await tenant.BlockAsync(To);

        (await tenant.Api.PostAsync("/calls", new { to = To, from = Tenant.From, scheduledAt = tenant.Now.AddDays(1) })).ShouldBeError(403, "CONTACT_OPTED_OUT");

        var call = Assert.Single((await tenant.Api.GetAsync("/calls")).Data.EnumerateArray());
        Assert.Equal(
            ("error", "contact-opted-out", "policy", false),
            (call.GetProperty("status").GetString(), call.GetProperty("endedReason").GetString(), call.GetProperty("fault").GetString(), call.GetProperty("retryable").GetBoolean()));
        Assert.Equal(JsonValueKind.Null, call.GetProperty("startedAt").ValueKind);
        var (type, data) = Assert.Single(await run.Shared.EventsOfAsync(call.GetProperty("id").GetString()!));
        Assert.Equal("call.failed", type);
        Assert.Equal(call.GetRawText(), data.GetRawText());
        await other.PlaceCallAsync(To);
    }

    [Fact]
    public async Task A_refused_request_records_nothing_but_an_opt_out()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        await tenant.BlockAsync(To);
        var unknown = tenant.NewContact("x", To).Id.ToString();

        (await tenant.Api.PostAsync("/calls", new { to = To, from = Tenant.From, contactId = unknown })).ShouldBeError(404, "NOT_FOUND");
        (await tenant.Api.PostAsync("/calls", new { to = To, from = "me" })).ShouldBeError(400, "VALIDATION_ERROR", "from");
        (await tenant.Api.PostAsync("/calls", new { to = "+14155550101", from = "+14155558880" })).ShouldBeError(422, "INVALID_PHONE");

        Assert.Empty((await tenant.Api.GetAsync("/calls")).Data.EnumerateArray());
        Assert.Equal(0, await run.Shared.InDatabaseAsync(db => db.Events.CountAsync(row => row.OrganizationId == tenant.Organization.Id)));
    }

    private static string[] Names(JsonElement json) => [.. json.EnumerateObject().Select(property => property.Name)];

    private static string Json(string text) => JsonSerializer.Serialize(text);

    private static string Emoji(int count) => string.Concat(Enumerable.Repeat("😀", count));

    private static string Map(int count, Func<int, string> name, string value = "x") =>
        JsonSerializer.Serialize(Enumerable.Range(0, count).ToDictionary(name, _ => value));

    /// <summary>A body that would do, with one field replaced.</summary>
    private static string BodyWith(string field, string json)
    {
        var fields = new Dictionary<string, string> { ["to"] = Json(To), ["from"] = Json(Tenant.From), [field] = json };
        return $"{{{string.Join(',', fields.Select(pair => $"\"{pair.Key}\":{pair.Value}"))}}}";
    }

    private static async Task<string> AddAsync(Tenant tenant, string field) => field switch
    {
        "contactId" => (await tenant.AddAsync(tenant.NewContact("Ada", To))).Id.ToString(),
        "caseId" => (await tenant.AddAsync(tenant.NewCase("Prompt"))).Id.ToString(),
        _ => (await tenant.AddAsync(tenant.NewAssistant("Emma"))).Id.ToString(),
    };
}
