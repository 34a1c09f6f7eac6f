using System.Text.Json;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Platform.Json;

public sealed class OutputTests(TestRun run)
{
    [Fact]
    public async Task A_call_is_written_compactly_with_every_field_and_times_to_the_millisecond_in_UTC()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 15, 10, 30, 0, TimeSpan.Zero).AddTicks(1_239_999));
        await using var server = await run.StartServerAsync(new TestServerOptions { Clock = clock });
        var tenant = await server.CreateTenantAsync();
        var response = await tenant.Api.PostAsync("/calls", new
        {
            to = "+14155550100",
            from = Tenant.From,
            firstMessage = "Grüße \"<&>\" 😀\n\t",
            scheduledAt = "2026-02-01T01:00+02:00",
            metadata = new Dictionary<string, string> { ["z"] = "1", ["a"] = "2" },
        });
        var id = response.Data.GetProperty("id").GetString();
        Assert.Equal($"/api/v1/calls/{id}", response.Header("Location"));
        var snapshot = response.Data.GetProperty("assistantConfigSnapshot").GetRawText();
        Assert.Equal(
            $$$"""{"data":{"id":"{{{id}}}","status":"scheduled","direction":"outbound","provider":"simulator","to":"+14155550100","from":"+14155559999","contactId":null,"caseId":null,"assistantConfigId":null,"""
            + """
              "firstMessage":"Grüße \"<&>\" 😀\n\t","variableValues":{},"metadata":{"z":"1","a":"2"},"scheduledAt":"2026-01-31T23:00:00.000Z","startedAt":null,"endedAt":null,
              """
            + """
              "duration":null,"endedReason":null,"fault":null,"retryable":null,"failure":null,"answeredBy":null,"dialAt":"2026-01-31T23:00:00.000Z",
              """
            + """
              "policyIgnored":false,"transcript":[],"recordingUrl":null,"cost":null,"analysis":null,
              """
            + $$$"""
              "assistantConfigSnapshot":{{{snapshot}}},"createdAt":"2026-01-15T10:30:00.123Z","updatedAt":"2026-01-15T10:30:00.123Z"}}
              """,
            response.Text);
        Assert.Equal(["name", "prompt", "voice", "model", "transcriber"], response.Data.GetProperty("assistantConfigSnapshot").EnumerateObject().Select(member => member.Name));

        // Read back from the database it is the same to the byte, but for what jsonb may reorder: metadata keeps its order.
        Assert.Equal(response.Text, (await tenant.Api.GetAsync($"/calls/{id}")).Text);

        var list = await tenant.Api.GetAsync("/calls");
        var item = Assert.Single(list.Data.EnumerateArray());
        Assert.Equal(
            response.Data.EnumerateObject().Select(member => member.Name).Except(["transcript", "variableValues", "analysis", "assistantConfigSnapshot"]),
            item.EnumerateObject().Select(member => member.Name));
        Assert.Equal("""{"cursor":null,"hasMore":false,"pageSize":25}""", list.Json.GetProperty("pagination").GetRawText());
        Assert.Equal(["data", "pagination"], list.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(JsonValueKind.Null, item.GetProperty("endedAt").ValueKind);
    }
}
