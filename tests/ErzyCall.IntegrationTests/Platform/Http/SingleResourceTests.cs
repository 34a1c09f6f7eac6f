using System.Net;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Platform.Http;

public sealed class SingleResourceTests(TestRun run)
{
    [Fact]
    public async Task A_call_that_has_not_changed_is_not_sent_again()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var path = $"/calls/{await tenant.PlaceCallAsync()}";
        var tag = (await tenant.Api.GetAsync(path)).ShouldBe(HttpStatusCode.OK).Header("ETag")!;
        Assert.Matches("^\"[A-Za-z0-9_-]+\"$", tag);
        foreach (var held in new[] { tag, $"W/{tag}", $"\"other\", {tag}", "*" })
        {
            var unchanged = (await tenant.Api.GetAsync(path, ("If-None-Match", held))).ShouldBe(HttpStatusCode.NotModified);
            Assert.Empty(unchanged.Text);
            Assert.Equal(tag, unchanged.Header("ETag"));
            Assert.NotNull(unchanged.Header("X-Request-Id"));
            Assert.NotNull(unchanged.Header("X-RateLimit-Remaining"));
        }
    }

    [Fact]
    public async Task A_call_that_has_changed_has_another_tag_and_is_sent()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var path = $"/calls/{await tenant.PlaceCallAsync()}";
        var tag = (await tenant.Api.GetAsync(path)).Header("ETag")!;
        (await tenant.Api.PostAsync($"{path}/cancel", null)).ShouldBe(HttpStatusCode.OK);
        var changed = (await tenant.Api.GetAsync(path, ("If-None-Match", tag))).ShouldBe(HttpStatusCode.OK);
        Assert.NotEqual(tag, changed.Header("ETag"));
        Assert.Equal("cancelled", changed.Data.GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("\"other\"")]
    [InlineData("not a tag")]
    [InlineData("")]
    public async Task Another_tag_or_none_gets_the_resource(string held)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var response = (await tenant.Api.GetAsync("/me", ("If-None-Match", held))).ShouldBe(HttpStatusCode.OK);
        Assert.NotNull(response.Header("ETag"));
    }

    [Fact]
    public async Task An_error_has_no_tag_and_is_never_not_modified()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var response = (await tenant.Api.GetAsync("/calls/call_01h455vb4pex5vsknk084sn02q", ("If-None-Match", "*"))).ShouldBeError(404, "NOT_FOUND");
        Assert.Null(response.Header("ETag"));
    }
}
