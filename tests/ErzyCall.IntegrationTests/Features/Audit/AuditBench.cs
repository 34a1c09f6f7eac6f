using System.Net;
using System.Text.Json;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Calls.Dispatch.Simulation;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WebhookEndpoints;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Platform.Secrets;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Features.Audit;

/// <summary>A server on a database of its own for tests that break it; each its own organization, one after another.</summary>
public sealed class AuditBench(TestRun run) : IAsyncLifetime
{
    internal TestServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await run.StartServerAsync(new TestServerOptions { Settings = WebhookEngine.Settings });

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>An organization that has been there for a day.</summary>
    internal async Task<Tenant> CreateTenantAsync()
    {
        var tenant = await Server.CreateTenantAsync();
        await BreakAsync($"UPDATE organizations SET limit_set_at = limit_set_at - interval '1 day' WHERE id = '{tenant.Organization.Id.Value}'");
        return tenant;
    }

    /// <summary>A call that is over, as the last four digits of its number have it, with its events still to be published.</summary>
    internal async Task<string> CallAsync(Tenant tenant, string to = "+14155550100")
    {
        var call = await tenant.PlaceCallAsync(to);
        await Server.RunAsync<CallDispatchJob>();
        await Server.RunAsync<SimulatedCarrierJob>();
        return call;
    }

    /// <summary>Takes away what a test has broken, so that no job of another one stumbles over it.</summary>
    internal Task ForgetAsync(Tenant tenant) => BreakAsync(
        $"""
         DELETE FROM simulated_calls WHERE call_id IN (SELECT id FROM calls WHERE organization_id = '{tenant.Organization.Id.Value}');
         DELETE FROM simulated_messages WHERE message_id IN (SELECT id FROM messages WHERE organization_id = '{tenant.Organization.Id.Value}');
         DELETE FROM calls WHERE organization_id = '{tenant.Organization.Id.Value}';
         DELETE FROM messages WHERE organization_id = '{tenant.Organization.Id.Value}';
         DELETE FROM events WHERE organization_id = '{tenant.Organization.Id.Value}';
         DELETE FROM webhook_deliveries WHERE organization_id = '{tenant.Organization.Id.Value}';
         DELETE FROM do_not_call_entries WHERE organization_id = '{tenant.Organization.Id.Value}';
         DELETE FROM usage_changes WHERE organization_id = '{tenant.Organization.Id.Value}';
         DELETE FROM usage_sums WHERE organization_id = '{tenant.Organization.Id.Value}'
         """);

    internal Task PublishAsync() => Server.RunAsync<PublishEventsJob>();

    /// <summary>SQL that no trigger, no foreign key and no other guard but checks and unique indexes stands in the way of.</summary>
    internal Task BreakAsync(string sql) => Server.InDatabaseAsync(async db =>
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.Database.ExecuteSqlRawAsync("SET LOCAL session_replication_role = replica");
        var rows = await db.Database.ExecuteSqlRawAsync(sql);
        await transaction.CommitAsync();
        return rows;
    });

    internal Task<Guid> FindAsync(string sql) => Server.InDatabaseAsync(db => db.Database.SqlQueryRaw<Guid>(sql).SingleAsync());
}

internal static class AuditAnswer
{
    /// <summary>An endpoint, at whatever address.</summary>
    public static async Task<WebhookEndpoint> SubscribeAsync(this Tenant tenant, string url, params string[] events)
    {
        var secret = WebhookSecret.Generate().Encrypt(tenant.Server.Services.GetRequiredService<Encryption>());
        var others = await tenant.Server.InDatabaseAsync(db => db.WebhookEndpoints.CountAsync(endpoint => endpoint.OrganizationId == tenant.Organization.Id));
        return await tenant.AddAsync(WebhookEndpoint.Create(tenant.Organization.Id, others + 1, url, events, description: null, secret, tenant.Now));
    }

    /// <summary>What the audit route says to this tenant.</summary>
    public static async Task<ApiResponse> AuditAsync(this Tenant tenant, string query = "") => await tenant.Api.GetAsync($"/health/audit{query}");

    public static IReadOnlyList<JsonElement> Laws(this ApiResponse audit, string status) =>
        [.. audit.Json.GetProperty("laws").EnumerateArray().Where(law => law.GetProperty("status").GetString() == status)];

    public static string Name(this JsonElement law) => law.GetProperty("name").GetString()!;

    public static IReadOnlyList<string> Offenders(this JsonElement law) => [.. law.GetProperty("offenders").EnumerateArray().Select(id => id.GetString()!)];

    /// <summary>200, and every law is <c>ok</c>.</summary>
    public static ApiResponse ShouldHold(this ApiResponse audit)
    {
        Assert.Empty(audit.Laws("violated").Select(law => law.GetRawText()));
        Assert.Empty(audit.Laws("unchecked").Select(law => law.GetRawText()));
        Assert.Equal("ok", audit.ShouldBe(HttpStatusCode.OK).Json.GetProperty("status").GetString());
        return audit;
    }
}
