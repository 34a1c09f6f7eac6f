using System.Globalization;
using System.Net;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.Usage;

public sealed class GetUsageTests(TestRun run)
{
    private const string NoCalls =
        """{"total":0,"byStatus":{"new":0,"scheduled":0,"processing":0,"ended":0,"cancelled":0,"error":0},"byEndedReason":{},"answered":0,"answeredShare":null,"minutes":0}""";

    [Fact]
    public async Task Calls_are_counted_by_status_and_reason_all_in_all_and_by_day()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        await CallAsync(tenant, "2026-03-01T00:00:00.000Z", "ended", "customer-ended-call", 61);
        await CallAsync(tenant, "2026-03-01T23:59:59.999Z", "ended", "assistant-ended-call", 30);
        await CallAsync(tenant, "2026-03-03T00:00:00.000Z", "ended", "customer-busy", null);
        await CallAsync(tenant, "2026-03-03T12:00:00.000Z", "cancelled", "manually-canceled", null);
        await CallAsync(tenant, "2026-03-03T13:00:00.000Z", "error", "carrier-rejected", null);
        await CallAsync(tenant, "2026-03-03T14:00:00.000Z", "error", "deadline-exceeded", 7);
        await CallAsync(tenant, "2026-03-03T15:00:00.000Z", "new", null, null);

        // Not in the range, or not the caller's.
        await CallAsync(tenant, "2026-02-28T23:59:59.999Z", "ended", "voicemail", 600);
        await CallAsync(tenant, "2026-03-04T00:00:00.000Z", "ended", "voicemail", 600);
        await CallAsync(await run.Shared.CreateTenantAsync(), "2026-03-01T00:00:00.000Z", "ended", "voicemail", 600);

        const string Range = "from=2026-03-01T00:00:00Z&to=2026-03-04T00:00:00Z";
        const string Total =
            """
            {"total":7,"byStatus":{"new":1,"scheduled":0,"processing":0,"ended":3,"cancelled":1,"error":2},"byEndedReason":{"assistant-ended-call":1,"carrier-rejected":1,"customer-busy":1,"customer-ended-call":1,"deadline-exceeded":1,"manually-canceled":1},"answered":3,"answeredShare":0.5,"minutes":1.63}
            """;
        var usage = (await tenant.Api.GetAsync($"/usage?{Range}&groupBy=day")).ShouldBe(HttpStatusCode.OK).Data;
        Assert.Equal("2026-03-01T00:00:00.000Z", usage.GetProperty("from").GetString());
        Assert.Equal("2026-03-04T00:00:00.000Z", usage.GetProperty("to").GetString());
        Assert.Equal(Total, usage.GetProperty("calls").GetRawText());
        var days = usage.GetProperty("days").EnumerateArray().ToList();
        Assert.Equal(["2026-03-01", "2026-03-02", "2026-03-03"], days.Select(day => day.GetProperty("date").GetString()));
        Assert.Equal(
            """{"total":2,"byStatus":{"new":0,"scheduled":0,"processing":0,"ended":2,"cancelled":0,"error":0},"byEndedReason":{"assistant-ended-call":1,"customer-ended-call":1},"answered":2,"answeredShare":1,"minutes":1.52}""",
            days[0].GetProperty("calls").GetRawText());
        Assert.Equal(NoCalls, days[1].GetProperty("calls").GetRawText());
        Assert.Equal((5, 1), (days[2].GetProperty("calls").GetProperty("total").GetInt32(), days[2].GetProperty("calls").GetProperty("answered").GetInt32()));
        Assert.Equal(0.25, days[2].GetProperty("calls").GetProperty("answeredShare").GetDouble());

        var total = (await tenant.Api.GetAsync($"/usage?{Range}")).ShouldBe(HttpStatusCode.OK).Data;
        Assert.Equal(Total, total.GetProperty("calls").GetRawText());
        Assert.Empty(total.GetProperty("days").EnumerateArray());
    }

    [Fact]
    public async Task Messages_are_counted_when_the_platform_has_taken_them_and_when_they_arrive()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var conversation = await tenant.HearAsync(await tenant.ConnectAsync());
        foreach (var body in new[] { "one", "two" })
        {
            (await tenant.Api.PostAsync("/whatsapp/messages", new { conversationId = conversation, type = "text", text = new { body } })).ShouldBe(HttpStatusCode.Created);
        }

        async Task<string[]> MessagesAsync(Tenant of) =>
            (await of.Api.GetAsync("/usage?groupBy=day")).ShouldBe(HttpStatusCode.OK).Data is var usage
                ? [usage.GetProperty("messages").GetRawText(), usage.GetProperty("days").EnumerateArray().Last().GetProperty("messages").GetRawText(), usage.GetProperty("days")[0].GetProperty("messages").GetRawText()]
                : [];

        const string None = """{"sent":0,"received":0}""";
        Assert.Equal(["""{"sent":0,"received":1}""", """{"sent":0,"received":1}""", None], await MessagesAsync(tenant));
        await run.Shared.ExecuteSqlAsync(
            $"UPDATE messages SET status = 'sent', sent_at = created_at, meta_id = 'p-{tenant.Organization.Id.Value}' WHERE direction = 'outbound' AND organization_id = '{tenant.Organization.Id.Value}' AND text->>'body' = 'one'");
        Assert.Equal(["""{"sent":1,"received":1}""", """{"sent":1,"received":1}""", None], await MessagesAsync(tenant));
        Assert.Equal([None, None, None], await MessagesAsync(await run.Shared.CreateTenantAsync()));
    }

    [Fact]
    public async Task A_range_that_begins_within_a_day_counts_and_shows_only_what_is_in_it()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        await CallAsync(tenant, "2026-03-01T11:59:59.999Z", "ended", "voicemail", null);
        await CallAsync(tenant, "2026-03-01T12:00:00.000Z", "ended", "voicemail", null);
        await CallAsync(tenant, "2026-03-02T12:00:00.000Z", "ended", "voicemail", null);

        // The offset is the client's; days are UTC's.
        var usage = (await tenant.Api.GetAsync("/usage?from=2026-03-01T14:00:00%2B02:00&to=2026-03-02T12:00:00.001Z&groupBy=day")).ShouldBe(HttpStatusCode.OK).Data;
        Assert.Equal(["2026-03-01:1", "2026-03-02:1"], usage.GetProperty("days").EnumerateArray().Select(day => $"{day.GetProperty("date")}:{day.GetProperty("calls").GetProperty("total")}"));
    }

    [Fact]
    public async Task Left_out_the_range_is_the_last_30_days_up_to_now()
    {
        await using var engine = await CallEngine.StartAsync(run);
        await engine.Tenant.PlaceCallAsync();
        await CallAsync(engine.Tenant, "2026-05-02T09:59:59.999Z", "ended", "voicemail", null);
        await CallAsync(engine.Tenant, "2026-05-02T10:00:00.001Z", "ended", "voicemail", null);

        var usage = (await engine.Tenant.Api.GetAsync("/usage?groupBy=day")).ShouldBe(HttpStatusCode.OK).Data;
        Assert.Equal(("2026-05-02T10:00:00.001Z", "2026-06-01T10:00:00.001Z"), (usage.GetProperty("from").GetString(), usage.GetProperty("to").GetString()));
        Assert.Equal(2, usage.GetProperty("calls").GetProperty("total").GetInt32());
        Assert.Equal(31, usage.GetProperty("days").GetArrayLength());
        Assert.Equal("2026-05-02T10:30:00.000Z", (await engine.Tenant.Api.GetAsync("/usage?to=2026-06-01T10:30:00Z")).Data.GetProperty("from").GetString());
    }

    [Fact]
    public async Task An_organization_that_did_nothing_has_zeros()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var usage = (await tenant.Api.GetAsync("/usage?from=2026-03-01T00:00:00Z&to=2026-03-01T00:00:00Z&groupBy=day")).ShouldBe(HttpStatusCode.OK).Data;
        Assert.Equal(NoCalls, usage.GetProperty("calls").GetRawText());
        Assert.Empty(usage.GetProperty("days").EnumerateArray());
    }

    [Theory]
    [InlineData("from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z", "from")]
    [InlineData("from=2025-03-01T00:00:00Z&to=2026-03-02T00:00:00.001Z", "from")]
    [InlineData("from=2026-03-01", "from")]
    [InlineData("to=yesterday&groupBy=week", "to", "groupBy")]
    [InlineData("from=9999-12-31T23:59:59Z", "from")]
    public async Task A_range_that_is_none_or_too_long_is_refused(string query, params string[] fields) =>
        (await (await run.Shared.CreateTenantAsync()).Api.GetAsync($"/usage?{query}")).ShouldBeError(400, "VALIDATION_ERROR", fields);

    [Theory]
    [InlineData("from=2025-03-01T00:00:00Z&to=2026-03-02T00:00:00Z&groupBy=day", 366)]
    [InlineData("to=0001-01-02T00:00:00Z&groupBy=day", 1)]
    [InlineData("from=9999-12-31T00:00:00Z&to=9999-12-31T23:59:59.999Z&groupBy=day", 1)]
    public async Task The_longest_and_the_furthest_ranges_are_answered(string query, int days) =>
        Assert.Equal(days, (await (await run.Shared.CreateTenantAsync()).Api.GetAsync($"/usage?{query}")).ShouldBe(HttpStatusCode.OK).Data.GetProperty("days").GetArrayLength());

    /// <summary>A call as it stood after its life, at a time of the test's choosing.</summary>
    private static async Task CallAsync(Tenant tenant, string createdAt, string status, string? reason, int? duration)
    {
        var id = Id<Call>.Parse(await tenant.PlaceCallAsync()).Value;
        if (status is "ended")
        {
            await tenant.Server.ExecuteSqlAsync($"UPDATE calls SET status = 'processing', next_look_at = created_at, started_at = created_at, carrier = 'simulator' WHERE id = '{id}'");
        }

        var end = reason is null ? "" : $", ended_at = created_at, ended_reason = '{reason}', fault = 'none', retryable = false, duration = {duration?.ToString(CultureInfo.InvariantCulture) ?? "NULL"}";
        await tenant.Server.ExecuteSqlAsync($"UPDATE calls SET status = '{status}', next_look_at = {(status is "processing" ? "created_at" : "NULL")}, created_at = '{createdAt}'{end} WHERE id = '{id}'");
    }
}
