using System.Net;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using ErzyCall.Api.Features.Calls.Dispatch.Vapi;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Meta;
using ErzyCall.Api.Platform.Idempotency;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Validation;
using ErzyCall.Api.Platform.Secrets;
using ErzyCall.IntegrationTests.Server;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Conventions;

/// <summary>What goes out, what may come in, and how what is secret is compared, over all routes and all code.</summary>
public sealed partial class SecretsTests(TestRun run)
{
    /// <summary>What the server alone decides, or nobody is told.</summary>
    private static readonly string[] s_notForClients =
    [
        "id", "organizationId", "createdAt", "updatedAt", "lastUsedAt", "secret", "secretHash", "previousSecret", "perMinute", "perHour", "mode", "maxConcurrentCalls", "slot", "disabledReason",
        "accessToken", "appSecret", "verifyToken", "startedAt", "endedAt", "endedReason", "duration", "transcript", "carrier", "leasedUntil", "dueAt", "deadlineAt", "at", "sequence", "position",
    ];

    [Fact]
    public async Task A_secret_is_in_the_answers_of_those_routes_alone_that_keep_it_encrypted()
    {
        var document = (await run.Shared.DocumentedAsync()).Document;
        var documented = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject()
                .Where(operation => operation.Value.GetProperty("responses").EnumerateObject().Any(response => HasSecret(response.Value, document, [])))
                .Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}"))
            .ToList();
        var marked = run.Shared.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<ReturnsSecret>() is not null)
            .Select(endpoint => $"{endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Single()} {endpoint.RoutePattern.RawText!.TrimEnd('/')}")
            .ToList();

        Assert.Equal(["POST /api/v1/api-keys", "POST /api/v1/webhooks", "POST /api/v1/webhooks/{webhookEndpointId}/rotate-secret"], marked.Order(StringComparer.Ordinal));
        Assert.Equal(marked.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task No_body_is_read_into_an_entity_or_has_a_field_for_what_the_server_decides()
    {
        var entities = await run.Shared.InDatabaseAsync(db => Task.FromResult(db.Model.GetEntityTypes().Select(type => type.ClrType).ToHashSet()));
        var bodies = run.Shared.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<BodyIsRead>()?.Body).OfType<Type>().ToList();
        Assert.NotEmpty(bodies);
        var read = new HashSet<Type>();
        foreach (var body in bodies)
        {
            Collect(body, read);
        }

        Assert.Empty(read.Intersect(entities));
        Assert.All(read, type => Assert.Empty(type.GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Intersect(s_notForClients)));
    }

    [Theory]
    [InlineData("organizationId")]
    [InlineData("id")]
    [InlineData("createdAt")]
    public async Task Such_a_field_is_refused_and_where_unknown_fields_are_ignored_it_changes_nothing(string field)
    {
        await using var lenient = await run.StartServerAsync(new TestServerOptions { Settings = new Dictionary<string, string> { ["Api:UnknownFields"] = "Ignore" } });
        foreach (var server in new[] { run.Shared, lenient })
        {
            var tenant = await server.CreateTenantAsync();
            var stranger = await server.CreateTenantAsync();
            var value = field switch { "organizationId" => stranger.Organization.Id.ToString(), "id" => "contact_01h455vb4pex5vsknk084sn02q", _ => "2000-01-01" };
            var answer = await tenant.Api.PostAsync("/contacts", $$"""{"title":"Ada","phone":"+14155550165","{{field}}":"{{value}}"}""");
            if (server == run.Shared)
            {
                answer.ShouldBeError(400, "VALIDATION_ERROR", field);
                continue;
            }

            Assert.DoesNotContain(value, answer.ShouldBe(HttpStatusCode.Created).Text, StringComparison.Ordinal);
            Assert.Single((await tenant.Api.GetAsync("/contacts")).Data.EnumerateArray());
            Assert.Empty((await stranger.Api.GetAsync("/contacts")).Data.EnumerateArray());
        }
    }

    /// <summary>An API key is not compared at all: it is looked up by its SHA-256, of which the time of a look-up tells nothing that leads to the key.</summary>
    [Fact]
    public void What_the_platform_shows_is_compared_in_constant_time_wherever_it_is_compared()
    {
        var inConstantTime = typeof(CryptographicOperations).GetMethod(nameof(CryptographicOperations.FixedTimeEquals))!;
        var isValid = typeof(CallbackSignature).GetMethod(nameof(CallbackSignature.IsValid))!;
        MethodInfo[] decrypted = [typeof(AccountSecrets).GetMethod(nameof(AccountSecrets.AppSecretOf))!, typeof(AccountSecrets).GetMethod(nameof(AccountSecrets.VerifyTokenOf))!];

        var areEqual = typeof(SecretText).GetMethod(nameof(SecretText.AreEqual))!;
        Assert.All([isValid, areEqual], compares => Assert.Contains(inConstantTime, CallsOf(compares)));
        Assert.Contains(areEqual, CallsOf(typeof(VapiCarrier).GetMethod(nameof(VapiCarrier.IsAuthentic))!));
        var users = typeof(ErzyCallDbContext).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => (Method: method, Calls: CallsOf(method)))
            .Where(user => user.Calls.Intersect(decrypted).Any())
            .ToList();
        Assert.Equal(2, users.Count);
        Assert.All(users, user => Assert.True(user.Calls.Contains(areEqual) || user.Calls.Contains(isValid), $"{user.Method.DeclaringType} compares a secret in its own way."));
        Assert.All(users, user => Assert.DoesNotContain(user.Calls, call => call.Name is "SequenceEqual"));
    }

    /// <summary>The methods that a method calls, out of its IL.</summary>
    private static HashSet<MethodBase> CallsOf(MethodInfo method)
    {
        const byte Call = 0x28, CallVirtual = 0x6F;
        var calls = new HashSet<MethodBase>();
        var il = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var at = 0; at + 4 < il.Length; at++)
        {
            if (il[at] is Call or CallVirtual)
            {
                try
                {
                    calls.Add(method.Module.ResolveMethod(BitConverter.ToInt32(il, at + 1), method.DeclaringType?.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : null)!);
                }
                catch (ArgumentException)
                {
                    // It is an operand that looks like a call.
                }
            }
        }

        return calls;
    }

    /// <summary>A type that is read from JSON, and all that is read within it.</summary>
    private static void Collect(Type type, HashSet<Type> read)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Given<>))
        {
            // It is one text: the id of an entity, and not the entity.
            return;
        }

        if (type.IsGenericType)
        {
            foreach (var argument in type.GetGenericArguments())
            {
                Collect(argument, read);
            }
        }
        else if (type.Namespace?.StartsWith("ErzyCall.", StringComparison.Ordinal) is true && read.Add(type))
        {
            foreach (var property in type.GetProperties())
            {
                Collect(property.PropertyType, read);
            }
        }
    }

    private static bool HasSecret(JsonElement element, JsonElement document, HashSet<string> seen) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Any(member =>
            member.Name is "properties" && member.Value.EnumerateObject().Any(property => Secret().IsMatch(property.Name))
            || (member.Name is "$ref"
                ? seen.Add(member.Value.GetString()!) && HasSecret(member.Value.GetString()![2..].Split('/').Aggregate(document, (place, segment) => place.GetProperty(segment)), document, seen)
                : HasSecret(member.Value, document, seen))),
        JsonValueKind.Array => element.EnumerateArray().Any(item => HasSecret(item, document, seen)),
        _ => false,
    };

    [GeneratedRegex("secret|token|hash|password|credential|signature", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}
