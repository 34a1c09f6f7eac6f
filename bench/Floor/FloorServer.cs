using System.Security.Cryptography;
using System.Text;
using Npgsql;
using StackExchange.Redis;

namespace ErzyCall.Bench.Floor;

/// <summary>
/// The floor that the server is measured against: what somebody would write by hand for the measured paths and nothing else. It looks up
/// the key, keeps the limits, and writes the same rows and the same bytes; it checks no request, asks neither ledger nor policy, knows no
/// scopes and writes no log.
/// </summary>
internal static class FloorServer
{
    public const string Command = "floor";

    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var postgres = new NpgsqlConnectionStringBuilder(builder.Configuration.GetConnectionString("Postgres"))
        {
            // Each statement is prepared in its session, the second time that it is sent.
            MaxAutoPrepare = 50,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
        };
        await using var database = NpgsqlDataSource.Create(postgres);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(builder.Configuration.GetConnectionString("Redis")!);
        var door = new FloorDoor(database, redis.GetDatabase());
        var calls = new FloorCalls(database, redis.GetDatabase(), door);
        var contacts = new FloorContacts(database, door);

        await using var app = builder.Build();
        app.MapGet("/health/ready", () => "ok");
        app.MapGet("/api/v1/calls/{id}", (RequestDelegate)calls.GetAsync);
        app.MapGet("/api/v1/calls", (RequestDelegate)calls.ListAsync);
        app.MapPost("/api/v1/calls", (RequestDelegate)calls.PostAsync);
        app.MapGet("/api/v1/contacts/search", (RequestDelegate)contacts.SearchAsync);
        await app.RunAsync();
    }
}

/// <summary>Whose key it is, and with what limits.</summary>
internal sealed class FloorKey(Guid id, Guid organization, FloorLimits limits)
{
    public Guid Organization => organization;

    public FloorLimits Limits => limits;

    public RedisKey[] Windows { get; } =
    [
        $"rate:{{{FloorIds.Text("org_", organization)}}}:{FloorIds.Text("key_", id)}",
        $"rate:{{{FloorIds.Text("org_", organization)}}}",
    ];
}

/// <summary>What every request passes: its key is looked up, and it is taken from the limits.</summary>
internal sealed class FloorDoor(NpgsqlDataSource database, IDatabase redis)
{
    private const string Find =
        """
        SELECT k.id, k.organization_id, k.per_minute, k.per_hour, o.per_minute, o.per_hour, k.expires_at, k.revoked_at
        FROM api_keys AS k JOIN organizations AS o ON o.id = k.organization_id WHERE k.secret_hash = $1
        """;

    /// <returns>The key; <c>null</c> once the request has been refused.</returns>
    public async Task<FloorKey?> FindAsync(HttpContext context)
    {
        await using var command = database.CreateCommand(Find);
        command.Parameters.Add(Sql.Value(SHA256.HashData(Encoding.ASCII.GetBytes(context.Request.Headers["X-API-Key"].ToString()))));
        await using var row = await command.ExecuteReaderAsync();
        if (!await row.ReadAsync() || !await row.IsDBNullAsync(7) || (!await row.IsDBNullAsync(6) && row.GetDateTime(6) < DateTime.UtcNow))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return null;
        }

        return new FloorKey(
            row.GetGuid(0), row.GetGuid(1), new FloorLimits(row.GetInt32(2), row.GetInt32(3), row.GetInt32(4), row.GetInt32(5)));
    }

    /// <returns>Whether the request may go on; else it has been refused.</returns>
    public async Task<bool> AdmitAsync(HttpContext context, FloorKey key)
    {
        var used = await FloorUsage.TakeAsync(redis, key);
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers["X-Request-Id"] = FloorIds.Text("req_", Guid.CreateVersion7());
        headers.XContentTypeOptions = "nosniff";
        used.Write(headers);
        if (!used.IsAllowed)
        {
            await used.RefuseAsync(context.Response);
        }

        return used.IsAllowed;
    }

    public async Task<FloorKey?> EnterAsync(HttpContext context) =>
        await FindAsync(context) is { } key && await AdmitAsync(context, key) ? key : null;
}

internal static class Sql
{
    public static NpgsqlParameter Value<T>(T value) => new NpgsqlParameter<T> { TypedValue = value };

    public static NpgsqlParameter Json(string value) =>
        new NpgsqlParameter<string> { TypedValue = value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Json };
}
