using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>A request as the platform received it.</summary>
internal sealed record CloudRequest(string Method, string Target, string? Authorization, string Body)
{
    public JsonElement Json => JsonElement.Parse(Body);
}

/// <summary>A local HTTP server that answers as the platform's Cloud API does. By default it takes every message.</summary>
internal sealed class CloudApi : IAsyncDisposable
{
    private WebApplication? _server;

    private CloudApi()
    {
    }

    public ConcurrentQueue<CloudRequest> Requests { get; } = [];

    public Func<HttpContext, CloudRequest, Task> Answer { get; set; } = static (context, request) => AcceptAsync(context, request);

    public Uri Address => new(_server!.Urls.Single());

    public static async Task<CloudApi> StartAsync()
    {
        var platform = new CloudApi();
        platform._server = await LocalHttpServer.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var request = new CloudRequest(
                context.Request.Method, $"{context.Request.Path}{context.Request.QueryString}", context.Request.Headers.Authorization, await reader.ReadToEndAsync());
            platform.Requests.Enqueue(request);
            await platform.Answer(context, request);
        });
        return platform;
    }

    /// <summary>Refuses with an error in the documented shape.</summary>
    public void Refuse(HttpStatusCode status, int code, string? retryAfter = null) => Answer = (context, _) =>
    {
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        return WriteAsync(
            context,
            status,
            $$$"""{"error":{"message":"(#{{{code}}}) Title","type":"OAuthException","code":{{{code}}},"error_data":{"messaging_product":"whatsapp","details":"What is wrong in detail"},"error_subcode":2494055,"fbtrace_id":"Az8or2yhqkZfEZ-_4Qn_Bam"}}""");
    };

    public static Task WriteAsync(HttpContext context, HttpStatusCode status, string json)
    {
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = "application/json; charset=UTF-8";
        return context.Response.WriteAsync(json);
    }

    public static Task AcceptAsync(HttpContext context, CloudRequest request)
    {
        var to = request.Json.GetProperty("to").GetString();
        return WriteAsync(
            context,
            HttpStatusCode.OK,
            $$$"""{"messaging_product":"whatsapp","contacts":[{"input":"{{{to}}}","wa_id":"{{{to!.TrimStart('+')}}}"}],"messages":[{"id":"wamid.HBgL{{{Guid.CreateVersion7():N}}}","message_status":"accepted"}]}""");
    }

    public async ValueTask DisposeAsync() => await _server!.DisposeAsync();
}
