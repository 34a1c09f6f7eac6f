using System.Net;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Platform.Json;

/// <summary>JSON that is nested too deeply is JSON: the field is at fault, or the item of a batch.</summary>
public sealed class DeepBodyTests(TestRun run)
{
    [Theory]
    [InlineData("/calls", "metadata", "{\"to\":\"+14155550100\",\"from\":\"+14155559999\",\"metadata\":DEEP}")]
    [InlineData("/contacts", "customFields", "{\"title\":\"A\",\"phone\":\"+14155550100\",\"customFields\":DEEP}")]
    [InlineData("/contacts", "optOut", "{\"title\":\"A\",\"phone\":\"+14155550100\",\"optOut\":DEEP}")]
    [InlineData("/contacts", "tags", "{\"title\":\"A\",\"phone\":\"+14155550100\",\"tags\":DEEP}")]
    [InlineData("/cases", "variables", "{\"title\":\"A\",\"prompt\":\"B\",\"variables\":DEEP}")]
    [InlineData("/assistants/outbound", "voice", "{\"name\":\"A\",\"voice\":DEEP,\"model\":{\"provider\":\"a\"}}")]
    [InlineData("/assistants/outbound", "model", "{\"name\":\"A\",\"voice\":{\"provider\":\"a\"},\"model\":{\"a\":DEEP}}")]
    [InlineData("/do-not-call", "reason", "{\"phone\":\"+14155550100\",\"reason\":DEEP}")]
    [InlineData("/webhooks", "events", "{\"url\":\"https://example.com\",\"events\":DEEP}")]
    [InlineData("/calls/batch", "allowDuplicates", "{\"calls\":[{}],\"allowDuplicates\":DEEP}")]
    [InlineData("/contacts/batch", "onConflict", "{\"contacts\":[{}],\"onConflict\":DEEP}")]
    [InlineData("/calls", "colour", "{\"to\":\"+14155550100\",\"from\":\"+14155559999\",\"colour\":DEEP}")]
    public async Task A_field_that_is_nested_too_deeply_is_a_field_error(string path, string field, string body)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        foreach (var deep in Deep(64))
        {
            var answer = (await tenant.Api.PostAsync(path, body.Replace("DEEP", deep, StringComparison.Ordinal))).ShouldBe(HttpStatusCode.BadRequest);
            var error = answer.Json.GetProperty("error");
            Assert.Equal("VALIDATION_ERROR", error.GetProperty("code").GetString());
            Assert.StartsWith(field, Assert.Single(error.GetProperty("details").EnumerateArray()).GetProperty("field").GetString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/calls/batch", "{\"calls\":[ITEM,{\"to\":\"+14155550100\",\"from\":\"+14155559999\"}]}")]
    [InlineData("/contacts/batch", "{\"contacts\":[ITEM,{\"title\":\"A\",\"phone\":\"+14155550100\"}]}")]
    public async Task An_item_that_is_nested_too_deeply_is_refused_alone(string path, string body)
    {
        foreach (var deep in Deep(60).Concat(Deep(64)).Concat(Deep(5_000)))
        {
            var tenant = await run.Shared.CreateTenantAsync();
            foreach (var (item, field) in new[] { (deep, null), ($$"""{"metadata":{{deep}},"customFields":{{deep}}}""", ""), ($$"""{"phone":{{deep}}}""", "phone") })
            {
                var answer = (await tenant.Api.PostAsync(path, body.Replace("ITEM", item, StringComparison.Ordinal), $"{item.Length}")).ShouldBe(HttpStatusCode.Created);
                Assert.Equal(400, answer.Data[0].GetProperty("status").GetInt32());
                Assert.Equal("VALIDATION_ERROR", answer.Data[0].GetProperty("error").GetProperty("code").GetString());
                Assert.True(answer.Data[1].GetProperty("status").GetInt32() is 201 or 409, answer.Text);
            }
        }
    }

    [Fact]
    public async Task Defaults_are_a_field_of_the_batch()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        foreach (var deep in Deep(64))
        {
            var body = $$$"""{"defaults":{"metadata":{{{deep}}}},"calls":[{"to":"+14155550100","from":"{{{Tenant.From}}}"}]}""";
            (await tenant.Api.PostAsync("/calls/batch", body)).ShouldBeError(400, "VALIDATION_ERROR", "defaults");
        }
    }

    /// <summary>As deep as a body can be: to take it apart would take the square of its depth, which is minutes.</summary>
    [Theory]
    [InlineData("/calls", "", 120_000, 400)]
    [InlineData("/calls", "{\"metadata\":", 120_000, 400)]
    [InlineData("/assistants/outbound", "{\"voice\":", 120_000, 400)]
    [InlineData("/calls/batch", "{\"calls\":[", 1_000_000, 201)]
    [InlineData("/calls/batch", "{\"more\":1,\"calls\":[", 1_000_000, 400)]
    [InlineData("/calls/batch", "{\"defaults\":", 1_000_000, 400)]
    public async Task How_deep_costs_no_more_than_how_long(string path, string before, int levels, int status)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var after = string.Concat(before.Reverse().Where(character => character is '[' or '{').Select(character => character == '[' ? ']' : '}'));
        var answer = await tenant.Api.PostAsync(path, $"{before}{new string('[', levels)}{new string(']', levels)}{after}");
        Assert.Equal(status, (int)answer.Status);
        Assert.Contains("VALIDATION_ERROR", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sixty_four_levels_are_as_many_as_there_may_be()
    {
        await using var server = await run.StartServerAsync(new TestServerOptions { Settings = new Dictionary<string, string> { ["Api:UnknownFields"] = "Ignore" } });
        var tenant = await server.CreateTenantAsync();
        string Body(int more) => $$"""{"to":"+14155550100","from":"{{Tenant.From}}","more":{{new string('[', more)}}{{new string(']', more)}}}""";
        (await tenant.Api.PostAsync("/calls", Body(63))).ShouldBe(HttpStatusCode.Created);
        (await tenant.Api.PostAsync("/calls", Body(64))).ShouldBeError(400, "VALIDATION_ERROR", "more");
        var batch = (await tenant.Api.PostAsync("/calls/batch", $$"""{"allowDuplicates":true,"calls":[{{Body(63)}},{{Body(64)}}]}""")).ShouldBe(HttpStatusCode.Created);
        Assert.Equal([201, 400], batch.Data.EnumerateArray().Select(result => result.GetProperty("status").GetInt32()));
    }

    private static IEnumerable<string> Deep(int levels) =>
    [
        new string('[', levels) + new string(']', levels),
        string.Concat(Enumerable.Repeat("{\"a\":", levels)) + "1" + new string('}', levels),
        string.Concat(Enumerable.Repeat("[{\"a\":", levels / 2)) + "1" + string.Concat(Enumerable.Repeat("}]", levels / 2)),
    ];
}
