using System.Net;
using System.Text.Json;
using ErzyCall.Api.Platform.Validation;
using ErzyCall.IntegrationTests.Server;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Conventions;

/// <summary>Every field of every PATCH: absent leaves it, <c>null</c> clears it or is refused, a value replaces it. The routes and their fields are read from the server.</summary>
public sealed class EveryPatchTests(TestRun run)
{
    /// <summary>What is set, and whether <c>null</c> clears it. A field without a line here fails the test.</summary>
    private static readonly Dictionary<string, Dictionary<string, Field>> s_fields = new()
    {
        ["/api/v1/contacts/{contactId}"] = new()
        {
            ["title"] = new("\"Another\""),
            ["phone"] = new("\"+14155550177\""),
            ["email"] = new("\"ada@example.com\"", IsClearable: true),
            ["notes"] = new("\"Line\\nand line\"", IsClearable: true),
            ["tags"] = new("[\"b\",\"a\"]"),
            ["groupIds"] = new("[\"{group}\"]"),
            ["customFields"] = new("{\"z\":\"1\",\"a\":\"2\"}"),
            ["optOut"] = new("{\"optedOut\":true,\"reason\":\"By letter\"}", Shows: Anything),
        },
        ["/api/v1/contact-groups/{groupId}"] = new() { ["name"] = new("\"Another\""), ["description"] = new("\"Ordered before\"", IsClearable: true) },
        ["/api/v1/prompts/{promptId}"] = new() { ["name"] = new("\"Another\""), ["text"] = new("\"Be brief\"") },
        ["/api/v1/cases/{caseId}"] = new()
        {
            ["title"] = new("\"Another\""),
            ["status"] = new("\"archived\""),
            ["description"] = new("\"For reminders\"", IsClearable: true),
            ["firstMessage"] = new("\"Hello {{name}}\"", IsClearable: true),
            ["prompt"] = new("\"Be brief\""),
            ["systemPromptId"] = new("\"{prompt}\"", Also: ("prompt", "null")),
            ["variables"] = new("""[{"name":"date","source":"custom","required":true,"defaultValue":null}]"""),
            ["toolIds"] = new("[\"calendar\"]"),
            ["keyterms"] = new("[\"Lovelace\"]"),
            ["tags"] = new("[\"b\",\"a\"]"),
        },
        ["/api/v1/assistants/inbound/{inboundAssistantId}"] = new() { ["name"] = new("\"Another\""), ["systemPromptId"] = new("\"{prompt}\"", IsClearable: true) },
        ["/api/v1/assistants/outbound/{outboundAssistantId}"] = new()
        {
            ["name"] = new("\"Another\""),
            ["description"] = new("\"Friendly\"", IsClearable: true),
            ["isDefault"] = new("true"),
            ["firstMessage"] = new("\"Hello\"", IsClearable: true),
            ["systemPrompt"] = new("\"Be brief\"", IsClearable: true),
            ["voice"] = new("""{"provider":"acme","zeta":[1,null],"alpha":true}"""),
            ["model"] = new("""{"provider":"acme","temperature":1.5}"""),
            ["transcriber"] = new("""{"language":"en"}""", IsClearable: true),
            ["backchannelingEnabled"] = new("true"),
            ["dialKeypadFunctionEnabled"] = new("true"),
            ["backgroundDenoisingEnabled"] = new("true"),
        },
        ["/api/v1/phone-numbers/{phoneNumberId}"] = new()
        {
            ["label"] = new("\"Reception\"", IsClearable: true),
            ["country"] = new("\"CA\""),
            ["provider"] = new("\"simulator\""),
            ["carrierAccountId"] = new("null", IsClearable: true),
            ["capabilities"] = new("[\"whatsapp\",\"inbound\"]"),
            ["isActive"] = new("false"),
            ["isDefault"] = new("true"),
            ["inboundAssistantId"] = new("\"{inbound}\"", IsClearable: true),
        },
        ["/api/v1/calling-policy/"] = new()
        {
            ["hours"] = new("""[{"days":["sun","mon"],"from":"09:00","to":"24:00"}]""", IsClearable: true),
            ["timeZone"] = new("\"Europe/Berlin\""),
            ["fallbackTimeZone"] = new("\"Asia/Kolkata\""),
            ["outsideHours"] = new("\"refuse\""),
            ["maxPerNumber"] = new("""{"count":3,"hours":24}""", IsClearable: true),
        },
        ["/api/v1/webhooks/{webhookEndpointId}"] = new()
        {
            ["url"] = new("\"https://example.com/other\""),
            ["events"] = new("[\"contact.deleted\",\"call.failed\"]"),
            ["description"] = new("\"For the CRM\"", IsClearable: true),
            ["isActive"] = new("false"),
        },
        ["/api/v1/whatsapp/conversations/{conversationId}"] = new() { ["status"] = new("\"closed\"") },
    };

    private const string Anything = "*";

    public static TheoryData<string> Patterns => [.. s_fields.Keys];

    [Fact]
    public void Every_field_of_every_patch_is_walked()
    {
        var served = run.Shared.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("PATCH") is true)
            .ToDictionary(
                endpoint => endpoint.RoutePattern.RawText!,
                endpoint => endpoint.Metadata.GetRequiredMetadata<BodyIsRead>().Body.GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).ToHashSet());
        Assert.NotEmpty(served);
        Assert.Equal(served.Keys.Order(), s_fields.Keys.Order());
        Assert.All(served, route => Assert.Equal(route.Value.Order(), s_fields[route.Key].Keys.Order()));
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public async Task A_field_alone_is_replaced_cleared_or_refused(string pattern)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        foreach (var (name, field) in s_fields[pattern])
        {
            var path = await PathAsync(pattern, tenant);
            var value = await FilledAsync(field.Value, tenant);
            var also = field.Also is { } other ? $",\"{other.Name}\":{other.Value}" : "";

            var before = await ReadAsync(tenant, path);
            await SentAsync($"{{\"{name}\":{value}{also}}}", HttpStatusCode.OK);
            var replaced = await ReadAsync(tenant, path);
            if (field.Shows == Anything)
            {
                Assert.NotEqual("null", replaced[name]);
            }
            else
            {
                Assert.Equal((name, value), (name, replaced[name]));
            }

            AssertUnchanged(before, replaced, name, field.Also?.Name);
            await SentAsync($"{{\"{name}\":null}}", field.IsClearable ? HttpStatusCode.OK : HttpStatusCode.BadRequest);
            var cleared = await ReadAsync(tenant, path);
            Assert.Equal((name, field.IsClearable ? "null" : replaced[name]), (name, cleared[name]));
            AssertUnchanged(replaced, cleared, name);

            async Task SentAsync(string body, HttpStatusCode status)
            {
                var answer = await tenant.Api.PatchAsync(path, body);
                Assert.True(answer.Status == status, $"{pattern} {body}: {(int)answer.Status} {answer.Text}");
                if (status == HttpStatusCode.BadRequest)
                {
                    answer.ShouldBeError(400, "VALIDATION_ERROR", name);
                }
            }
        }

        var some = await PathAsync(pattern, tenant);
        (await tenant.Api.PatchAsync(some, "{}")).ShouldBeError(400, "VALIDATION_ERROR");
        (await tenant.Api.PatchAsync(some, """{"nothingThatThereIs":1}""")).ShouldBeError(400, "VALIDATION_ERROR", "nothingThatThereIs");
        (await tenant.Api.PatchAsync(some, $"{{\"{s_fields[pattern].Keys.First()}\":{{\"no\":\"such shape\"}}}}")).ShouldBeError(400, "VALIDATION_ERROR", s_fields[pattern].Keys.First());
    }

    /// <summary>Of a new resource; or of the one that there is.</summary>
    private static async Task<string> PathAsync(string pattern, Tenant tenant)
    {
        if (pattern.IndexOf('{', StringComparison.Ordinal) is var from && from < 0)
        {
            return pattern.TrimEnd('/');
        }

        return pattern[..from] + await TenantIsolationTests.MakeAsync(pattern[(from + 1)..^1], tenant);
    }

    private static async Task<string> FilledAsync(string value, Tenant tenant)
    {
        foreach (var (placeholder, parameter) in new[] { ("{group}", "groupId"), ("{prompt}", "promptId"), ("{inbound}", "inboundAssistantId") })
        {
            if (value.Contains(placeholder, StringComparison.Ordinal))
            {
                value = value.Replace(placeholder, await TenantIsolationTests.MakeAsync(parameter, tenant), StringComparison.Ordinal);
            }
        }

        return value;
    }

    /// <summary>The resource by its own route; a phone number, which has none, from the list.</summary>
    private static async Task<Dictionary<string, string>> ReadAsync(Tenant tenant, string path)
    {
        var (list, id) = (path[..path.LastIndexOf('/')], path[(path.LastIndexOf('/') + 1)..]);
        var resource = list.EndsWith("phone-numbers", StringComparison.Ordinal)
            ? (await tenant.Api.GetAsync(list)).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray().Single(phone => phone.GetProperty("id").GetString() == id)
            : (await tenant.Api.GetAsync(path)).ShouldBe(HttpStatusCode.OK).Data;
        return resource.EnumerateObject().ToDictionary(property => property.Name, property => property.Value.GetRawText());
    }

    private static void AssertUnchanged(Dictionary<string, string> before, Dictionary<string, string> after, params string?[] changed)
    {
        Assert.Equal(before.Keys, after.Keys);
        Assert.All(before.Keys.Except([.. changed.OfType<string>(), "updatedAt"]), name => Assert.Equal((name, before[name]), (name, after[name])));
    }

    /// <param name="Shows">What is read afterwards, when it is not what was sent.</param>
    /// <param name="Also">What has to be changed together with it.</param>
    private sealed record Field(string Value, bool IsClearable = false, string? Shows = null, (string Name, string Value)? Also = null);
}
