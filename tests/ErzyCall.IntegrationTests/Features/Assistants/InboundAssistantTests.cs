using System.Net;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.Assistants;

public sealed class InboundAssistantTests(TestRun run)
{
    private static readonly string[] s_fields = ["id", "name", "systemPromptId", "createdAt"];

    [Fact]
    public async Task An_inbound_assistant_lives_from_its_creation_to_its_deletion()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var api = tenant.Api;
        var prompt = await tenant.CreateAsync("/prompts", new { name = "P", text = "Text" });

        var created = (await api.PostAsync("/assistants/inbound", new { name = "Reception", systemPromptId = prompt })).ShouldBe(HttpStatusCode.Created);
        var assistant = created.ShouldHave(s_fields);
        var path = $"/assistants/inbound/{assistant.GetProperty("id").GetString()}";
        Assert.Equal($"/api/v1{path}", created.Header("Location"));
        Assert.Equal(("Reception", prompt), (assistant.GetProperty("name").GetString(), assistant.GetProperty("systemPromptId").GetString()));
        Assert.Equal(created.Text, (await api.GetAsync(path)).ShouldBe(HttpStatusCode.OK).Text);
        Assert.Equal(assistant.GetRawText(), Assert.Single((await api.GetAsync("/assistants/inbound")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray()).GetRawText());
        (await api.DeleteAsync($"/prompts/{prompt}")).ShouldBeError(409, "CONFLICT");

        var changed = (await api.PatchAsync(path, """{"name":"Night shift","systemPromptId":null}""")).ShouldBe(HttpStatusCode.OK).ShouldHave(s_fields);
        Assert.Equal(("Night shift", null), (changed.GetProperty("name").GetString(), changed.GetProperty("systemPromptId").GetString()));
        Assert.Equal(changed.GetRawText(), (await api.GetAsync(path)).Data.GetRawText());
        (await api.DeleteAsync($"/prompts/{prompt}")).ShouldBe(HttpStatusCode.NoContent);

        Assert.Equal("", (await api.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent).Text);
        (await api.GetAsync(path)).ShouldBeError(404, "NOT_FOUND");
        (await api.PatchAsync(path, new { name = "Too late" })).ShouldBeError(404, "NOT_FOUND");
        (await api.DeleteAsync(path)).ShouldBeError(404, "NOT_FOUND");
        Assert.Empty((await api.GetAsync("/assistants/inbound")).Data.EnumerateArray());
    }

    [Fact]
    public async Task Its_prompt_is_one_of_its_own_organization()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var stranger = await run.Shared.CreateTenantAsync();
        var prompt = await stranger.CreateAsync("/prompts", new { name = "P", text = "Text" });
        (await tenant.Api.PostAsync("/assistants/inbound", new { name = "A", systemPromptId = prompt })).ShouldBeError(404, "NOT_FOUND");
        (await tenant.Api.PostAsync("/assistants/inbound", new { name = "A", systemPromptId = "prompt_1" })).ShouldBeError(400, "INVALID_ID", "systemPromptId");
        var path = $"/assistants/inbound/{await tenant.CreateAsync("/assistants/inbound", new { name = "A" })}";
        (await tenant.Api.PatchAsync(path, new { name = "B", systemPromptId = prompt })).ShouldBeError(404, "NOT_FOUND");
        (await tenant.Api.PatchAsync(path, new { systemPromptId = "prompt_1" })).ShouldBeError(400, "INVALID_ID", "systemPromptId");
        Assert.Equal("A", (await tenant.Api.GetAsync(path)).Data.GetProperty("name").GetString());
    }

    [Fact]
    public async Task Names_have_their_limits_and_cannot_be_cleared()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        (await tenant.Api.PostAsync("/assistants/inbound", new { })).ShouldBeError(400, "VALIDATION_ERROR", "name");
        (await tenant.Api.PostAsync("/assistants/inbound", new { name = new string('x', 201) })).ShouldBeError(400, "VALIDATION_ERROR", "name");
        (await tenant.Api.PostAsync("/assistants/inbound", new { name = "A", voice = new { } })).ShouldBeError(400, "VALIDATION_ERROR", "voice");
        var path = $"/assistants/inbound/{await tenant.CreateAsync("/assistants/inbound", new { name = new string('x', 200) })}";
        (await tenant.Api.PatchAsync(path, """{"name":null}""")).ShouldBeError(400, "VALIDATION_ERROR", "name");
        (await tenant.Api.PatchAsync(path, new { name = " " })).ShouldBeError(400, "VALIDATION_ERROR", "name");
    }

    [Fact]
    public async Task The_numbers_of_a_deleted_one_are_left_without()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var id = await tenant.CreateAsync("/assistants/inbound", new { name = "Reception" });
        await tenant.CreateAsync("/phone-numbers", new { phoneNumber = "+14155557001", inboundAssistantId = id });

        (await tenant.Api.DeleteAsync($"/assistants/inbound/{id}")).ShouldBe(HttpStatusCode.NoContent);

        var phone = (await tenant.Api.GetAsync("/phone-numbers")).Data.EnumerateArray().Single(row => row.GetProperty("phoneNumber").GetString() == "+14155557001");
        Assert.Null(phone.GetProperty("inboundAssistantId").GetString());
    }
}
