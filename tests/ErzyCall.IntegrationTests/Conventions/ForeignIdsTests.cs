using System.Net;
using System.Text.Json;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Conventions;

/// <summary>An id of another organization in a body or a filter leads nowhere, whichever field it is in. The fields are read from the OpenAPI document.</summary>
public sealed class ForeignIdsTests(TestRun run)
{
    /// <summary>
    /// For each field: what its id is of (a parameter of <see cref="TenantIsolationTests.MakeAsync"/>), and a request in which nothing else is wrong. A field without
    /// a line here fails the test.
    /// </summary>
    private static readonly Dictionary<string, (string Resource, string Body)> s_fields = new()
    {
        ["POST /api/v1/calls contactId"] = ("contactId", Call("\"contactId\":\"{id}\"")),
        ["POST /api/v1/calls caseId"] = ("caseId", Call("\"caseId\":\"{id}\"")),
        ["POST /api/v1/calls assistantConfigId"] = ("outboundAssistantId", Call("\"assistantConfigId\":\"{id}\"")),
        ["POST /api/v1/calls/preview contactId"] = ("contactId", Call("\"contactId\":\"{id}\"")),
        ["POST /api/v1/calls/preview caseId"] = ("caseId", Call("\"caseId\":\"{id}\"")),
        ["POST /api/v1/calls/preview assistantConfigId"] = ("outboundAssistantId", Call("\"assistantConfigId\":\"{id}\"")),
        ["POST /api/v1/calls/batch calls[].contactId"] = ("contactId", $$"""{"calls":[{{Call("\"contactId\":\"{id}\"")}}]}"""),
        ["POST /api/v1/calls/batch calls[].caseId"] = ("caseId", $$"""{"calls":[{{Call("\"caseId\":\"{id}\"")}}]}"""),
        ["POST /api/v1/calls/batch calls[].assistantConfigId"] = ("outboundAssistantId", $$"""{"calls":[{{Call("\"assistantConfigId\":\"{id}\"")}}]}"""),
        ["POST /api/v1/calls/batch defaults.contactId"] = ("contactId", $$"""{"defaults":{{Call("\"contactId\":\"{id}\"")}},"calls":[{}]}"""),
        ["POST /api/v1/calls/batch defaults.caseId"] = ("caseId", $$"""{"defaults":{{Call("\"caseId\":\"{id}\"")}},"calls":[{}]}"""),
        ["POST /api/v1/calls/batch defaults.assistantConfigId"] = ("outboundAssistantId", $$"""{"defaults":{{Call("\"assistantConfigId\":\"{id}\"")}},"calls":[{}]}"""),
        ["POST /api/v1/contacts groupIds[]"] = ("groupId", """{"title":"Ada","phone":"+14155550161","groupIds":["{id}"]}"""),
        ["PATCH /api/v1/contacts/{contactId} groupIds[]"] = ("groupId", """{"groupIds":["{id}"]}"""),
        ["POST /api/v1/contacts/batch contacts[].groupIds[]"] = ("groupId", """{"contacts":[{"title":"Ada","phone":"+14155550162","groupIds":["{id}"]}]}"""),
        ["POST /api/v1/contact-groups/{groupId}/members contactIds[]"] = ("contactId", """{"contactIds":["{id}"]}"""),
        ["POST /api/v1/cases systemPromptId"] = ("promptId", """{"title":"A case","systemPromptId":"{id}"}"""),
        ["PATCH /api/v1/cases/{caseId} systemPromptId"] = ("promptId", """{"systemPromptId":"{id}","prompt":null}"""),
        ["POST /api/v1/assistants/inbound systemPromptId"] = ("promptId", """{"name":"Reception","systemPromptId":"{id}"}"""),
        ["PATCH /api/v1/assistants/inbound/{inboundAssistantId} systemPromptId"] = ("promptId", """{"systemPromptId":"{id}"}"""),
        ["POST /api/v1/phone-numbers inboundAssistantId"] = ("inboundAssistantId", """{"phoneNumber":"+14155570001","inboundAssistantId":"{id}"}"""),
        ["PATCH /api/v1/phone-numbers/{phoneNumberId} inboundAssistantId"] = ("inboundAssistantId", """{"inboundAssistantId":"{id}"}"""),
        ["POST /api/v1/phone-numbers carrierAccountId"] = ("carrierAccountId", """{"phoneNumber":"+14155570001","carrierAccountId":"{id}"}"""),
        ["PATCH /api/v1/phone-numbers/{phoneNumberId} carrierAccountId"] = ("carrierAccountId", """{"carrierAccountId":"{id}"}"""),
        ["POST /api/v1/whatsapp/messages conversationId"] = ("conversationId", """{"conversationId":"{id}","type":"template","template":{"name":"a","language":"en"}}"""),
        ["POST /api/v1/whatsapp/messages integrationId"] = ("integrationId", """{"integrationId":"{id}","to":"+14155550163","type":"template","template":{"name":"a","language":"en"}}"""),
        ["GET /api/v1/calls ?contactId"] = ("contactId", ""),
        ["GET /api/v1/calls ?caseId"] = ("caseId", ""),
        ["GET /api/v1/contacts ?groupId"] = ("groupId", ""),
        ["GET /api/v1/whatsapp/templates ?integrationId"] = ("integrationId", ""),
    };

    public static TheoryData<string> Fields => [.. s_fields.Keys];

    [Fact]
    public async Task Every_field_that_takes_an_id_is_tried()
    {
        var document = (await run.Shared.DocumentedAsync()).Document;
        var found = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().SelectMany(operation => IdsOf(operation.Value, document).Select(field => $"{operation.Name.ToUpperInvariant()} {path.Name} {field}")))
            .ToList();
        Assert.NotEmpty(found);
        Assert.Equal(found.Order(StringComparer.Ordinal), s_fields.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task Another_organizations_id_is_as_one_that_nobody_has(string field)
    {
        var (resource, body) = s_fields[field];
        var (method, path, name) = field.Split(' ') switch { [var verb, var route, var where] => (HttpMethod.Parse(verb), route, where), _ => throw new InvalidOperationException(field) };
        var owner = await run.Shared.CreateTenantAsync();
        var stranger = await run.Shared.CreateTenantAsync();
        var id = await MakeAsync(resource, owner);
        var prefix = id[..id.LastIndexOf('_')];

        var foreign = await SendAsync(stranger, id);
        var nobodys = await SendAsync(stranger, $"{prefix}_01h455vb4pex5vsknk084sn02q");
        var own = await SendAsync(owner, id);

        Assert.Equal((field, Outcome(nobodys)), (field, Outcome(foreign)));
        Assert.NotEqual((field, Outcome(foreign)), (field, Outcome(own)));

        // An account is the caller's own also when no call can be made with it.
        Assert.True(
            (own.Status is HttpStatusCode.OK or HttpStatusCode.Created && !own.Text.Contains("NOT_FOUND", StringComparison.Ordinal)) || own.Text.Contains("CARRIER_UNAVAILABLE", StringComparison.Ordinal),
            $"{field}: {own.Text}");

        async Task<ApiResponse> SendAsync(Tenant tenant, string value)
        {
            // In a path, what is the tenant's own.
            var target = path.Contains('{', StringComparison.Ordinal) ? path[..path.IndexOf('{', StringComparison.Ordinal)] + await MakeAsync(ParameterOf(path), tenant) + path[(path.IndexOf('}', StringComparison.Ordinal) + 1)..] : path;
            if (name[0] == '?')
            {
                // So that there is something that the filter finds.
                await (resource switch
                {
                    "contactId" or "caseId" when tenant == owner => tenant.Api.PostAsync("/calls", Call($"\"{resource}\":\"{value}\"")),
                    "groupId" when tenant == owner => tenant.Api.PostAsync("/contacts", new { title = "Ada", phone = "+14155550164", groupIds = new[] { value } }),
                    _ => Task.CompletedTask,
                });
                return await tenant.Api.GetAsync($"{target}{name}={value}");
            }

            return await tenant.Api.SendAsync(method, target, body.Replace("{id}", value, StringComparison.Ordinal));
        }
    }

    private static Task<string> MakeAsync(string resource, Tenant tenant) =>
        resource == "integrationId" ? ConnectAsync(tenant) : TenantIsolationTests.MakeAsync(resource, tenant);

    private static async Task<string> ConnectAsync(Tenant tenant) => (await tenant.ConnectAsync()).Id.ToString();

    private static string ParameterOf(string path) => path[(path.IndexOf('{', StringComparison.Ordinal) + 1)..path.IndexOf('}', StringComparison.Ordinal)];

    private static string Call(string more) => $$"""{"to":"+14155550160","from":"{{Tenant.From}}",{{more}}}""";

    /// <summary>What the answer comes to, without what is different each time.</summary>
    private static string Outcome(ApiResponse answer) =>
        answer.Status is not (HttpStatusCode.OK or HttpStatusCode.Created) ? $"{answer.Status} {answer.Text}"
        : answer.Json.GetProperty("data") is { ValueKind: JsonValueKind.Array } list ? $"{list.GetArrayLength()} {string.Join(',', list.EnumerateArray().Select(item => item.TryGetProperty("error", out var error) ? error.GetRawText() : "done"))}"
        : answer.Json.GetProperty("data").TryGetProperty("refusals", out var refusals) ? refusals.GetRawText()
        : "done";

    /// <summary>The fields of the body and the query parameters of an operation whose values are ids.</summary>
    private static IEnumerable<string> IdsOf(JsonElement operation, JsonElement document)
    {
        if (operation.TryGetProperty("requestBody", out var body))
        {
            foreach (var field in IdsOf(body.GetProperty("content").GetProperty("application/json").GetProperty("schema"), "", document))
            {
                yield return field;
            }
        }

        foreach (var parameter in operation.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray().Select(parameter => Resolve(parameter, document)) : [])
        {
            if (parameter.GetProperty("in").GetString() == "query" && IsId(Resolve(parameter.GetProperty("schema"), document)))
            {
                yield return $"?{parameter.GetProperty("name").GetString()}";
            }
        }
    }

    private static IEnumerable<string> IdsOf(JsonElement schema, string path, JsonElement document)
    {
        schema = Resolve(schema, document);
        if (IsId(schema))
        {
            return [path];
        }

        var within = schema.TryGetProperty("properties", out var properties)
            ? properties.EnumerateObject().SelectMany(property => IdsOf(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}", document))
            : [];
        var items = schema.TryGetProperty("items", out var item) ? IdsOf(item, $"{path}[]", document) : [];
        var either = new[] { "oneOf", "allOf" }.SelectMany(word => schema.TryGetProperty(word, out var some) ? some.EnumerateArray().SelectMany(one => IdsOf(one, path, document)) : []);
        return within.Concat(items).Concat(either).Distinct();
    }

    private static bool IsId(JsonElement schema) => schema.TryGetProperty("pattern", out var pattern) && pattern.GetString()!.Contains("_[0-7]", StringComparison.Ordinal);

    private static JsonElement Resolve(JsonElement schema, JsonElement document) => schema.TryGetProperty("$ref", out var reference)
        ? Resolve(reference.GetString()![2..].Split('/').Aggregate(document, (element, segment) => element.GetProperty(segment)), document)
        : schema;
}
