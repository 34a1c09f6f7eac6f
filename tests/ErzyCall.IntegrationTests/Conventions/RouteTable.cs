using ErzyCall.Api.Platform.Authorization;
using ErzyCall.IntegrationTests.Server;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Conventions;

/// <summary>One route as the server serves it.</summary>
/// <param name="Parameters">The names of the ids in its path, in order.</param>
internal sealed record ServedRoute(HttpMethod Method, string Pattern, string? Scope, IReadOnlyList<string> Parameters)
{
    /// <summary>The path with an id in each place.</summary>
    public string PathWith(Func<string, string> idOf) =>
        Parameters.Aggregate($"/{Pattern.Trim('/')}", (path, name) => path.Replace($"{{{name}}}", idOf(name), StringComparison.Ordinal));

    public override string ToString() => $"{Method} {Pattern}";
}

/// <summary>Every route under <c>/api</c>, read from the running server, so that no list of them has to be kept.</summary>
internal static class RouteTable
{
    /// <summary>A body for every route that has an id in its path and wants one.</summary>
    private static readonly Dictionary<string, string> s_bodies = new()
    {
        ["PATCH /api/v1/contacts/{contactId}"] = """{"title":"Another title"}""",
        ["PATCH /api/v1/contact-groups/{groupId}"] = """{"description":"Another description"}""",
        ["POST /api/v1/contact-groups/{groupId}/members"] = """{"contactIds":["{contactId}"]}""",
        ["PATCH /api/v1/prompts/{promptId}"] = """{"name":"Another name"}""",
        ["PATCH /api/v1/cases/{caseId}"] = """{"title":"Another title"}""",
        ["PATCH /api/v1/assistants/inbound/{inboundAssistantId}"] = """{"name":"Another name"}""",
        ["PATCH /api/v1/assistants/outbound/{outboundAssistantId}"] = """{"name":"Another name"}""",
        ["PATCH /api/v1/phone-numbers/{phoneNumberId}"] = """{"label":"Another label"}""",
        ["PATCH /api/v1/webhooks/{webhookEndpointId}"] = """{"description":"Another description"}""",
        ["POST /api/v1/webhooks/{webhookEndpointId}/recover"] = """{"since":"2026-01-15T10:30:00Z"}""",
        ["PATCH /api/v1/whatsapp/conversations/{conversationId}"] = """{"status":"closed"}""",
    };

    public static IReadOnlyList<ServedRoute> Of(TestServer server)
    {
        var routes = server.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.TrimStart('/').StartsWith("api/", StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Select(method => new ServedRoute(
                HttpMethod.Parse(method),
                endpoint.RoutePattern.RawText!,
                endpoint.Metadata.GetRequiredMetadata<RequiredScope>().Scope,
                [.. endpoint.RoutePattern.Parameters.Select(parameter => parameter.Name)])))
            .ToList();

        // A walk over no routes passes whatever they do.
        Assert.Contains(routes, route => route is { Method.Method: "POST", Pattern: "/api/v1/calls/" });
        Assert.Contains(routes, route => route is { Method.Method: "GET", Pattern: "/api/v1/calls/{callId}" });
        return routes;
    }

    /// <summary>Sends a request that fits the route as far as its path goes.</summary>
    public static Task<ApiResponse> SendAsync(ApiClient api, ServedRoute route, string path) =>
        api.SendAsync(route.Method, path, route.Method == HttpMethod.Post || route.Method == HttpMethod.Patch ? "{}" : null);

    /// <summary>Sends a request that the route does not refuse for its body: what it answers is about the resource.</summary>
    /// <param name="contactId">For a body that names a contact.</param>
    public static Task<ApiResponse> SendFittingAsync(ApiClient api, ServedRoute route, string path, string contactId) =>
        api.SendAsync(route.Method, path, s_bodies.TryGetValue($"{route.Method} {route.Pattern}", out var body) ? body.Replace("{contactId}", contactId, StringComparison.Ordinal) : null);
}
