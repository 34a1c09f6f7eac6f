using System.Net;
using System.Text.Json;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.Assistants;

public sealed class OutboundAssistantTests(TestRun run)
{
    private const int Rounds = 10;

    private static readonly string[] s_fields =
    [
        "id", "name", "description", "isDefault", "firstMessage", "systemPrompt", "voice", "model", "transcriber",
        "backchannelingEnabled", "dialKeypadFunctionEnabled", "backgroundDenoisingEnabled", "createdAt", "updatedAt",
    ];

    [Fact]
    public async Task An_outbound_assistant_lives_from_its_creation_to_its_deletion()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var api = tenant.Api;
        const string Voice = """{"z":1.50,"provider":"acme","voiceId":"v1","settings":{"é":[true,null,1e3]}}""";

        var created = (await api.PostAsync("/assistants/outbound", $$$"""{"name":"Emma","voice":{{{Voice}}},"model":{"model":"m1","temperature":0.4}}""")).ShouldBe(HttpStatusCode.Created);
        var assistant = created.ShouldHave(s_fields);
        var path = $"/assistants/outbound/{assistant.GetProperty("id").GetString()}";
        Assert.Equal($"/api/v1{path}", created.Header("Location"));
        Assert.StartsWith(
            $$$"""
            {"id":"{{{assistant.GetProperty("id").GetString()}}}","name":"Emma","description":null,"isDefault":false,"firstMessage":null,"systemPrompt":null,"voice":{{{Voice}}},"model":{"model":"m1","temperature":0.4},"transcriber":null,"backchannelingEnabled":false,"dialKeypadFunctionEnabled":false,"backgroundDenoisingEnabled":false,"createdAt":
            """,
            assistant.GetRawText(),
            StringComparison.Ordinal);
        Assert.Equal(created.Text, (await api.GetAsync(path)).ShouldBe(HttpStatusCode.OK).Text);
        Assert.Equal(assistant.GetRawText(), Assert.Single((await api.GetAsync("/assistants/outbound")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray()).GetRawText());

        // An object is replaced whole; one that is left out stays.
        const string Change = """{"description":"D","isDefault":true,"firstMessage":"F","systemPrompt":"S","model":{"provider":"other"},"transcriber":{"language":"en-US"},"backchannelingEnabled":true,"dialKeypadFunctionEnabled":true,"backgroundDenoisingEnabled":true}""";
        var changed = (await api.PatchAsync(path, Change)).ShouldBe(HttpStatusCode.OK).ShouldHave(s_fields);
        Assert.Contains(
            $$$"""
            "name":"Emma","description":"D","isDefault":true,"firstMessage":"F","systemPrompt":"S","voice":{{{Voice}}},"model":{"provider":"other"},"transcriber":{"language":"en-US"},"backchannelingEnabled":true,"dialKeypadFunctionEnabled":true,"backgroundDenoisingEnabled":true,
            """,
            changed.GetRawText(),
            StringComparison.Ordinal);
        Assert.Equal(changed.GetRawText(), (await api.GetAsync(path)).Data.GetRawText());
        var cleared = (await api.PatchAsync(path, """{"description":null,"firstMessage":null,"systemPrompt":null,"transcriber":null,"isDefault":false}""")).ShouldBe(HttpStatusCode.OK).Data;
        Assert.All(["description", "firstMessage", "systemPrompt", "transcriber"], field => Assert.Equal(JsonValueKind.Null, cleared.GetProperty(field).ValueKind));
        Assert.False(cleared.GetProperty("isDefault").GetBoolean());
        Assert.Equal(cleared.GetRawText(), (await api.GetAsync(path)).Data.GetRawText());

        Assert.Equal("", (await api.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent).Text);
        (await api.GetAsync(path)).ShouldBeError(404, "NOT_FOUND");
        (await api.PatchAsync(path, new { name = "Too late" })).ShouldBeError(404, "NOT_FOUND");
        (await api.DeleteAsync(path)).ShouldBeError(404, "NOT_FOUND");
        Assert.Empty((await api.GetAsync("/assistants/outbound")).Data.EnumerateArray());
    }

    [Fact]
    public async Task Settings_may_be_nested_so_deep_that_everything_that_shows_them_can_be_written()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        static string Nested(int depth) => $$$"""{"name":"A","voice":{{{string.Concat(Enumerable.Repeat("{\"a\":", depth - 1))}}}[]{{{new string('}', depth - 1)}}},"model":{}}""";
        foreach (var depth in new[] { 33, 60, 62 })
        {
            (await tenant.Api.PostAsync("/assistants/outbound", Nested(depth))).ShouldBeError(400, "VALIDATION_ERROR", "voice");
        }

        var id = (await tenant.Api.PostAsync("/assistants/outbound", Nested(32))).ShouldBe(HttpStatusCode.Created).Data.GetProperty("id").GetString();
        var call = new { to = "+14155550100", from = Tenant.From, assistantConfigId = id };
        (await tenant.Api.GetAsync("/assistants/outbound")).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.PostAsync("/calls", call)).ShouldBe(HttpStatusCode.Created);
        (await tenant.Api.PostAsync("/calls/batch", new { calls = new[] { call } })).ShouldBe(HttpStatusCode.Created);
        (await tenant.Api.PatchAsync($"/assistants/outbound/{id}", Nested(33))).ShouldBeError(400, "VALIDATION_ERROR", "voice");
    }

    [Fact]
    public async Task A_call_keeps_the_id_and_the_snapshot_of_an_assistant_that_is_gone_and_waits_on()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var id = await tenant.CreateAsync("/assistants/outbound", new { name = "Emma", voice = new { voiceId = "v1" }, model = new { } });
        var call = await tenant.CreateAsync("/calls", new { to = "+14155550100", from = Tenant.From, assistantConfigId = id });
        var before = await tenant.GetCallAsync(call);

        (await tenant.Api.DeleteAsync($"/assistants/outbound/{id}")).ShouldBe(HttpStatusCode.NoContent);

        var after = await tenant.GetCallAsync(call);
        Assert.Equal(before.GetRawText(), after.GetRawText());
        Assert.Equal((id, "Emma"), (after.GetProperty("assistantConfigId").GetString(), after.GetProperty("assistantConfigSnapshot").GetProperty("name").GetString()));
    }

    public static TheoryData<string, string[]> Problems { get; } = new()
    {
        { """{"voice":"v","model":[],"transcriber":1}""", ["voice", "model", "transcriber"] },
        { """{"voice":{"provider":"","voiceId":"","model":1,"temperature":2.1,"language":"e"},"model":{}}""", ["voice.provider", "voice.voiceId", "voice.model", "voice.temperature", "voice.language"] },
        { """{"voice":{},"model":{"temperature":-0.1},"transcriber":{"language":"en_US"}}""", ["model.temperature", "transcriber.language"] },
        { """{"voice":{},"model":{"temperature":1e999},"transcriber":{"provider":null}}""", ["model.temperature", "transcriber.provider"] },
        { """{"voice":{},"model":{"temperature":"1"}}""", ["model.temperature"] },
        { """{"voice":{"a":{"b":["\ud800"]}},"model":{"\udc00":1}}""", ["voice", "model"] },
        { """{"voice":{"a":"\u0000"},"model":{"a":[{"\u0001":1}]}}""", ["voice", "model"] },
        { """{"voice":{},"model":{},"isDefault":"yes"}""", ["isDefault"] },
        { """{"voice":{},"model":{},"speed":1}""", ["speed"] },
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public async Task Every_field_at_fault_is_named(string body, string[] fields)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var response = await tenant.Api.PostAsync("/assistants/outbound", $$"""{"name":"A",{{body[1..]}}""");
        if (body.Contains("udc00", StringComparison.Ordinal))
        {
            // A name that is no text is refused before anything is read.
            response.ShouldBeError(400, "INVALID_JSON");
            return;
        }

        response.ShouldBeError(400, "VALIDATION_ERROR", fields);
        var path = $"/assistants/outbound/{await tenant.CreateAsync("/assistants/outbound", new { name = "A", voice = new { }, model = new { } })}";
        (await tenant.Api.PatchAsync(path, body)).ShouldBeError(400, "VALIDATION_ERROR", fields);
    }

    [Fact]
    public async Task A_property_given_twice_in_an_open_object_is_refused()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var response = (await tenant.Api.PostAsync("/assistants/outbound", """{"name":"A","voice":{"a":{"b":1,"b":2}},"model":{}}""")).ShouldBe(HttpStatusCode.BadRequest);
        Assert.StartsWith("voice", response.Json.GetProperty("error").GetProperty("details")[0].GetProperty("field").GetString(), StringComparison.Ordinal);
        (await tenant.Api.PostAsync("/assistants/outbound", """{"name":"A","voice":{"a":"\ud800"},"model":{}}""")).ShouldBeError(400, "VALIDATION_ERROR", "voice");
    }

    [Fact]
    public async Task Limits_hold_at_the_limit_and_not_beyond()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        object Body(int more) => new
        {
            name = new string('x', 200 + more),
            description = new string('x', 500 + more),
            firstMessage = new string('x', 1_000 + more),
            systemPrompt = new string('x', 20_000 + more),
            voice = new { a = new string('x', 4_096 - """{"a":""}""".Length + more) },
            model = new { provider = new string('x', 50 + more), model = new string('x', 100 + more), temperature = 2 + more, language = $"en-{new string('x', 8)}-{new string('x', 8)}-{new string('x', 8)}-{new string('x', 5 + more)}" },
            transcriber = new { voiceId = new string('x', 100 + more), temperature = -more },
        };
        (await tenant.Api.PostAsync("/assistants/outbound", Body(0))).ShouldBe(HttpStatusCode.Created);
        string[] fields = ["name", "description", "firstMessage", "systemPrompt", "voice", "model.provider", "model.model", "model.temperature", "model.language", "transcriber.voiceId", "transcriber.temperature"];
        (await tenant.Api.PostAsync("/assistants/outbound", Body(1))).ShouldBeError(400, "VALIDATION_ERROR", fields);
        var path = $"/assistants/outbound/{await tenant.CreateAsync("/assistants/outbound", Body(0))}";
        (await tenant.Api.PatchAsync(path, Body(1))).ShouldBeError(400, "VALIDATION_ERROR", fields);
        (await tenant.Api.PatchAsync(path, Body(0))).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.PostAsync("/assistants/outbound", new { })).ShouldBeError(400, "VALIDATION_ERROR", "name", "voice", "model");
        (await tenant.Api.PostAsync("/assistants/outbound", new { name = "A", voice = new { }, model = new { }, firstMessage = "", systemPrompt = "" }))
            .ShouldBeError(400, "VALIDATION_ERROR", "firstMessage", "systemPrompt");
        (await tenant.Api.PatchAsync(path, """{"name":null,"isDefault":null,"voice":null,"model":null,"backchannelingEnabled":null,"dialKeypadFunctionEnabled":null,"backgroundDenoisingEnabled":null}"""))
            .ShouldBeError(400, "VALIDATION_ERROR", "name", "isDefault", "voice", "model", "backchannelingEnabled", "dialKeypadFunctionEnabled", "backgroundDenoisingEnabled");
    }

    [Fact]
    public async Task Setting_the_default_moves_it_and_leaves_other_organizations_alone()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var other = await run.Shared.CreateTenantAsync();
        var others = await CreateAsync(other, isDefault: true);
        var first = await CreateAsync(tenant, isDefault: true);
        var second = await CreateAsync(tenant, isDefault: true);
        Assert.Equal([second], await DefaultsAsync(tenant));

        (await tenant.Api.PatchAsync($"/assistants/outbound/{first}", new { isDefault = true })).ShouldBe(HttpStatusCode.OK);
        Assert.Equal([first], await DefaultsAsync(tenant));
        (await tenant.Api.PatchAsync($"/assistants/outbound/{first}", new { isDefault = true })).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.PatchAsync($"/assistants/outbound/{second}", new { isDefault = false })).ShouldBe(HttpStatusCode.OK);
        Assert.Equal([first], await DefaultsAsync(tenant));
        (await tenant.Api.PatchAsync($"/assistants/outbound/{first}", new { isDefault = false })).ShouldBe(HttpStatusCode.OK);
        Assert.Empty(await DefaultsAsync(tenant));
        Assert.Equal([others], await DefaultsAsync(other));
    }

    [Fact]
    public async Task Many_that_set_the_default_at_once_all_succeed_and_one_is_left()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var ids = new List<string>();
        for (var number = 0; number < 4; number++)
        {
            ids.Add(await CreateAsync(tenant, isDefault: number == 0));
        }

        for (var round = 0; round < Rounds; round++)
        {
            var answers = await Task.WhenAll(
            [
                .. ids.Select(id => tenant.Api.PatchAsync($"/assistants/outbound/{id}", new { isDefault = true })),
                tenant.Api.PostAsync("/assistants/outbound", new { name = "New", isDefault = true, voice = new { }, model = new { } }, $"round-{round}"),
            ]);
            Assert.All(answers, answer => Assert.True((int)answer.Status is 200 or 201, answer.Text));
            Assert.Single(await DefaultsAsync(tenant));
        }
    }

    private static Task<string> CreateAsync(Tenant tenant, bool isDefault) =>
        tenant.CreateAsync("/assistants/outbound", new { name = "A", isDefault, voice = new { }, model = new { } });

    private static async Task<string[]> DefaultsAsync(Tenant tenant) =>
        [.. (await tenant.Api.GetAsync("/assistants/outbound")).Data.EnumerateArray().Where(row => row.GetProperty("isDefault").GetBoolean()).Select(row => row.GetProperty("id").GetString()!)];
}
