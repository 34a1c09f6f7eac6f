using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Platform.Http;

public sealed class RequestIdTests(TestRun run)
{
    [Theory]
    [InlineData("/api/v1/me")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Every_answer_has_a_new_id(string path)
    {
        var api = run.Shared.CreateApiClient();
        var first = (await api.GetAsync(path)).Header("X-Request-Id");
        var second = (await api.GetAsync(path)).Header("X-Request-Id");
        Assert.Matches("^req_[0-9a-z]{26}$", first);
        Assert.Matches("^req_[0-9a-z]{26}$", second);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task A_success_has_one_too()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        Assert.Matches("^req_[0-9a-z]{26}$", (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From })).Header("X-Request-Id"));
    }

    [Theory]
    [InlineData("req_1")]
    [InlineData("req_01h455vb4pex5vsknk084sn02q")]
    [InlineData("req_A-Z_a-z-0-9")]
    public async Task A_well_formed_id_of_the_client_is_kept(string id) =>
        Assert.Equal(id, (await run.Shared.CreateApiClient().GetAsync("/me", ("X-Request-Id", id))).Header("X-Request-Id"));

    [Theory]
    [InlineData("")]
    [InlineData("req_")]
    [InlineData("1234")]
    [InlineData("REQ_1")]
    [InlineData("req_a b")]
    [InlineData("req_a,req_b")]
    [InlineData("req_\"quoted\"")]
    [InlineData("req_01234567890123456789012345678901234567890123456789012345678901234")]
    public async Task A_malformed_id_of_the_client_is_replaced(string id) =>
        Assert.Matches("^req_[0-9a-z]{26}$", (await run.Shared.CreateApiClient().GetAsync("/me", ("X-Request-Id", id))).Header("X-Request-Id"));

    [Fact]
    public async Task Two_ids_of_the_client_are_replaced() =>
        Assert.Matches(
            "^req_[0-9a-z]{26}$", (await run.Shared.CreateApiClient().GetAsync("/me", ("X-Request-Id", "req_a"), ("X-Request-Id", "req_b"))).Header("X-Request-Id"));
}
