using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using StackExchange.Redis;

namespace ErzyCall.Bench.Floor;

internal sealed class FloorCalls(NpgsqlDataSource database, IDatabase redis, FloorDoor door)
{
    private const string Listed =
        """
        id, status, "to", "from", contact_id, case_id, assistant_config_id, first_message, metadata, scheduled_at, started_at, ended_at,
        duration, ended_reason, fault, retryable, CASE WHEN status IN ('new', 'scheduled') THEN due_at END, policy_ignored, recording_url,
        created_at, updated_at
        """;

    private const string FindCall =
        $"""
         SELECT {Listed}, variable_values, transcript,
           (SELECT content -> 'assistant' FROM call_scripts AS s WHERE s.organization_id = c.organization_id AND s.hash = c.script_hash)
         FROM calls AS c WHERE organization_id = $1 AND id = $2
         """;

    private const string ListCalls = $"SELECT {Listed} FROM calls WHERE organization_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2";

    private const string AddScript =
        "INSERT INTO call_scripts (organization_id, hash, content) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";

    private const string AddCall =
        """
        INSERT INTO calls (
          id, organization_id, status, "to", canonical_to, "from", first_message, variable_values, metadata, script_hash, scheduled_at, due_at,
          deadline_at, transcript, created_at, updated_at, is_batched, policy_ignored, policy_version)
        VALUES ($1, $2, 'scheduled', $3, $3, $4, $5, $6, $7, $8, $9, $9, $10, '[]', $11, $11, false, false, 0)
        """;

    private const string AddEvent =
        """
        INSERT INTO events (id, organization_id, is_private, type, resource_id, data, created_at)
        VALUES ($1, $2, false, 'call.scheduled', $3, $4, $5)
        """;

    private const string KeepAnswer =
        """
        INSERT INTO idempotency_records (
          organization_id, request_hash, fingerprint, status, content_type, location, body, holds_secret, expires_at)
        VALUES ($1, $2, $3, 201, 'application/json; charset=utf-8', $4, $5, false, $6)
        """;

    private const string FindAnswer =
        "SELECT fingerprint, location, body FROM idempotency_records WHERE organization_id = $1 AND request_hash = $2";

    /// <summary>The assistant of a call that names none.</summary>
    private const string Assistant =
        """{"name":"Platform default","prompt":"You are a friendly phone assistant. Keep your answers short, never invent facts, and end the call politely when the other side wants to.","voice":{"provider":"platform","voiceId":"default"},"model":{"provider":"platform","model":"default"},"transcriber":{"provider":"platform","language":"en"}}""";

    private const string Script = $$$"""{"assistant":{{{Assistant}}},"defaults":{}}""";

    private static readonly byte[] s_assistant = Encoding.UTF8.GetBytes(Assistant);
    private static readonly byte[] s_scriptHash = SHA256.HashData(Encoding.UTF8.GetBytes(Script));
    private static readonly TimeSpan s_keptFor = TimeSpan.FromHours(24);

    /// <summary>The organizations whose script is stored; a script is never deleted.</summary>
    private readonly System.Collections.Concurrent.ConcurrentDictionary<Guid, bool> _scripted = [];

    public async Task GetAsync(HttpContext context)
    {
        if (await door.EnterAsync(context) is not { } key)
        {
            return;
        }

        byte[] body;
        await using (var command = database.CreateCommand(FindCall))
        {
            command.Parameters.Add(Sql.Value(key.Organization));
            command.Parameters.Add(Sql.Value(FloorIds.Read((string)context.Request.RouteValues["id"]!)));
            await using var row = await command.ExecuteReaderAsync();
            if (!await row.ReadAsync())
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            body = FloorJson.Write(2048, json =>
            {
                json.WriteStartObject();
                json.WritePropertyName("data"u8);
                WriteCall(json, row, isWhole: true);
                json.WriteEndObject();
            });
        }

        context.Response.Headers.ETag = $"\"{Base64Url.EncodeToString(SHA256.HashData(body).AsSpan(0, 16))}\"";
        await FloorJson.WriteAsync(context.Response, body);
    }

    public async Task ListAsync(HttpContext context)
    {
        if (await door.EnterAsync(context) is not { } key)
        {
            return;
        }

        var limit = int.Parse(context.Request.Query["limit"]!, CultureInfo.InvariantCulture);
        await using var command = database.CreateCommand(ListCalls);
        command.Parameters.Add(Sql.Value(key.Organization));
        command.Parameters.Add(Sql.Value(limit + 1));
        byte[] body;
        await using (var row = await command.ExecuteReaderAsync())
        {
            body = FloorJson.Write(16 * 1024, json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("data"u8);
                (DateTime At, Guid Id) last = default;
                var more = false;
                for (var count = 0; row.Read(); count++)
                {
                    if (more = count == limit)
                    {
                        break;
                    }

                    WriteCall(json, row, isWhole: false);
                    last = (row.GetDateTime(19), row.GetGuid(0));
                }

                json.WriteEndArray();
                json.WriteStartObject("pagination"u8);
                json.WriteString("cursor"u8, more ? FloorCursor.Of(key.Organization, last.At, last.Id) : null);
                json.WriteBoolean("hasMore"u8, more);
                json.WriteNumber("pageSize"u8, limit);
                json.WriteEndObject();
                json.WriteEndObject();
            });
        }

        await FloorJson.WriteAsync(context.Response, body, hasLength: false);
    }

    public async Task PostAsync(HttpContext context)
    {
        if (await door.FindAsync(context) is not { } key)
        {
            return;
        }

        using var received = new MemoryStream(512);
        await context.Request.Body.CopyToAsync(received);
        var body = received.ToArray();
        var once = Once.Of(key.Organization, context.Request.Headers["Idempotency-Key"].ToString(), body);
        var kept = once is null ? null : redis.StringGetAsync(once.Copy);
        if (!await door.AdmitAsync(context, key))
        {
            return;
        }

        if (kept is not null && (byte[]?)await kept is { } copy)
        {
            await AnswerAsync(context.Response, Kept.Read(copy), once!, isReplay: true);
            return;
        }

        var request = JsonSerializer.Deserialize(body, FloorRequests.Default.PlacedCall)!;
        var now = DateTime.UtcNow;
        now = new DateTime(now.Ticks - (now.Ticks % TimeSpan.TicksPerMillisecond), DateTimeKind.Utc);
        var id = Guid.CreateVersion7(now);
        var answer = new Kept(
            once?.Fingerprint ?? [],
            $"/api/v1/calls/{FloorIds.Text("call_", id)}",
            FloorJson.Write(1024, json =>
            {
                json.WriteStartObject();
                json.WritePropertyName("data"u8);
                request.Write(json, id, now, s_assistant, isWhole: true);
                json.WriteEndObject();
            }));
        await StoreScriptAsync(key.Organization);
        if (!await TryStoreAsync(key.Organization, request, id, now, once, answer))
        {
            answer = await FindAnswerAsync(key.Organization, once!);
            await AnswerAsync(context.Response, answer, once!, isReplay: true);
            return;
        }

        if (once is not null)
        {
            _ = redis.StringSetAsync(once.Copy, answer.ToBytes(), s_keptFor, flags: CommandFlags.FireAndForget);
        }

        await AnswerAsync(context.Response, answer, once, isReplay: false);
    }

    private static async Task AnswerAsync(HttpResponse response, Kept answer, Once? once, bool isReplay)
    {
        if (isReplay)
        {
            if (!answer.Fingerprint.AsSpan().SequenceEqual(once!.Fingerprint))
            {
                response.StatusCode = StatusCodes.Status409Conflict;
                return;
            }

            response.Headers["Idempotent-Replayed"] = "true";
        }

        response.StatusCode = StatusCodes.Status201Created;
        response.Headers.Location = answer.Location;
        await FloorJson.WriteAsync(response, answer.Body);
    }

    private async Task StoreScriptAsync(Guid organization)
    {
        if (_scripted.ContainsKey(organization))
        {
            return;
        }

        await using var command = database.CreateCommand(AddScript);
        command.Parameters.Add(Sql.Value(organization));
        command.Parameters.Add(Sql.Value(s_scriptHash));
        command.Parameters.Add(Sql.Json(Script));
        await command.ExecuteNonQueryAsync();
        _scripted[organization] = true;
    }

    /// <summary>Stores the call, its event and the kept answer by one round trip, which is one transaction.</summary>
    /// <returns><c>false</c> when another request with the same idempotency key was faster.</returns>
    private async Task<bool> TryStoreAsync(Guid organization, PlacedCall request, Guid id, DateTime now, Once? once, Kept answer)
    {
        await using var batch = database.CreateBatch();
        void Add(string sql, params IEnumerable<NpgsqlParameter> values)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = sql;
            foreach (var value in values)
            {
                command.Parameters.Add(value);
            }

            batch.BatchCommands.Add(command);
        }

        var scheduledAt = request.ScheduledAt.UtcDateTime;
        Add(
            AddCall,
            Sql.Value(id),
            Sql.Value(organization),
            Sql.Value(request.To),
            Sql.Value(request.From),
            Sql.Value(request.SpokenFirst),
            Sql.Json(JsonSerializer.Serialize(request.VariableValues)),
            Sql.Json(JsonSerializer.Serialize(request.Metadata)),
            Sql.Value(s_scriptHash),
            Sql.Value(scheduledAt),
            Sql.Value(scheduledAt.AddHours(1)),
            Sql.Value(now));
        var listed = FloorJson.Write(1024, json => request.Write(json, id, now, s_assistant, isWhole: false));
        Add(
            AddEvent,
            Sql.Value(Guid.CreateVersion7(now)),
            Sql.Value(organization),
            Sql.Value(id),
            Sql.Json(Encoding.UTF8.GetString(listed)),
            Sql.Value(now));
        if (once is not null)
        {
            Add(
                KeepAnswer,
                Sql.Value(organization),
                Sql.Value(once.Hash),
                Sql.Value(answer.Fingerprint),
                Sql.Value(answer.Location),
                Sql.Value(answer.Body),
                Sql.Value(now + s_keptFor));
        }

        try
        {
            await batch.ExecuteNonQueryAsync();
            return true;
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return false;
        }
    }

    private async Task<Kept> FindAnswerAsync(Guid organization, Once once)
    {
        await using var command = database.CreateCommand(FindAnswer);
        command.Parameters.Add(Sql.Value(organization));
        command.Parameters.Add(Sql.Value(once.Hash));
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return new Kept(await row.GetFieldValueAsync<byte[]>(0), row.GetString(1), await row.GetFieldValueAsync<byte[]>(2));
    }

    /// <param name="isWhole">Whether it is written as alone, with what lists leave out.</param>
    private static void WriteCall(Utf8JsonWriter json, NpgsqlDataReader row, bool isWhole)
    {
        json.WriteStartObject();
        json.Id("id"u8, "call_", row, 0);
        json.Text("status"u8, row, 1);
        json.Text("to"u8, row, 2);
        json.Text("from"u8, row, 3);
        json.Id("contactId"u8, "contact_", row, 4);
        json.Id("caseId"u8, "case_", row, 5);
        json.Id("assistantConfigId"u8, "asst_", row, 6);
        json.Text("firstMessage"u8, row, 7);
        if (isWhole)
        {
            json.Raw("variableValues"u8, row.GetFieldValue<byte[]>(21));
        }

        json.Raw("metadata"u8, row.GetFieldValue<byte[]>(8));
        json.Time("scheduledAt"u8, row, 9);
        json.Time("startedAt"u8, row, 10);
        json.Time("endedAt"u8, row, 11);
        if (row.IsDBNull(12))
        {
            json.WriteNull("duration"u8);
        }
        else
        {
            json.WriteNumber("duration"u8, row.GetInt32(12));
        }

        json.Text("endedReason"u8, row, 13);
        json.Text("fault"u8, row, 14);
        if (row.IsDBNull(15))
        {
            json.WriteNull("retryable"u8);
        }
        else
        {
            json.WriteBoolean("retryable"u8, row.GetBoolean(15));
        }

        json.Time("dialAt"u8, row, 16);
        json.WriteBoolean("policyIgnored"u8, row.GetBoolean(17));
        if (isWhole)
        {
            json.Raw("transcript"u8, row.GetFieldValue<byte[]>(22));
        }

        json.Text("recordingUrl"u8, row, 18);
        if (isWhole)
        {
            json.Raw("assistantConfigSnapshot"u8, row.GetFieldValue<byte[]>(23));
        }

        json.Time("createdAt"u8, row, 19);
        json.Time("updatedAt"u8, row, 20);
        json.WriteEndObject();
    }

    /// <summary>What makes a request with an idempotency key the same as another one.</summary>
    private sealed record Once(byte[] Hash, byte[] Fingerprint, RedisKey Copy)
    {
        public static Once? Of(Guid organization, string key, byte[] body)
        {
            if (key.Length == 0)
            {
                return null;
            }

            var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{FloorIds.Text("org_", organization)}\n{key}\nPOST /api/v1/calls"));
            return new Once(hash, SHA256.HashData(body), $"floor:replay:{Convert.ToHexStringLower(hash)}");
        }
    }

    /// <summary>An answer that is kept for replays.</summary>
    private sealed record Kept(byte[] Fingerprint, string Location, byte[] Body)
    {
        private const int LocationLength = 45;

        public static Kept Read(byte[] copy) => new(
            copy[..SHA256.HashSizeInBytes],
            Encoding.ASCII.GetString(copy, SHA256.HashSizeInBytes, LocationLength),
            copy[(SHA256.HashSizeInBytes + LocationLength)..]);

        public byte[] ToBytes() => [.. Fingerprint, .. Encoding.ASCII.GetBytes(Location), .. Body];
    }
}

/// <summary>The body of a request that places a call, as the measurements send it.</summary>
internal sealed record PlacedCall(
    string To,
    string From,
    string FirstMessage,
    Dictionary<string, string> VariableValues,
    Dictionary<string, string> Metadata,
    DateTimeOffset ScheduledAt)
{
    /// <summary>The first message with its values in it.</summary>
    public string SpokenFirst { get; } = VariableValues.Aggregate(
        FirstMessage,
        (message, value) => message.Replace($"{{{{{value.Key}}}}}", value.Value, StringComparison.Ordinal));

    public void Write(Utf8JsonWriter json, Guid id, DateTime now, byte[] assistant, bool isWhole)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, FloorIds.Text("call_", id));
        json.WriteString("status"u8, "scheduled"u8);
        json.WriteString("to"u8, To);
        json.WriteString("from"u8, From);
        json.WriteNull("contactId"u8);
        json.WriteNull("caseId"u8);
        json.WriteNull("assistantConfigId"u8);
        json.WriteString("firstMessage"u8, SpokenFirst);
        if (isWhole)
        {
            Map(json, "variableValues"u8, VariableValues);
        }

        Map(json, "metadata"u8, Metadata);
        json.Time("scheduledAt"u8, ScheduledAt.UtcDateTime);
        json.WriteNull("startedAt"u8);
        json.WriteNull("endedAt"u8);
        json.WriteNull("duration"u8);
        json.WriteNull("endedReason"u8);
        json.WriteNull("fault"u8);
        json.WriteNull("retryable"u8);
        json.Time("dialAt"u8, ScheduledAt.UtcDateTime);
        json.WriteBoolean("policyIgnored"u8, value: false);
        if (isWhole)
        {
            json.WriteStartArray("transcript"u8);
            json.WriteEndArray();
        }

        json.WriteNull("recordingUrl"u8);
        if (isWhole)
        {
            json.Raw("assistantConfigSnapshot"u8, assistant);
        }

        json.Time("createdAt"u8, now);
        json.Time("updatedAt"u8, now);
        json.WriteEndObject();
    }

    private static void Map(Utf8JsonWriter json, ReadOnlySpan<byte> name, Dictionary<string, string> values)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in values)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(PlacedCall))]
internal sealed partial class FloorRequests : JsonSerializerContext;

/// <summary>A cursor that nobody can forge or read, and as long as the API's.</summary>
internal static class FloorCursor
{
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int Size = 132;

    private static readonly byte[] s_key = RandomNumberGenerator.GetBytes(32);

    // A cipher serves one thread at a time.
    private static readonly ThreadLocal<AesGcm> s_cipher = new(() => new AesGcm(s_key, TagSize));

    public static string Of(Guid organization, DateTime at, Guid id)
    {
        Span<byte> place = stackalloc byte[Size - NonceSize - TagSize];
        place.Clear();
        BitConverter.TryWriteBytes(place, at.Ticks);
        id.TryWriteBytes(place[8..]);
        organization.TryWriteBytes(place[24..]);
        Span<byte> sealedPlace = stackalloc byte[Size];
        RandomNumberGenerator.Fill(sealedPlace[..NonceSize]);
        s_cipher.Value!.Encrypt(
            sealedPlace[..NonceSize], place, sealedPlace[(NonceSize + TagSize)..], sealedPlace.Slice(NonceSize, TagSize));
        return Base64Url.EncodeToString(sealedPlace);
    }
}
