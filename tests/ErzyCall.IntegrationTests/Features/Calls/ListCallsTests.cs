using System.Net;
using System.Text.Json;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.Calls;

/// <summary>One call of each kind, a minute after another from 10:00, each labelled in its metadata.</summary>
public sealed class ListedCalls(TestRun run) : IAsyncLifetime
{
    private CallEngine? _engine;

    internal Tenant Tenant => _engine!.Tenant;

    internal Dictionary<string, string> Ids { get; } = [];

    public async ValueTask InitializeAsync()
    {
        _engine = await CallEngine.StartAsync(run);
        var contact = await AddAsync("contact", Tenant.NewContact("Ada", "+14155550100"), row => row.Id.ToString());
        var otherContact = await AddAsync("other contact", Tenant.NewContact("Bob", "+14155550101"), row => row.Id.ToString());
        await AddAsync("unused contact", Tenant.NewContact("Eve", "+14155550102"), row => row.Id.ToString());
        await AddAsync("unused case", Tenant.NewCase("Prompt"), row => row.Id.ToString());
        var script = await AddAsync("case", Tenant.NewCase("Prompt"), row => row.Id.ToString());
        await Tenant.AddAsync(Tenant.NewPhoneNumber("+14155559998"));
        await Tenant.BlockAsync("+14155550666");

        await PlaceAsync("ended", new { to = "+14155550100", from = Tenant.From, contactId = contact, caseId = script, metadata = new { label = "ended", team = "x", order = "1" } });
        await _engine.RunAllAsync();
        await PlaceAsync("processing", new { to = "+14155550007", from = Tenant.From, metadata = new { label = "processing", team = "x", order = "2" } });
        await _engine.Server.RunAsync<CallDispatchJob>();
        await PlaceAsync("scheduled", new { to = "+14155550100", from = Tenant.From, contactId = contact, scheduledAt = "2026-06-02T10:00:00Z", metadata = new { label = "scheduled", team = "y", order = "1" } });
        var cancelled = await PlaceAsync("cancelled", new { to = "+14155550101", from = "+14155559998", contactId = otherContact, caseId = script, metadata = new { label = "cancelled" } });
        (await Tenant.Api.PostAsync($"/calls/{cancelled}/cancel", null)).ShouldBe(HttpStatusCode.OK);
        (await Tenant.Api.PostAsync("/calls", new { to = "+14155550666", from = Tenant.From, contactId = contact, metadata = new { label = "error" } })).ShouldBeError(403, "CONTACT_OPTED_OUT");
        _engine.Clock.Advance(TimeSpan.FromMinutes(1));
        await PlaceAsync("new", new { to = "+14155559998", from = Tenant.From, contactId = otherContact, metadata = new { label = "new", team = "X" } });
        await (await _engine.Server.CreateTenantAsync()).PlaceCallAsync("+14155550100");
    }

    public ValueTask DisposeAsync() => _engine?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<string> PlaceAsync(string label, object body)
    {
        var id = (await Tenant.Api.PostAsync("/calls", body)).ShouldBe(HttpStatusCode.Created).Data.GetProperty("id").GetString()!;
        Ids[label] = id;
        _engine!.Clock.Advance(TimeSpan.FromMinutes(1));
        return id;
    }

    private async Task<string> AddAsync<T>(string label, T row, Func<T, string> id)
        where T : class => Ids[label] = id(await Tenant.AddAsync(row));
}

public sealed class ListCallsTests(ListedCalls calls) : IClassFixture<ListedCalls>
{
    [Theory]
    [InlineData("", "new error cancelled scheduled processing ended")]
    [InlineData("status=new", "new")]
    [InlineData("status=scheduled", "scheduled")]
    [InlineData("status=processing", "processing")]
    [InlineData("status=ended", "ended")]
    [InlineData("status=cancelled", "cancelled")]
    [InlineData("status=error", "error")]
    [InlineData("contactId={contact}", "error scheduled ended")]
    [InlineData("contactId={other contact}", "new cancelled")]
    [InlineData("contactId={unused contact}", "")]
    [InlineData("caseId={case}", "cancelled ended")]
    [InlineData("caseId={unused case}", "")]
    [InlineData("contactId={contact}&caseId={case}", "ended")]
    [InlineData("contactId={contact}&status=scheduled", "scheduled")]
    [InlineData("from=2026-06-01T10:03:00Z", "new error cancelled")]
    [InlineData("from=2026-06-01T10:03:00.001Z", "new error")]
    [InlineData("from=2026-06-01T12:03:00%2B02:00", "new error cancelled")]
    [InlineData("to=2026-06-01T10:03:00Z", "scheduled processing ended")]
    [InlineData("to=2026-06-01T10:03:00.001Z", "cancelled scheduled processing ended")]
    [InlineData("from=2026-06-01T10:01:00Z&to=2026-06-01T10:03:00Z", "scheduled processing")]
    [InlineData("from=2026-06-01T10:03:00Z&to=2026-06-01T10:03:00Z", "")]
    [InlineData("phone=%2B14155550100", "scheduled ended")]
    [InlineData("phone=%2B14155559998", "new cancelled")]
    [InlineData("phone=%2B14155559998&status=cancelled", "cancelled")]
    [InlineData("endedReason=assistant-ended-call", "ended")]
    [InlineData("endedReason=manually-canceled", "cancelled")]
    [InlineData("endedReason=contact-opted-out", "error")]
    [InlineData("endedReason=unheard-of", "")]
    [InlineData("metadata[team]=x", "processing ended")]
    [InlineData("metadata%5Bteam%5D=X", "new")]
    [InlineData("metadata[team]=x&metadata[order]=1", "ended")]
    [InlineData("metadata[order]=1", "scheduled ended")]
    [InlineData("metadata[none]=1", "")]
    [InlineData("metadata[team]=x&status=ended&contactId={contact}&caseId={case}&phone=%2B14155550100&endedReason=assistant-ended-call&from=2026-06-01T10:00:00Z&to=2026-06-01T10:00:00.001Z", "ended")]
    public async Task Filters_narrow_the_list_together_newest_first(string query, string labels)
    {
        ArgumentNullException.ThrowIfNull(labels);

        var list = (await calls.Tenant.Api.GetAsync($"/calls?{WithIds(query)}")).ShouldBe(HttpStatusCode.OK);

        Assert.Equal(labels.Split(' ', StringSplitOptions.RemoveEmptyEntries), list.Data.EnumerateArray().Select(Label));
        Assert.Equal("""{"cursor":null,"hasMore":false,"pageSize":25}""", list.Json.GetProperty("pagination").GetRawText());

        // A page at a time it is the same list.
        var paged = new List<string?>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await calls.Tenant.Api.GetAsync($"/calls?{WithIds(query)}&limit=1{(cursor.Length > 0 ? $"&cursor={Uri.EscapeDataString(cursor)}" : "")}")).ShouldBe(HttpStatusCode.OK);
            paged.AddRange(page.Data.EnumerateArray().Select(Label));
            cursor = page.Json.GetProperty("pagination").GetProperty("cursor").GetString();
        }

        Assert.Equal(labels.Split(' ', StringSplitOptions.RemoveEmptyEntries), paged);
    }

    [Theory]
    [InlineData("status=done", "status")]
    [InlineData("status=", "status")]
    [InlineData("from=2026-06-01", "from")]
    [InlineData("from=2026-06-01T10:03:00 02:00&to=x", "from", "to")]
    [InlineData("phone=+14155550100", "phone")]
    [InlineData("phone=4155550100", "phone")]
    [InlineData("endedReason=", "endedReason")]
    [InlineData("metadata=x", "metadata")]
    [InlineData("metadata[]=x", "metadata[]")]
    [InlineData("metadata[-a]=x", "metadata[-a]")]
    [InlineData("Status=new", "Status")]
    [InlineData("limit=1&contactId=x", "contactId")]
    public async Task A_filter_that_cannot_be_meant_is_refused_by_name(string query, params string[] fields) =>
        (await calls.Tenant.Api.GetAsync($"/calls?{query}")).ShouldBeError(400, fields is ["contactId"] ? "INVALID_ID" : "VALIDATION_ERROR", fields);

    [Fact]
    public async Task A_listed_call_is_the_call_without_what_can_be_long()
    {
        var listed = (await calls.Tenant.Api.GetAsync("/calls?status=ended")).Data[0];
        var whole = await calls.Tenant.GetCallAsync(calls.Ids["ended"]);

        Assert.Equal(
            whole.EnumerateObject().Where(property => property.Name is not ("variableValues" or "transcript" or "analysis" or "assistantConfigSnapshot")).Select(property => (property.Name, property.Value.GetRawText())),
            listed.EnumerateObject().Select(property => (property.Name, property.Value.GetRawText())));
    }

    [Fact]
    public async Task A_call_of_another_organization_or_of_none_is_not_found()
    {
        var other = await calls.Tenant.Server.CreateTenantAsync();

        (await other.Api.GetAsync($"/calls/{calls.Ids["ended"]}")).ShouldBeError(404, "NOT_FOUND");
        (await other.Api.GetAsync($"/calls/{calls.Ids["contact"]}")).ShouldBeError(400, "INVALID_ID");
    }

    [Theory]
    [InlineData("contactId={contact}")]
    [InlineData("caseId={case}")]
    [InlineData("caseId={unused case}")]
    public async Task A_filter_by_what_the_organization_does_not_have_is_not_found(string query)
    {
        var other = await calls.Tenant.Server.CreateTenantAsync();

        (await other.Api.GetAsync($"/calls?{WithIds(query)}")).ShouldBeError(404, "NOT_FOUND");
        (await calls.Tenant.Api.GetAsync($"/calls?{WithIds(query)}")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_contact_that_is_gone_is_no_filter_any_more()
    {
        var tenant = await calls.Tenant.Server.CreateTenantAsync();
        var contact = await tenant.CreateContactAsync();
        (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From, contactId = contact })).ShouldBe(HttpStatusCode.Created);
        Assert.Single((await tenant.Api.GetAsync($"/calls?contactId={contact}")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray());

        (await tenant.Api.DeleteAsync($"/contacts/{contact}")).ShouldBe(HttpStatusCode.NoContent);

        (await tenant.Api.GetAsync($"/calls?contactId={contact}")).ShouldBeError(404, "NOT_FOUND");
    }

    private static string? Label(JsonElement call) => call.GetProperty("metadata").GetProperty("label").GetString();

    private string WithIds(string query) => calls.Ids.Aggregate(query, (text, id) => text.Replace($"{{{id.Key}}}", id.Value, StringComparison.Ordinal));
}
