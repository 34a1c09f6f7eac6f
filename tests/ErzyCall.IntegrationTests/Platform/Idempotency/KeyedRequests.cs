using System.Net;
using System.Text;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Platform.Idempotency;
using ErzyCall.Api.Platform.Idempotency.Http;
using ErzyCall.Api.Platform.Tenancy;
using ErzyCall.IntegrationTests.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace ErzyCall.IntegrationTests.Platform.Idempotency;

/// <summary>What the tests of idempotency send, and what is left of it in the database and in Redis.</summary>
internal static class KeyedRequests
{
    /// <summary>A call for later: it is recorded together with an event, <c>call.scheduled</c>.</summary>
    public static string ScheduledCall(this Tenant tenant) =>
        $$"""{"to":"+14155550100","from":"{{Tenant.From}}","scheduledAt":"{{tenant.Now.AddDays(2):yyyy-MM-ddTHH:mm:ssZ}}"}""";

    public static string Call(string to = "+14155550100") => $$"""{"to":"{{to}}","from":"{{Tenant.From}}"}""";

    /// <summary>The same request as the server sees it: its lock, its place in Redis.</summary>
    public static IdempotentRequest Seen(this Tenant tenant, string key, string body = "", string path = "/api/v1/calls", string query = "")
    {
        var context = new DefaultHttpContext { Request = { Method = "POST", Path = path, QueryString = new QueryString(query) } };
        return KeyedHttpRequest.Of(tenant.Caller, key, context.Request, Encoding.UTF8.GetBytes(body), answersWithSecret: false);
    }

    public static IDatabase Redis(this TestServer server) => server.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();

    public static async Task<(int Calls, int Events, int Keys)> CountAsync(this Tenant tenant) =>
        await tenant.Server.InDatabaseAsync(async db => (
            await db.Calls.OwnedBy(tenant.Caller).CountAsync(),
            await db.Events.OwnedBy(tenant.Caller).CountAsync(),
            await db.IdempotencyRecords.OwnedBy(tenant.Caller).CountAsync()));

    /// <summary>It is the kept response, byte for byte, and says so.</summary>
    public static void ShouldReplay(this ApiResponse replay, ApiResponse first)
    {
        Assert.True(replay.Status == first.Status && replay.Header("Idempotent-Replayed") == "true", $"Not a replay: {(int)replay.Status} {replay.Text}");
        Assert.Null(first.Header("Idempotent-Replayed"));
        Assert.Equal(first.Text, replay.Text);
        Assert.Equal(first.Header("Content-Type"), replay.Header("Content-Type"));
        Assert.Equal(first.Header("Location"), replay.Header("Location"));
        Assert.Equal(first.Header("Content-Length"), replay.Header("Content-Length"));
    }

    public static ApiResponse ShouldBeNew(this ApiResponse response)
    {
        response.ShouldBe(HttpStatusCode.Created);
        Assert.Null(response.Header("Idempotent-Replayed"));
        return response;
    }
}
