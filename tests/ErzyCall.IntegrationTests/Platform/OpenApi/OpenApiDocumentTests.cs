using System.Text.Json;
using System.Text.RegularExpressions;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Platform.OpenApi;
using ErzyCall.IntegrationTests.Conventions;
using ErzyCall.IntegrationTests.Server;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ErzyCall.IntegrationTests.Platform.OpenApi;

/// <summary>The document is complete: whoever adds a route is told here what it lacks.</summary>
public sealed class OpenApiDocumentTests(TestRun run)
{
    private static readonly Regex s_envelope = new("^[A-Za-z]+(Response|Page|BatchResult)$");

    private static readonly Regex s_inside = new(@"\b(trigger|index|job|table|column|transaction|Entity Framework|PostgreSQL|Redis|row)s?\b", RegexOptions.IgnoreCase);

    [Fact]
    public async Task Every_route_is_documented_and_no_other()
    {
        var (document, _) = await ReadAsync();
        var served = RouteTable.Of(run.Shared).Select(route => $"{route.Method} {route.Pattern.TrimEnd('/')}");
        Assert.Equal(served.Order(StringComparer.Ordinal), Operations(document).Select(operation => operation.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_operation_has_a_summary_a_name_of_its_own_its_scope_and_a_described_tag()
    {
        var (document, _) = await ReadAsync();
        var scopes = RouteTable.Of(run.Shared).ToDictionary(route => $"{route.Method} {route.Pattern.TrimEnd('/')}", route => route.Scope);
        var tags = document.GetProperty("tags").EnumerateArray().ToDictionary(tag => Text(tag, "name"), tag => Text(tag, "description"));
        Assert.All(tags, tag => Assert.False(string.IsNullOrEmpty(tag.Value), $"The tag '{tag.Key}' has no description: give the class that maps its routes a summary."));
        foreach (var (name, operation) in Operations(document))
        {
            Assert.Matches("^[A-Z]", Text(operation, "summary"));
            Assert.Matches("^[a-z][A-Za-z]+$", Text(operation, "operationId"));
            Assert.Contains(scopes[name] is { } scope ? $"Scope: `{scope}`" : "Any valid key will do.", Text(operation, "description"), StringComparison.Ordinal);
            Assert.All(operation.GetProperty("tags").EnumerateArray(), tag => Assert.True(tags.ContainsKey(tag.GetString()!), $"{name}: group its routes WithTags beside a class …Routes."));
        }

        var twice = Operations(document).GroupBy(operation => Text(operation.Operation, "operationId")).Where(group => group.Count() > 1).Select(group => group.Key);
        Assert.True(!twice.Any(), $"Operations share a name; rename their use cases or give them WithName: {string.Join(", ", twice)}");
    }

    [Fact]
    public async Task Every_operation_tells_the_errors_of_its_kind_with_their_headers()
    {
        var (document, schema) = await ReadAsync();
        foreach (var (name, operation) in Operations(document))
        {
            var responses = operation.GetProperty("responses");
            var hasBody = operation.TryGetProperty("requestBody", out _);
            var isPost = name.StartsWith("POST", StringComparison.Ordinal);
            List<string> expected = ["400", "401", "429", "500", "503"];
            expected.AddRange(name == "GET /api/v1/me" ? [] : ["403"]);
            expected.AddRange(name.Contains('{', StringComparison.Ordinal) ? ["404"] : []);
            expected.AddRange(hasBody ? ["413", "415"] : []);
            expected.AddRange(isPost ? ["409"] : []);
            foreach (var status in expected)
            {
                Assert.True(responses.TryGetProperty(status, out var response), $"{name} does not tell its {status}.");
                response = schema.Resolve(response);
                Assert.NotEmpty(response.GetProperty("content").GetProperty("application/json").GetProperty("examples").EnumerateObject());
                Assert.All(
                    status is "401" ? ["X-Request-Id"] : (string[])["X-Request-Id", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "RateLimit-Policy", "RateLimit"],
                    header => Assert.True(response.GetProperty("headers").TryGetProperty(header, out _), $"{name} {status} lacks {header}."));
                Assert.Equal(status is "429" or "503" or "409" && (isPost || status is not "409"), response.GetProperty("headers").TryGetProperty("Retry-After", out _));
            }

            var told = operation.GetProperty("x-error-codes").EnumerateArray().Select(code => code.GetString());
            var shown = responses.EnumerateObject().Where(response => response.Name[0] is '4' or '5')
                .SelectMany(response => schema.Resolve(response.Value).GetProperty("content").GetProperty("application/json").GetProperty("examples").EnumerateObject())
                .Select(example => example.Value.GetProperty("value").GetProperty("error").GetProperty("code").GetString());
            Assert.Equal(shown.Distinct().Order(StringComparer.Ordinal), told);
            var success = responses.EnumerateObject().First(response => response.Name.StartsWith('2'));
            Assert.Equal(success.Name is "201" && !name.EndsWith("/batch", StringComparison.Ordinal), success.Value.GetProperty("headers").TryGetProperty("Location", out _));
            Assert.Equal(isPost, success.Value.GetProperty("headers").TryGetProperty("Idempotent-Replayed", out _));
            Assert.Equal(isPost, Parameters(operation).Any(parameter => Text(parameter, "name") == "Idempotency-Key"));
            Assert.Equal(responses.TryGetProperty("304", out _), success.Value.GetProperty("headers").TryGetProperty("ETag", out _));
            Assert.Equal(responses.TryGetProperty("412", out _), Parameters(operation).Any(parameter => Text(parameter, "name") == "If-Match"));
            Assert.Equal(success.Name is not "204", success.Value.TryGetProperty("content", out _));
        }
    }

    [Fact]
    public async Task Every_parameter_and_every_field_of_a_request_has_its_limits()
    {
        var (document, _) = await ReadAsync();
        List<string> unlimited =
        [
            .. from operation in Operations(document)
               from parameter in Parameters(operation.Operation)
               where Text(parameter, "name") is not "If-Match" and not "If-None-Match"
               from lack in LacksOf(parameter.GetProperty("schema"))
               select $"{operation.Name}: the parameter '{Text(parameter, "name")}' {lack}",
            .. from schema in document.GetProperty("components").GetProperty("schemas").EnumerateObject()
               where schema.Name.EndsWith("Request", StringComparison.Ordinal) || schema.Name.EndsWith("Input", StringComparison.Ordinal)
               from field in schema.Value.GetProperty("properties").EnumerateObject()
               from lack in LacksOf(field.Value)
               select $"{schema.Name}.{field.Name} {lack}",
        ];
        Assert.True(unlimited.Count == 0, $"Let its constraint tell what it enforces, in its FieldLimits:\n{string.Join('\n', unlimited)}");
    }

    [Fact]
    public async Task Every_field_has_a_type_and_every_request_is_closed()
    {
        var (document, _) = await ReadAsync();
        foreach (var schema in document.GetProperty("components").GetProperty("schemas").EnumerateObject())
        {
            Assert.Matches("^[A-Z][A-Za-z]+$", schema.Name);
            if (schema.Value.TryGetProperty("enum", out _))
            {
                continue;
            }

            var isRequest = schema.Name.EndsWith("Request", StringComparison.Ordinal) || schema.Name.EndsWith("Input", StringComparison.Ordinal);
            Assert.Equal((schema.Name, isRequest), (schema.Name, schema.Value.TryGetProperty("additionalProperties", out var others) && others.ValueKind is JsonValueKind.False));
            foreach (var field in schema.Value.GetProperty("properties").EnumerateObject())
            {
                Assert.True(
                    field.Value.TryGetProperty("type", out _) || field.Value.TryGetProperty("$ref", out _) || field.Value.TryGetProperty("oneOf", out _), $"{schema.Name}.{field.Name} has no type.");
            }
        }
    }

    [Fact]
    public async Task Nearly_everything_is_described_and_nothing_by_how_it_is_made()
    {
        var (document, _) = await ReadAsync();
        List<(string Name, string? Description)> told =
        [
            .. Operations(document).Select(operation => (operation.Name, (string?)Text(operation.Operation, "description"))),
            .. from operation in Operations(document)
               from parameter in Parameters(operation.Operation)
               select ($"{operation.Name} {Text(parameter, "name")}", DescriptionOf(parameter)),
            .. document.GetProperty("components").GetProperty("schemas").EnumerateObject().SelectMany(schema => Fields(schema.Value)
                .Select(field => ($"{schema.Name}.{field.Name}", DescriptionOf(field.Value)))
                .Prepend((schema.Name, DescriptionOf(schema.Value)))),
        ];

        // Envelopes carry what they are named after, and have nothing to say for themselves.
        var missing = told.Where(one => string.IsNullOrEmpty(one.Description) && !s_envelope.IsMatch(one.Name)).Select(one => one.Name).ToList();
        Assert.True(missing.Count <= told.Count * 0.05, $"{missing.Count} of {told.Count} have no description:\n{string.Join('\n', missing)}");
        var inside = told.Where(one => s_inside.IsMatch(one.Description ?? "")).Select(one => $"{one.Name}: {one.Description}").ToList();
        Assert.True(inside.Count == 0, $"An integrator cannot see this; put it into <remarks>:\n{string.Join('\n', inside)}");
    }

    [Fact]
    public async Task Clients_read_every_answer_and_every_error_without_looking_what_it_is()
    {
        var (document, schema) = await ReadAsync();
        foreach (var (name, operation) in Operations(document))
        {
            foreach (var response in operation.GetProperty("responses").EnumerateObject())
            {
                if (!schema.Resolve(response.Value).TryGetProperty("content", out var content))
                {
                    continue;
                }

                var media = Assert.Single(content.EnumerateObject());
                if (response.Name[0] is '4' or '5')
                {
                    Assert.Equal(("application/json", "#/components/schemas/ErrorEnvelope"), (media.Name, Text(media.Value.GetProperty("schema"), "$ref")));
                }
                else if (media.Name is "application/json")
                {
                    var data = Fields(schema.Resolve(media.Value.GetProperty("schema"))).Single(field => field.Name is "data").Value;
                    Assert.False(IsNullable(data), $"The data of {name} may be null.");
                }
            }
        }
    }

    [Fact]
    public async Task A_set_of_values_has_a_name_wherever_it_is_used_twice()
    {
        var (document, _) = await ReadAsync();
        var unnamed = new List<string>();
        Walk(document.GetProperty("paths"));
        foreach (var schema in document.GetProperty("components").GetProperty("schemas").EnumerateObject().Where(schema => !schema.Value.TryGetProperty("enum", out _)))
        {
            Walk(schema.Value);
        }

        // One value alone tells forms of one thing apart.
        var twice = unnamed.GroupBy(values => values).Where(group => group.Count() > 1 && group.Key.Contains(',', StringComparison.Ordinal)).Select(group => group.Key);
        Assert.True(!twice.Any(), $"Keep it in the All of a static class: {string.Join("; ", twice)}");

        void Walk(JsonElement node)
        {
            if (node.ValueKind is JsonValueKind.Array)
            {
                node.EnumerateArray().ToList().ForEach(Walk);
            }

            if (node.ValueKind is not JsonValueKind.Object)
            {
                return;
            }

            if (node.TryGetProperty("enum", out var values) && values.ValueKind is JsonValueKind.Array)
            {
                unnamed.Add(values.ToString());
            }

            node.EnumerateObject().ToList().ForEach(field => Walk(field.Value));
        }
    }

    [Fact]
    public async Task Every_example_fits_its_schema()
    {
        var (document, schema) = await ReadAsync();
        var checkedExamples = 0;
        List<string> problems = [];
        Walk(document.GetProperty("paths"), "");
        Walk(document.GetProperty("webhooks"), "");
        Walk(document.GetProperty("components").GetProperty("responses"), "");
        Walk(document.GetProperty("components").GetProperty("headers"), "");
        Assert.True(problems.Count == 0, string.Join('\n', problems));
        Assert.True(checkedExamples > 100);

        void Walk(JsonElement node, string at)
        {
            if (node.ValueKind is JsonValueKind.Array)
            {
                foreach (var (index, item) in node.EnumerateArray().Index())
                {
                    Walk(item, $"{at}/{index}");
                }
            }

            if (node.ValueKind is not JsonValueKind.Object)
            {
                return;
            }

            if (node.TryGetProperty("schema", out var own))
            {
                List<JsonElement> examples = node.TryGetProperty("example", out var example) ? [example] : [];
                examples.AddRange(node.TryGetProperty("examples", out var several) ? several.EnumerateObject().Select(one => one.Value.GetProperty("value")) : []);
                checkedExamples += examples.Count;
                problems.AddRange(examples.SelectMany(one => schema.ProblemsOf(one, own)).Select(problem => $"{at}: {problem}"));
                Assert.True(examples.Count > 0 || !node.TryGetProperty("content", out _), $"{at} has no example.");
                return;
            }

            foreach (var property in node.EnumerateObject())
            {
                Walk(property.Value, $"{at}/{property.Name}");
            }
        }
    }

    /// <summary>A field of which nothing is known but its name is shown with the name for a value, which says nothing.</summary>
    [Fact]
    public async Task No_example_shows_the_name_of_a_field_for_its_value()
    {
        var (document, _) = await ReadAsync();
        var (shown, names) = (0, new HashSet<string>());
        foreach (var (_, operation) in Operations(document))
        {
            var answers = operation.GetProperty("responses").EnumerateObject().Where(response => response.Name[0] is '2').Select(response => response.Value);
            foreach (var body in operation.TryGetProperty("requestBody", out var request) ? answers.Append(request) : answers)
            {
                if (body.TryGetProperty("content", out var content) && content.TryGetProperty("application/json", out var media))
                {
                    Walk(media.GetProperty("example"));
                }
            }
        }

        Assert.True(shown > 100);
        Assert.True(names.Count == 0, $"Give it a better one, [Example(…)]: {string.Join(", ", names)}");

        void Walk(JsonElement node)
        {
            if (node.ValueKind is JsonValueKind.Array)
            {
                node.EnumerateArray().ToList().ForEach(Walk);
            }

            foreach (var field in node.ValueKind is JsonValueKind.Object ? node.EnumerateObject() : default)
            {
                shown++;
                var value = field.Value is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? list[0] : field.Value;
                if (value.ValueKind is JsonValueKind.String && value.GetString() == field.Name)
                {
                    names.Add(field.Name);
                }

                Walk(field.Value);
            }
        }
    }

    [Fact]
    public async Task Every_example_of_a_request_is_accepted()
    {
        var (document, _) = await ReadAsync();
        var schemas = run.Shared.Services.GetRequiredService<SchemaBook>();
        var json = run.Shared.Services.GetRequiredService<IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>().Value.SerializerOptions;
        var bodies = Operations(document).Where(operation => operation.Operation.TryGetProperty("requestBody", out _)).ToList();
        Assert.NotEmpty(bodies);
        foreach (var (name, operation) in bodies)
        {
            var media = operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json");
            var type = schemas.TypeOf(Text(media.GetProperty("schema"), "$ref").Split('/')[^1]);
            var body = media.GetProperty("example").Deserialize(type, json)!;
            var validator = (IValidator)run.Shared.Services.GetRequiredService(typeof(IValidator<>).MakeGenericType(type));
            var result = await validator.ValidateAsync(new ValidationContext<object>(body), TestContext.Current.CancellationToken);
            Assert.True(result.IsValid, $"{name} refuses its own example; give {type.Name} one that it takes, [Example(…)]: {result}");
        }
    }

    [Fact]
    public async Task Every_event_is_documented_and_written_as_its_webhook_is_documented()
    {
        var (document, schema) = await ReadAsync();
        var webhooks = document.GetProperty("webhooks");
        Assert.Equal(
            [
                "call.cancelled", "call.ended", "call.failed", "call.report", "call.scheduled", "call.started", "contact.created", "contact.deleted", "contact.updated", "ping",
                "whatsapp.message.received", "whatsapp.message.status",
            ],
            webhooks.EnumerateObject().Select(webhook => webhook.Name).Order(StringComparer.Ordinal));

        var tenant = await run.Shared.CreateTenantAsync();
        var at = tenant.Now.AddHours(1).ToString("O");
        var id = (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From, scheduledAt = at })).Data.GetProperty("id").GetString();
        await tenant.Api.PostAsync($"/calls/{id}/cancel", null);
        await tenant.CreateContactAsync();
        var endpoint = await tenant.CreateAsync("/webhooks", new { url = "https://example.com/hooks", events = new[] { "call.ended" } });
        await tenant.Api.PostAsync($"/webhooks/{endpoint}/test", null);
        var events = await run.Shared.InDatabaseAsync(db => db.Events.Where(row => row.OrganizationId == tenant.Organization.Id).OrderBy(row => row.Position).ToListAsync());
        Assert.Equal(["call.scheduled", "call.cancelled", "contact.created", "ping"], events.Select(row => row.Type));
        foreach (var row in events)
        {
            var body = webhooks.GetProperty(row.Type).GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");
            Assert.Empty(schema.ProblemsOf(JsonElement.Parse($$"""{"event":"{{row.Type}}","timestamp":"2026-01-15T10:30:00.000Z","data":{{row.Data}}}"""), body));
        }
    }

    private async Task<(JsonElement Document, JsonSchema Schema)> ReadAsync()
    {
        var document = (await run.Shared.DocumentedAsync()).Document;
        Assert.StartsWith("3.1.", Text(document, "openapi"), StringComparison.Ordinal);
        return (document, new JsonSchema(document));
    }

    private static List<(string Name, JsonElement Operation)> Operations(JsonElement document)
    {
        var operations = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (Name: $"{operation.Name.ToUpperInvariant()} {path.Name}", Operation: operation.Value))).ToList();
        Assert.NotEmpty(operations);
        return operations;
    }

    private static JsonElement[] Parameters(JsonElement operation) =>
        operation.TryGetProperty("parameters", out var parameters) ? [.. parameters.EnumerateArray()] : [];

    private static IEnumerable<string> LacksOf(JsonElement schema)
    {
        var types = !schema.TryGetProperty("type", out var type) ? [] : type.ValueKind is JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString()!).ToList() : [type.GetString()!];
        string[] enough = ["maxLength", "pattern", "format", "enum"];
        if (types.Contains("string") && !enough.Any(keyword => schema.TryGetProperty(keyword, out _)))
        {
            yield return "is a string without limits";
        }

        if (types.Contains("array"))
        {
            if (!schema.TryGetProperty("maxItems", out _))
            {
                yield return "is an array without limits";
            }

            foreach (var lack in LacksOf(schema.GetProperty("items")))
            {
                yield return $"has items, of which each {lack}";
            }
        }

        if (types.Contains("object") && schema.TryGetProperty("additionalProperties", out var values) && values.ValueKind is JsonValueKind.Object && values.TryGetProperty("type", out _) && !schema.TryGetProperty("maxProperties", out _))
        {
            yield return "is a map without limits";
        }

        if (types.Contains("integer") && !schema.TryGetProperty("maximum", out _))
        {
            yield return "is a number without limits";
        }
    }

    private static JsonElement.ObjectEnumerator Fields(JsonElement schema) => schema.TryGetProperty("properties", out var fields) ? fields.EnumerateObject() : default;

    private static bool IsNullable(JsonElement schema) =>
        (schema.TryGetProperty("type", out var type) && type.ToString().Contains("null", StringComparison.Ordinal)) || schema.TryGetProperty("oneOf", out _);

    private static string? DescriptionOf(JsonElement node) => node.TryGetProperty("description", out var text) ? text.GetString() : null;

    private static string Text(JsonElement node, string name) => node.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
