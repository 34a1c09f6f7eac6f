using System.Net;
using System.Text.Json;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.Calls.Policy;

public sealed class CallingPolicyRoutesTests(TestRun run)
{
    private const string Off =
        """{"hours":null,"timeZone":"recipient","fallbackTimeZone":"UTC","outsideHours":"wait","maxPerNumber":null}""";

    private const string NoDay = "Must be one of mon, tue, wed, thu, fri, sat, sun";
    private const string NoTime = "Must be a time of day, HH:mm (e.g., 09:00)";
    private const string NoZone = "Must be recipient or an IANA time zone (e.g., Europe/Berlin)";

    [Fact]
    public async Task Everything_is_off_until_it_is_set_and_each_field_is_set_by_itself()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var other = await run.Shared.CreateTenantAsync();
        Assert.Equal(Off, await ShownAsync(tenant));

        const string Hours = """[{"days":["fri","mon"],"from":"09:00","to":"24:00"},{"days":["sun"],"from":"00:00","to":"00:01"}]""";
        const string Cap = """{"count":100,"hours":720}""";
        const string Others = """
            "timeZone":"Europe/Berlin","fallbackTimeZone":"Pacific/Kiritimati","outsideHours":"refuse"
            """;
        (await PatchAsync(tenant, $$"""{"hours":{{Hours}},"maxPerNumber":{{Cap}}}""")).ShouldBe(HttpStatusCode.OK);
        var changed = (await PatchAsync(tenant, $"{{{Others}}}")).ShouldBe(HttpStatusCode.OK).Data.GetRawText();
        Assert.Equal($$"""{"hours":{{Hours}},{{Others}},"maxPerNumber":{{Cap}}}""", changed);
        Assert.Equal(changed, await ShownAsync(tenant));

        (await PatchAsync(tenant, Off)).ShouldBe(HttpStatusCode.OK);
        Assert.Equal(Off, await ShownAsync(tenant));
        Assert.Equal(Off, await ShownAsync(other));
    }

    [Theory]
    [InlineData("""{"hours":[]}""", "hours", "Must have 1 to 21 entries")]
    [InlineData("""{"hours":[null]}""", "hours[0]", "Must be an object")]
    [InlineData("""{"hours":[{"from":"09:00","to":"10:00"}]}""", "hours[0].days", "Required")]
    [InlineData("""{"hours":[{"days":[],"from":"09:00","to":"10:00"}]}""", "hours[0].days", "Must have 1 to 7 entries")]
    [InlineData("""{"hours":[{"days":["mon","Tue"],"from":"09:00","to":"10:00"}]}""", "hours[0].days[1]", NoDay)]
    [InlineData("""{"hours":[{"days":["mon",null],"from":"09:00","to":"10:00"}]}""", "hours[0].days[1]", NoDay)]
    [InlineData("""{"hours":[{"days":["mon","tue","mon"],"from":"09:00","to":"10:00"}]}""", "hours[0].days[2]", "Must be there only once")]
    [InlineData("""{"hours":[{"days":["mon"],"to":"10:00"}]}""", "hours[0].from", "Required")]
    [InlineData("""{"hours":[{"days":["mon"],"from":"9:00","to":"10:00"}]}""", "hours[0].from", NoTime)]
    [InlineData("""{"hours":[{"days":["mon"],"from":"24:00","to":"24:00"}]}""", "hours[0].from", NoTime)]
    [InlineData("""{"hours":[{"days":["mon"],"from":"09:00"}]}""", "hours[0].to", "Required")]
    [InlineData("""{"hours":[{"days":["mon"],"from":"09:00","to":"24:01"}]}""", "hours[0].to", NoTime + ", or 24:00")]
    [InlineData("""{"hours":[{"days":["mon"],"from":"09:00","to":"10:60"}]}""", "hours[0].to", NoTime + ", or 24:00")]
    [InlineData("""{"hours":[{"days":["mon"],"from":"09:00","to":"09:00"}]}""", "hours[0].to", "Must be later than from")]
    [InlineData("""{"hours":[{"days":["mon"],"from":"22:00","to":"06:00"}]}""", "hours[0].to", "Must be later than from")]
    [InlineData("""{"hours":[{"days":["mon"],"from":"09:00","to":"10:00","until":"11:00"}]}""", "hours[0].until", null)]
    [InlineData("""{"timeZone":null}""", "timeZone", "Must not be null")]
    [InlineData("""{"timeZone":"Europe/Atlantis"}""", "timeZone", NoZone)]
    [InlineData("""{"timeZone":"europe/berlin"}""", "timeZone", NoZone)]
    [InlineData("""{"timeZone":"UTC+03"}""", "timeZone", NoZone)]
    [InlineData("""{"timeZone":""}""", "timeZone", NoZone)]
    [InlineData("""{"fallbackTimeZone":null}""", "fallbackTimeZone", "Must not be null")]
    [InlineData("""{"fallbackTimeZone":"recipient"}""", "fallbackTimeZone", "Must be an IANA time zone (e.g., Europe/Berlin)")]
    [InlineData("""{"outsideHours":null}""", "outsideHours", "Must not be null")]
    [InlineData("""{"outsideHours":"Wait"}""", "outsideHours", "Must be one of wait, refuse")]
    [InlineData("""{"maxPerNumber":{"hours":24}}""", "maxPerNumber.count", "Required")]
    [InlineData("""{"maxPerNumber":{"count":3}}""", "maxPerNumber.hours", "Required")]
    [InlineData("""{"maxPerNumber":{"count":0,"hours":24}}""", "maxPerNumber.count", "Must be 1 to 100")]
    [InlineData("""{"maxPerNumber":{"count":101,"hours":24}}""", "maxPerNumber.count", "Must be 1 to 100")]
    [InlineData("""{"maxPerNumber":{"count":3,"hours":0}}""", "maxPerNumber.hours", "Must be 1 to 720")]
    [InlineData("""{"maxPerNumber":{"count":3,"hours":721}}""", "maxPerNumber.hours", "Must be 1 to 720")]
    [InlineData("""{"maxPerNumber":{"count":"3","hours":24}}""", "maxPerNumber.count", null)]
    [InlineData("""{"maxPerNumber":{"count":1.5,"hours":24}}""", "maxPerNumber.count", null)]
    [InlineData("""{"hour":null}""", "hour", null)]
    public async Task A_field_that_does_not_fit_is_named_and_nothing_is_changed(string body, string field, string? message)
    {
        var tenant = await run.Shared.CreateTenantAsync();

        var error = (await tenant.Api.PatchAsync("/calling-policy", body)).ShouldBeError(400, "VALIDATION_ERROR", field);

        if (message is not null)
        {
            Assert.Equal(message, error.Json.GetProperty("error").GetProperty("details")[0].GetProperty("message").GetString());
        }

        Assert.Equal(Off, await ShownAsync(tenant));
    }

    [Fact]
    public async Task All_problems_are_reported_together_and_nothing_to_change_is_one()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        const string Hours = """[{"days":["mon"],"from":"1","to":"2"},{"days":["x","mon","mon"]}]""";
        (await PatchAsync(tenant, $$"""{"hours":{{Hours}},"maxPerNumber":{},"timeZone":"x"}""")).ShouldBeError(
            400,
            "VALIDATION_ERROR",
            "hours[0].from",
            "hours[0].to",
            "hours[1].days[0]",
            "hours[1].days[2]",
            "hours[1].from",
            "hours[1].to",
            "timeZone",
            "maxPerNumber.count",
            "maxPerNumber.hours");
        (await PatchAsync(tenant, "{}")).ShouldBeError(400, "VALIDATION_ERROR");
        (await PatchAsync(tenant, new { hours = Enumerable.Repeat(Window, 22) })).ShouldBeError(400, "VALIDATION_ERROR", "hours");
        (await PatchAsync(tenant, new { hours = Enumerable.Repeat(Window, 21) })).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Reading_and_changing_it_and_ignoring_it_take_scopes_of_their_own()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var (_, reads) = await tenant.AddKeyAsync(["calling_policy:read"]);
        var (_, writes) = await tenant.AddKeyAsync(["calling_policy:write"]);
        var (_, calls) = await tenant.AddKeyAsync(["calls:write"]);
        (await reads.GetAsync("/calling-policy")).ShouldBe(HttpStatusCode.OK);
        Lacks(await reads.PatchAsync("/calling-policy", """{"hours":null}"""), "calling_policy:write");
        (await writes.PatchAsync("/calling-policy", """{"hours":null}""")).ShouldBe(HttpStatusCode.OK);
        Lacks(await writes.GetAsync("/calling-policy"), "calling_policy:read");

        // Before all that needs to be looked up; and in a batch it is the item's.
        const string To = "+14155550100";
        Lacks(await calls.PostAsync("/calls", new { to = To, from = "+14155551111", ignorePolicy = true }), "calling_policy:write");
        (await calls.PostAsync("/calls", new { to = To, from = Tenant.From, ignorePolicy = false })).ShouldBe(HttpStatusCode.Created);
        (await calls.PostAsync("/calls", new { to = To, from = Tenant.From, ignorePolicy = "true" }))
            .ShouldBeError(400, "VALIDATION_ERROR", "ignorePolicy");
        var batch = (await calls.PostAsync("/calls/batch", new
        {
            defaults = new { from = Tenant.From },
            calls = new object[] { new { to = "+14155550101", ignorePolicy = true }, new { to = "+14155550102" } },
        })).ShouldBe(HttpStatusCode.Created).Data;
        Assert.Equal([403, 201], batch.EnumerateArray().Select(item => item.GetProperty("status").GetInt32()));
        Names(batch[0].GetProperty("error"), "calling_policy:write");
        var preview = (await calls.PostAsync("/calls/preview", new { to = To, from = Tenant.From, ignorePolicy = true }))
            .ShouldBe(HttpStatusCode.OK).Data;
        Names(Assert.Single(preview.GetProperty("refusals").EnumerateArray()), "calling_policy:write");

        static void Lacks(ApiResponse answer, string scope) =>
            Names(answer.ShouldBeError(403, "INSUFFICIENT_SCOPE").Json.GetProperty("error"), scope);

        static void Names(JsonElement error, string scope) => Assert.Equal(
            ("INSUFFICIENT_SCOPE", $"API key lacks required scope: {scope}"),
            (error.GetProperty("code").GetString(), error.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task It_has_a_tag_by_which_it_is_changed_only_as_it_was_read()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var off = (await tenant.Api.GetAsync("/calling-policy")).ShouldBe(HttpStatusCode.OK).Header("ETag")!;
        (await tenant.Api.GetAsync("/calling-policy", ("If-None-Match", off))).ShouldBe(HttpStatusCode.NotModified);
        (await tenant.Api.PatchAsync("/calling-policy", """{"outsideHours":"refuse"}""", ("If-Match", off))).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.PatchAsync("/calling-policy", """{"outsideHours":"wait"}""", ("If-Match", off)))
            .ShouldBeError(412, "PRECONDITION_FAILED");
        Assert.Equal("refuse", JsonElement.Parse(await ShownAsync(tenant)).GetProperty("outsideHours").GetString());
    }

    [Fact]
    public async Task The_first_changes_may_all_come_at_once()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var answers = await Task.WhenAll(
            Enumerable.Range(1, 8).Select(count => PatchAsync(tenant, new { maxPerNumber = new { count, hours = 24 } })));
        Assert.All(answers, answer => answer.ShouldBe(HttpStatusCode.OK));
    }

    private static object Window => new { days = new[] { "mon" }, from = "09:00", to = "10:00" };

    private static Task<ApiResponse> PatchAsync(Tenant tenant, object body) => tenant.Api.PatchAsync("/calling-policy", body);

    private static async Task<string> ShownAsync(Tenant tenant) =>
        (await tenant.Api.GetAsync("/calling-policy")).ShouldBe(HttpStatusCode.OK).Data.GetRawText();
}
