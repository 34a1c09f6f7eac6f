using System.Net;
using System.Text.Json;
using ErzyCall.Api.Features;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.IntegrationTests.Server;
using FluentValidation;
using FluentValidation.Results;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Platform.Errors;

/// <summary>Every row of the error table that a request can reach, in both of its forms. 503 is in <c>DatabaseAwayTests</c>.</summary>
public sealed class ErrorTableTests(TestRun run)
{
    private static readonly (string Name, string Value) s_problem = ("Accept", "application/problem+json");

    private static readonly object s_call = new { to = "+14155550100", from = Tenant.From };

    private static readonly Dictionary<string, Row> s_rows = new()
    {
        ["key missing"] = new(401, "UNAUTHORIZED", "Missing or unknown API key", (tenant, accept) => tenant.Server.CreateApiClient().GetAsync("/me", accept)),
        ["key revoked"] = new(401, "KEY_REVOKED", "API key has been revoked", async (tenant, accept) =>
        {
            var (key, api) = await tenant.AddKeyAsync([Scopes.CallsRead]);
            await tenant.Api.DeleteAsync($"/api-keys/{key.Id}");
            return await api.GetAsync("/me", accept);
        }),
        ["key expired"] = new(401, "KEY_EXPIRED", "API key has expired", async (tenant, accept) =>
            await (await tenant.AddKeyAsync([Scopes.CallsRead], expiresAt: DateTimeOffset.UnixEpoch)).Api.GetAsync("/me", accept)),
        ["scope lacks"] = new(403, "INSUFFICIENT_SCOPE", "API key lacks required scope: calls:write", async (tenant, accept) =>
            await (await tenant.AddKeyAsync([Scopes.CallsRead])).Api.PostAsync("/calls", s_call, accept)),
        ["number opted out"] = new(403, "CONTACT_OPTED_OUT", "This number is on the do-not-call list", async (tenant, accept) =>
        {
            await tenant.BlockAsync("+14155550100");
            return await tenant.Api.PostAsync("/calls", s_call, accept);
        }),
        ["body refused"] = new(400, "VALIDATION_ERROR", "Invalid request body", (tenant, accept) => tenant.Api.PostAsync("/calls", new { to = "5551234", metadata = new Dictionary<string, string> { ["1"] = "" } }, accept))
        {
            Details = """[{"field":"to","message":"Must be E.164 format (e.g., +14155551234)"},{"field":"from","message":"Required"},{"field":"metadata.1","message":"The key must be a letter or underscore and up to 39 letters, digits, '_', '.' or '-'"}]""",
        },
        ["query refused"] = new(400, "VALIDATION_ERROR", "Invalid query parameters", (tenant, accept) => tenant.Api.GetAsync("/calls?limit=0&x=1", accept))
        {
            Details = """[{"field":"limit","message":"Must be an integer from 1 to 100"},{"field":"x","message":"Unknown query parameter"}]""",
        },
        ["cursor refused"] = new(400, "VALIDATION_ERROR", "Invalid query parameters", (tenant, accept) => tenant.Api.GetAsync("/calls?cursor=abc", accept))
        {
            Details = """[{"field":"cursor","message":"Not a cursor of this list with these filters"}]""",
        },
        ["header refused"] = new(400, "VALIDATION_ERROR", null, (tenant, accept) => tenant.Api.PostAsync("/calls", s_call, ("Idempotency-Key", new string('k', 256)), accept)) { Fields = ["Idempotency-Key"] },
        ["not JSON"] = new(400, "INVALID_JSON", "Request body is not valid JSON", (tenant, accept) => tenant.Api.PostAsync("/calls", "{", accept)),
        ["no body"] = new(400, "INVALID_JSON", "Request body is empty", (tenant, accept) => tenant.Api.PostAsync("/calls", null, accept)),
        ["malformed id in the path"] = new(400, "INVALID_ID", "Malformed id", (tenant, accept) => tenant.Api.GetAsync("/calls/1", accept)),
        ["malformed id in the body"] = new(400, "INVALID_ID", "Malformed id", (tenant, accept) => tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From, caseId = "1" }, accept))
        {
            Details = """[{"field":"caseId","message":"Must be a well-formed id (case_…)"}]""",
        },
        ["no such resource"] = new(404, "NOT_FOUND", "No such call", (tenant, accept) => tenant.Api.GetAsync("/calls/call_01h455vb4pex5vsknk084sn02q", accept)),
        ["no such path"] = new(404, "NOT_FOUND", "No such path", (tenant, accept) => tenant.Api.GetAsync("/nothing/here", accept)),
        ["idempotency key reused"] = new(409, "IDEMPOTENCY_MISMATCH", "This Idempotency-Key was used with another request body", async (tenant, accept) =>
        {
            (await tenant.Api.PostAsync("/calls", s_call, "one")).ShouldBe(HttpStatusCode.Created);
            return await tenant.Api.PostAsync("/calls", new { to = "+14155550101", from = Tenant.From }, ("Idempotency-Key", "one"), accept);
        }),
        ["final call cancelled"] = new(422, "INVALID_STATE", "A call in status 'cancelled' cannot be cancelled", async (tenant, accept) =>
        {
            var id = await tenant.PlaceCallAsync();
            (await tenant.Api.PostAsync($"/calls/{id}/cancel", null)).ShouldBe(HttpStatusCode.OK);
            return await tenant.Api.PostAsync($"/calls/{id}/cancel", null, accept);
        }),
        ["not a number of ours"] = new(422, "INVALID_PHONE", "'from' is not an active, outbound-capable phone number of this organization", (tenant, accept) =>
            tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = "+14155551111" }, accept)),
        ["too many requests"] = new(429, "RATE_LIMITED", null, async (tenant, accept) =>
        {
            var (_, api) = await tenant.AddKeyAsync([Scopes.CallsRead], new RateLimits(1, 1));
            await api.GetAsync("/me");
            return await api.GetAsync("/me", accept);
        }),
        ["another method"] = new(405, "METHOD_NOT_ALLOWED", "Method not allowed on this path", (tenant, accept) => tenant.Api.SendAsync(HttpMethod.Delete, "/calls", null, accept)),
        ["body too large"] = new(413, "PAYLOAD_TOO_LARGE", "Request body is too large", (tenant, accept) => tenant.Api.PostAsync("/calls", new string(' ', 300 * 1024), accept)),
        ["another media type"] = new(415, "UNSUPPORTED_MEDIA_TYPE", "Request body must be uncompressed application/json in UTF-8", (tenant, accept) =>
            tenant.Api.PostAsync("/calls", s_call, ("Content-Type", "text/plain"), accept)),
    };

    public static TheoryData<string> Rows => [.. s_rows.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_refusal_is_the_envelope_and_nothing_else(string name)
    {
        var row = s_rows[name];
        var response = await row.Reach(await run.Shared.CreateTenantAsync(), ("Accept", "*/*"));
        response.ShouldBeError(row.Status, row.Code, row.FieldNames);
        Assert.Equal("application/json; charset=utf-8", response.Header("Content-Type"));
        if (row.Message is not null)
        {
            var details = row.Details is null ? "" : $",\"details\":{row.Details}";
            Assert.Equal($$$"""{"error":{"code":"{{{row.Code}}}","message":"{{{row.Message}}}"{{{details}}}}}""", response.Text);
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task The_same_refusal_is_problem_details_for_a_client_that_accepts_them(string name)
    {
        var row = s_rows[name];
        var response = (await row.Reach(await run.Shared.CreateTenantAsync(), s_problem)).ShouldBe((HttpStatusCode)row.Status);
        Assert.StartsWith("application/problem+json", response.Header("Content-Type"), StringComparison.Ordinal);
        var problem = response.Json;
        Assert.Equal(
            row.FieldNames.Length == 0 ? ["type", "title", "status", "detail", "instance", "code"] : ["type", "title", "status", "detail", "instance", "code", "errors"],
            problem.EnumerateObject().Select(member => member.Name));
        Assert.EndsWith($"#{row.Code}", problem.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.True(Uri.TryCreate(problem.GetProperty("type").GetString(), UriKind.Absolute, out _));
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.Equal(row.Status, problem.GetProperty("status").GetInt32());
        Assert.Equal(row.Message ?? problem.GetProperty("detail").GetString(), problem.GetProperty("detail").GetString());
        Assert.Equal(response.Header("X-Request-Id"), problem.GetProperty("instance").GetString());
        Assert.Equal(row.Code, problem.GetProperty("code").GetString());
        if (row.Details is not null)
        {
            Assert.True(JsonElement.DeepEquals(JsonElement.Parse(row.Details), problem.GetProperty("errors")));
        }
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/html, */*;q=0.1")]
    [InlineData("application/problem+json;q=0")]
    [InlineData("not a media type")]
    [InlineData("application/problem+xml")]
    public async Task A_client_that_does_not_ask_for_problem_details_gets_the_envelope(string accept) =>
        (await run.Shared.CreateApiClient().GetAsync("/me", ("Accept", accept))).ShouldBeError(401, "UNAUTHORIZED");

    [Theory]
    [InlineData("application/json, application/problem+json")]
    [InlineData("APPLICATION/PROBLEM+JSON")]
    [InlineData("application/problem+json; q=0.5, */*")]
    public async Task Problem_details_may_be_asked_for_among_other_types(string accept) =>
        Assert.Equal("UNAUTHORIZED", (await run.Shared.CreateApiClient().GetAsync("/me", ("Accept", accept))).Json.GetProperty("code").GetString());

    [Fact]
    public async Task A_refusal_for_too_many_requests_says_when_to_come_back()
    {
        var response = await s_rows["too many requests"].Reach(await run.Shared.CreateTenantAsync(), ("Accept", "*/*"));
        Assert.Equal($"Rate limit exceeded. Retry after {response.Header("Retry-After")}s", response.Json.GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    public async Task What_nobody_foresaw_tells_the_client_nothing_but_the_request_id()
    {
        await using var server = await run.StartServerAsync(new TestServerOptions { Services = services => services.AddSingleton<IValidator<CreateCallRequest>>(new BrokenValidator()) });
        var tenant = await server.CreateTenantAsync();
        var response = (await tenant.Api.PostAsync("/calls", s_call)).ShouldBeError(500, "INTERNAL_ERROR");
        Assert.Equal("""{"error":{"code":"INTERNAL_ERROR","message":"An unexpected error occurred"}}""", response.Text);
    }

    /// <param name="Message"><c>null</c> when it varies.</param>
    private sealed record Row(int Status, string Code, string? Message, Func<Tenant, (string Name, string Value), Task<ApiResponse>> Reach)
    {
        public string? Details { get; init; }

        public string[] Fields { get; init; } = [];

        public string[] FieldNames => Details is null ? Fields : [.. JsonElement.Parse(Details).EnumerateArray().Select(detail => detail.GetProperty("field").GetString()!)];
    }

    private sealed class BrokenValidator : AbstractValidator<CreateCallRequest>
    {
        public override ValidationResult Validate(ValidationContext<CreateCallRequest> context) =>
            throw new InvalidOperationException("SELECT secret FROM ErzyCall.Api.Internals");
    }
}
