using System.Net;
using System.Text.Json;
using ErzyCall.Api.Platform.Validation;
using ErzyCall.IntegrationTests.Server;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Conventions;

/// <summary>
/// Every field of every POST that also exists as a batch is stored, shown and told of by the one as by the other. The routes and their
/// fields are read from the server; the clock stands still, so that two rows which were made alike differ in nothing but their ids and
/// numbers.
/// </summary>
public sealed class EveryBatchTests(TestRun run)
{
    /// <summary>A route or field without a line here fails the test, once the server has it.</summary>
    private static readonly Dictionary<string, Batched> s_batches = new()
    {
        ["/api/v1/contacts/"] = new("contacts", "contacts", "phone", IsShown: true, new()
        {
            ["title"] = "\"Ada\"",
            ["phone"] = "\"{phone}\"",
            ["email"] = "\"ada@example.com\"",
            ["notes"] = "\"Line\\nand line\"",
            ["tags"] = "[\"b\",\"a\",\"b\"]",
            ["groupIds"] = "[\"{groupId}\"]",
            ["customFields"] = "{\"z\":\"1\",\"a\":\"2\"}",
            ["optOut"] = "{\"optedOut\":true,\"reason\":\"By letter\"}",
        }, ["title", "phone"]),
        ["/api/v1/calls/"] = new("calls", "calls", "to", IsShown: true, new()
        {
            ["to"] = "\"{phone}\"",
            ["from"] = $"\"{Tenant.From}\"",
            ["contactId"] = "\"{contactId}\"",
            ["caseId"] = "\"{caseId}\"",
            ["assistantConfigId"] = "\"{outboundAssistantId}\"",
            ["firstMessage"] = "\"Hello {{name}}\"",
            ["variableValues"] = "{\"name\":\"Ada\",\"a\":\"b\"}",
            ["scheduledAt"] = "\"2026-06-02T10:00:00+02:00\"",
            ["metadata"] = "{\"z\":\"1\",\"a\":\"2\"}",
            ["ignorePolicy"] = "true",
        }, ["to", "from"]),
        ["/api/v1/do-not-call/"] = new("do_not_call_entries", "entries", "phone", IsShown: false, new()
        {
            ["phone"] = "\"{phone}\"",
            ["reason"] = "\"By letter\"",
        }, ["phone"]),
    };

    private int _phones;

    [Fact]
    public async Task A_field_alone_does_in_a_batch_what_it_does_in_a_request_of_its_own()
    {
        await using var server = await run.StartServerAsync(
            new TestServerOptions { Clock = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero)) });
        var tenant = await server.CreateTenantAsync();
        var single = BodiesOf(server);
        var batched = single.Where(route => single.ContainsKey($"{route.Key}batch")).ToDictionary();
        Assert.True(batched.Count >= 2);
        Assert.Empty(batched.Keys.Except(s_batches.Keys));
        foreach (var (path, fields) in batched)
        {
            var batch = s_batches[path];
            Assert.Empty(fields.Except(batch.Fields.Keys));
            foreach (var field in fields.Except(batch.Required).Prepend(batch.Required[0]))
            {
                var names = batch.Required.Append(field).Distinct().ToList();
                var alone = await SendAsync(tenant, path, batch, names, isBatch: false);
                Assert.Equal((field, alone), (field, await SendAsync(tenant, path, batch, names, isBatch: true)));
            }
        }
    }

    [Fact]
    public async Task A_contact_that_is_there_is_updated_in_the_fields_that_its_item_has_and_in_no_other()
    {
        await using var server = await run.StartServerAsync(
            new TestServerOptions { Clock = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero)) });
        var tenant = await server.CreateTenantAsync();
        var path = "/api/v1/contacts/";
        var batch = s_batches[path];
        var all = BodiesOf(server)[path];
        foreach (var field in all.Except(batch.Required))
        {
            var names = batch.Required.Append(field).ToList();
            var expected = await SendAsync(tenant, path, batch, names, isBatch: false);
            var phone = NextPhone();
            await SendAsync(tenant, path, batch, batch.Required, isBatch: false, phone);
            Assert.Equal((field, expected), (field, await SendAsync(tenant, path, batch, names, isBatch: true, phone, ",\"onConflict\":\"update\"")));
        }

        var kept = NextPhone();
        var whole = await SendAsync(tenant, path, batch, all, isBatch: false, kept);
        Assert.Equal(whole, await SendAsync(tenant, path, batch, batch.Required, isBatch: true, kept, ",\"onConflict\":\"update\""));
    }

    private static Dictionary<string, List<string>> BodiesOf(TestServer server) =>
        server.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("POST") is true && endpoint.Metadata.GetMetadata<BodyIsRead>() is not null)
            .ToDictionary(
                endpoint => endpoint.RoutePattern.RawText!,
                endpoint => endpoint.Metadata.GetRequiredMetadata<BodyIsRead>().Body.GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).ToList());

    /// <summary>
    /// What was stored, what is shown and what was told of it, without what no two of them have in common; and without the lane that a call
    /// waits in, which is another for a batch.
    /// </summary>
    private async Task<string> SendAsync(
        Tenant tenant, string path, Batched batch, IReadOnlyList<string> names, bool isBatch, string? phone = null, string besides = "")
    {
        phone ??= NextPhone();
        var fields = new List<string>();
        foreach (var name in names)
        {
            fields.Add($"\"{name}\":{await FilledAsync(batch.Fields[name], phone, tenant)}");
        }

        var item = $"{{{string.Join(',', fields)}}}";
        var answer = isBatch
            ? await tenant.Api.PostAsync($"{path}batch", $"{{\"{batch.List}\":[{item}]{besides}}}")
            : await tenant.Api.PostAsync(path, item);
        Assert.True(answer.Status == HttpStatusCode.Created, $"{path} {item}: {answer.Text}");
        var row = (await tenant.Server.InDatabaseAsync(db => db.Database
#pragma warning disable EF1002 // The names are of this file.
            .SqlQueryRaw<string>(
                $"""
                 SELECT (to_jsonb({batch.Table}) - 'is_batched' || jsonb_build_object('told',
                   (SELECT data FROM events WHERE resource_id = {batch.Table}.id ORDER BY position DESC LIMIT 1)))::text AS "Value"
                 FROM {batch.Table} WHERE "{batch.Phone}" = '{phone}'
                 """)
#pragma warning restore EF1002
            .ToListAsync())).Single();
        var id = JsonElement.Parse(row).GetProperty("id").GetString()!;
        var shown = "";
        if (batch.IsShown)
        {
            var typed = (isBatch ? answer.Data[0].GetProperty("data") : answer.Data).GetProperty("id").GetString()!;
            shown = (await tenant.Api.GetAsync($"{path}{typed}")).ShouldBe(HttpStatusCode.OK).Text;
            (row, shown) = (row.Replace(typed, "id", StringComparison.Ordinal), shown.Replace(typed, "id", StringComparison.Ordinal));
        }

        return $"{row}\n{shown}"
            .Replace(phone, "phone", StringComparison.Ordinal)
            .Replace(id, "id", StringComparison.Ordinal)
            .Replace("\"import\"", "\"api\"", StringComparison.Ordinal);
    }

    private readonly Dictionary<string, string> _made = [];

    private async Task<string> FilledAsync(string value, string phone, Tenant tenant)
    {
        foreach (var parameter in (string[])["groupId", "contactId", "caseId", "outboundAssistantId"])
        {
            if (value.Contains($"{{{parameter}}}", StringComparison.Ordinal))
            {
                value = value.Replace($"{{{parameter}}}", _made.TryGetValue(parameter, out var id) ? id : _made[parameter] = await TenantIsolationTests.MakeAsync(parameter, tenant), StringComparison.Ordinal);
            }
        }

        return value.Replace("{phone}", phone, StringComparison.Ordinal);
    }

    private string NextPhone() => $"+1415557{Interlocked.Increment(ref _phones):D4}";

    /// <param name="List">The field of the batch in which its items stand.</param>
    /// <param name="Phone">The column with the number, by which a row is found.</param>
    /// <param name="IsShown">Whether the API shows it under an id of its own.</param>
    /// <param name="Fields">What is sent.</param>
    private sealed record Batched(string Table, string List, string Phone, bool IsShown, Dictionary<string, string> Fields, string[] Required);
}
