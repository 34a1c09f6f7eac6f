using System.Net;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.Prompts;

public sealed class PromptRoutesTests(TestRun run)
{
    private static readonly string[] s_fields = ["id", "name", "text", "createdAt", "updatedAt"];

    [Fact]
    public async Task A_prompt_lives_from_its_creation_to_its_deletion()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var api = tenant.Api;

        var created = (await api.PostAsync("/prompts", new { name = "Scheduler", text = "Offer {{date}}" })).ShouldBe(HttpStatusCode.Created);
        var prompt = created.ShouldHave(s_fields);
        var path = $"/prompts/{prompt.GetProperty("id").GetString()}";
        Assert.Equal($"/api/v1{path}", created.Header("Location"));
        Assert.Equal(("Scheduler", "Offer {{date}}"), (prompt.GetProperty("name").GetString(), prompt.GetProperty("text").GetString()));
        Assert.Equal(prompt.GetProperty("createdAt").GetString(), prompt.GetProperty("updatedAt").GetString());

        Assert.Equal(created.Text, (await api.GetAsync(path)).ShouldBe(HttpStatusCode.OK).Text);
        Assert.Equal(prompt.GetRawText(), Assert.Single((await api.GetAsync("/prompts")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray()).GetRawText());

        var changed = (await api.PatchAsync(path, new { text = "Offer two dates" })).ShouldBe(HttpStatusCode.OK).ShouldHave(s_fields);
        Assert.Equal(("Scheduler", "Offer two dates"), (changed.GetProperty("name").GetString(), changed.GetProperty("text").GetString()));
        Assert.Equal(changed.GetRawText(), (await api.GetAsync(path)).Data.GetRawText());

        Assert.Equal("", (await api.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent).Text);
        (await api.GetAsync(path)).ShouldBeError(404, "NOT_FOUND");
        (await api.PatchAsync(path, new { text = "Too late" })).ShouldBeError(404, "NOT_FOUND");
        (await api.DeleteAsync(path)).ShouldBeError(404, "NOT_FOUND");
        Assert.Empty((await api.GetAsync("/prompts")).Data.EnumerateArray());
    }

    [Fact]
    public async Task A_prompt_that_a_case_uses_cannot_be_deleted()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var id = await tenant.CreateAsync("/prompts", new { name = "Used", text = "Be kind" });
        var caseId = (await tenant.AddAsync(tenant.NewCase("x"))).Id.Value;
        await run.Shared.ExecuteSqlAsync($"UPDATE cases SET prompt = NULL, system_prompt_id = (SELECT id FROM prompts WHERE organization_id = '{tenant.Organization.Id.Value}') WHERE id = '{caseId}'");

        var refused = (await tenant.Api.DeleteAsync($"/prompts/{id}")).ShouldBeError(409, "CONFLICT");
        Assert.Contains("Other resources use this one", refused.Text, StringComparison.Ordinal);
        (await tenant.Api.GetAsync($"/prompts/{id}")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Names_and_texts_have_their_limits()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        (await tenant.Api.PostAsync("/prompts", new { })).ShouldBeError(400, "VALIDATION_ERROR", "name", "text");
        (await tenant.Api.PostAsync("/prompts", new { name = " ", text = "" })).ShouldBeError(400, "VALIDATION_ERROR", "name", "text");
        (await tenant.Api.PostAsync("/prompts", new { name = new string('x', 201), text = new string('x', 20_001) })).ShouldBeError(400, "VALIDATION_ERROR", "name", "text");
        var id = await tenant.CreateAsync("/prompts", new { name = new string('x', 200), text = string.Concat(Enumerable.Repeat("😀", 20_000)) });
        (await tenant.Api.PatchAsync($"/prompts/{id}", new { name = " ", text = new string('x', 20_001) })).ShouldBeError(400, "VALIDATION_ERROR", "name", "text");
    }
}
