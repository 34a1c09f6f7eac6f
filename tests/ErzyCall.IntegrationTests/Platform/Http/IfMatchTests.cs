using System.Net;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Platform.Http;

public sealed class IfMatchTests(TestRun run)
{
    [Fact]
    public async Task A_change_or_deletion_happens_only_to_the_representation_that_was_read()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var path = $"/prompts/{await tenant.CreateAsync("/prompts", new { name = "A", text = "B" })}";
        var first = (await tenant.Api.GetAsync(path)).Header("ETag")!;
        (await tenant.Api.PatchAsync(path, new { name = "C" }, ("If-Match", first))).ShouldBe(HttpStatusCode.OK);

        (await tenant.Api.PatchAsync(path, new { name = "D" }, ("If-Match", first))).ShouldBeError(412, "PRECONDITION_FAILED");
        (await tenant.Api.DeleteAsync(path, ("If-Match", first))).ShouldBeError(412, "PRECONDITION_FAILED");
        (await tenant.Api.DeleteAsync(path, ("If-Match", "nonsense"))).ShouldBeError(412, "PRECONDITION_FAILED");
        var second = await tenant.Api.GetAsync(path);
        Assert.Equal("C", second.Data.GetProperty("name").GetString());

        (await tenant.Api.DeleteAsync(path, ("If-Match", $"W/{first}"))).ShouldBeError(412, "PRECONDITION_FAILED");
        (await tenant.Api.PatchAsync(path, new { name = "E" }, ("If-Match", $"\"other\", {second.Header("ETag")}"))).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.DeleteAsync(path, ("If-Match", "*"))).ShouldBe(HttpStatusCode.NoContent);
    }

    /// <summary>A proxy that compresses an answer makes its tag weak, and the client sends back what it got.</summary>
    [Fact]
    public async Task Our_own_tag_made_weak_on_its_way_is_taken_for_what_it_was()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var path = $"/prompts/{await tenant.CreateAsync("/prompts", new { name = "A", text = "B" })}";
        var tag = (await tenant.Api.GetAsync(path)).Header("ETag")!;
        foreach (var held in new[] { $"W/{tag}", $"W/\"other\", W/{tag}", $"\"other\",W/{tag}, \"another\"", "*" })
        {
            (await tenant.Api.GetAsync(path, ("If-None-Match", held))).ShouldBe(HttpStatusCode.NotModified);
        }

        (await tenant.Api.PatchAsync(path, new { name = "C" }, ("If-Match", $"W/{tag}"))).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.PatchAsync(path, new { name = "D" }, ("If-Match", $"W/{tag}"))).ShouldBeError(412, "PRECONDITION_FAILED");
        tag = (await tenant.Api.GetAsync(path)).Header("ETag")!;
        (await tenant.Api.DeleteAsync(path, ("If-Match", $"W/\"other\", W/{tag}"))).ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Of_many_changes_to_the_same_representation_one_is_made()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var path = $"/prompts/{await tenant.CreateAsync("/prompts", new { name = "A", text = "B" })}";
        var tag = (await tenant.Api.GetAsync(path)).Header("ETag")!;

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => tenant.Api.PatchAsync(path, new { name = $"Name {number}" }, ("If-Match", tag))));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(7, answers.Count(answer => answer.Status == HttpStatusCode.PreconditionFailed));
    }
}
