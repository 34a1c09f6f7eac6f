using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using ErzyCall.Api.Platform;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.IntegrationTests.Server;
using Npgsql;

namespace ErzyCall.IntegrationTests.Platform.Persistence;

/// <summary>A database of an earlier server is brought over by <c>migrate</c>, and nothing that stands in it is lost.</summary>
public sealed partial class UpgradeTests(TestRun run)
{
    private const string LastBeforeTheBaseline = "20261129075600_SearchFolds";

    private const string Key = "ek_test_0123456789012345678901234567890123456789abc";

    private const string History = "SELECT string_agg(migration_id, ' ' ORDER BY migration_id) FROM \"__EFMigrationsHistory\"";

    /// <summary>
    /// Every table's columns and constraints, every index, function and trigger, and the extensions; in whatever order a table has its columns.
    /// </summary>
    private const string Schema =
        """
        SELECT string_agg(line, E'\n' ORDER BY line) FROM (
          SELECT concat_ws(
            ' ', 'column', attrelid::regclass, attname, format_type(atttypid, atttypmod), collname, attnotnull, attidentity, attgenerated,
            pg_get_expr(adbin, adrelid)) AS line
          FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
          LEFT JOIN pg_collation ON pg_collation.oid = attcollation
          LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
          WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'p') AND attnum > 0 AND NOT attisdropped
          UNION ALL
          SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
          WHERE connamespace = 'public'::regnamespace
          UNION ALL
          SELECT pg_get_indexdef(pg_class.oid) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'i'
          UNION ALL
          SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind IN ('f', 'p')
          UNION ALL
          SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
          UNION ALL
          SELECT concat_ws(' ', 'extension', extname, extversion) FROM pg_extension) AS schema
        """;

    /// <summary>
    /// What is otherwise afterwards, and meant to be: a row's table, the end of its id, and the column; <c>*</c> for a row that is gone.
    /// </summary>
    private static readonly string[] s_changed =
    [
        // What this version's tables of numbers read otherwise. Of two contacts with one number one has the second turn.
        "calls 91 canonical_to", "calls 92 canonical_to",
        "contacts 62 canonical_number", "contacts 62 number_turn", "contacts 64 canonical_number", "contacts 64 number_turn",
        "do_not_call_entries 81 canonical_number", "do_not_call_entries 83 canonical_number", "do_not_call_entries 84 canonical_number",
        "do_not_call_entries 85 canonical_number",

        // Two conversations are one: the later one stays, with what the other knows and all messages. Of two messages with one time one is
        // later.
        "conversations b1 *",
        "conversations b2 contact_id", "conversations b2 created_at", "conversations b2 customer_wrote_at", "conversations b2 wa_user_name", "conversations b2 wa_user_phone",
        "messages c1 conversation_id", "messages c3 conversation_id", "messages c3 created_at",

        // Of two entries for one number the first stays in force.
        "do_not_call_entries 82 lifted_at",
    ];

    /// <summary>Columns that have another name now.</summary>
    private static readonly Dictionary<string, string> s_renamed = new() { ["platform_id"] = "meta_id", ["handed_over_at"] = "submitted_at", ["leased_until"] = "next_look_at" };

    [Fact]
    public async Task Nothing_is_lost_when_a_database_from_before_the_baseline_is_brought_over()
    {
        var database = await BeforeTheBaselineAsync();
        var before = await ReadAsync(database);
        Assert.DoesNotContain(before.Values, rows => rows.Count == 0);

        await TestServer.MigrateAsync(database, TestContext.Current.CancellationToken);

        var after = await ReadAsync(database);
        Assert.Equal(s_changed.Order(StringComparer.Ordinal), Differences(before, after).Order(StringComparer.Ordinal));

        // Once more changes nothing, and so does whatever an interrupted run begins anew.
        await ExecuteAsync(database, "DELETE FROM row_versions WHERE rows <> 'calls'");
        await TestServer.MigrateAsync(database, TestContext.Current.CancellationToken);
        Assert.Empty(Differences(after, await ReadAsync(database)));

        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = database });
        var api = server.CreateApiClient(Key);
        await LedgerIsInForceAsync(api);
        await ContactsAreKeptAsync(api);
        await ConversationsAreOneAsync(api);
        var call = (await api.GetAsync($"/calls/{IdOf("call", "91")}")).ShouldBe(HttpStatusCode.OK).Data;
        Assert.Equal("""{"z":"1","a":"2"}""", call.GetProperty("variableValues").GetRawText());

        // A placeholder that was left in a script from before scripts were shared is not filled in later.
        Assert.Equal(
            """{"name":"Emma","prompt":"Say {{a}} ü","voice":{"z":1.50},"model":{},"transcriber":null}""",
            call.GetProperty("assistantConfigSnapshot").GetRawText());
        var waiting = (await api.GetAsync($"/calls/{IdOf("call", "92")}")).ShouldBe(HttpStatusCode.OK).Data;
        Assert.Equal("Be kind to Ada.", waiting.GetProperty("assistantConfigSnapshot").GetProperty("prompt").GetString());

        // Their data, which was shorter then, is not what the document tells of today.
        var events = JsonElement.Parse(await api.Http.GetStringAsync(new Uri("/api/v1/events", UriKind.Relative), TestContext.Current.CancellationToken));
        Assert.Equal(2, events.GetProperty("data").GetArrayLength());
        Assert.Single((await api.GetAsync($"/webhooks/{IdOf("wh", "e1")}/deliveries")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray());
    }

    [Fact]
    public async Task The_schema_is_that_of_a_new_database_and_the_migrations_that_made_it_stay_on_record()
    {
        var database = await BeforeTheBaselineAsync();
        var made = await ExecuteAsync(database, History);

        await TestServer.MigrateAsync(database, TestContext.Current.CancellationToken);

        var anew = await run.CreateDatabaseAsync();
        Assert.Equal($"{made} {await ExecuteAsync(anew, History)}", await ExecuteAsync(database, History));
        Assert.Equal(Lines(await ExecuteAsync(anew, Schema)), Lines(await ExecuteAsync(database, Schema)));
    }

    [Fact]
    public async Task An_older_database_is_refused_with_the_version_that_brings_it_this_far()
    {
        var database = await BeforeTheBaselineAsync();
        await ExecuteAsync(database, $"DELETE FROM \"__EFMigrationsHistory\" WHERE migration_id = '{LastBeforeTheBaseline}'");
        var before = await ExecuteAsync(database, History);

        var refusal = await Assert.ThrowsAsync<OperatorException>(() => TestServer.MigrateAsync(database, TestContext.Current.CancellationToken));

        Assert.Equal(
            "The database is at the migration 20261129075044_CanonicalNumbers, from which this version cannot bring it up to date: run the command "
            + "'migrate' of the last version that has the migration 20261129075600_SearchFolds first (that of 29 November 2026), and then that of this one.",
            refusal.Message);
        Assert.Equal(before, await ExecuteAsync(database, History));
    }

    [Fact]
    public async Task A_database_of_a_newer_server_is_left_as_it_is()
    {
        var database = await run.CreateDatabaseAsync();
        await ExecuteAsync(database, "INSERT INTO \"__EFMigrationsHistory\" VALUES ('29991231235959_Newer', '99.0.0')");
        var before = await ExecuteAsync(database, $"SELECT concat(({History}), ({Schema}))");

        await TestServer.MigrateAsync(database, TestContext.Current.CancellationToken);

        Assert.Equal(before, await ExecuteAsync(database, $"SELECT concat(({History}), ({Schema}))"));
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = database });
        await server.CreateTenantAsync();
    }

    private static async Task LedgerIsInForceAsync(ApiClient api)
    {
        Assert.Equal(
            ["+22507234567", "+22997001100", "+4402071234567", "+525512345678"],
            (await api.GetAsync("/do-not-call")).Data.EnumerateArray().Select(entry => entry.GetProperty("phone").GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal("The first", (await api.GetAsync("/do-not-call/+442071234567")).ShouldBe(HttpStatusCode.OK).Data.GetProperty("reason").GetString());
        foreach (var blocked in new[] { "+442071234567", "+4402071234567", "+22997001100", "+2290197001100", "+525512345678", "+5215512345678", "+22507234567", "+2250707234567" })
        {
            (await api.PostAsync("/calls", new { to = blocked, from = "+14155559999" })).ShouldBeError(403, "CONTACT_OPTED_OUT");
        }
    }

    private static async Task ContactsAreKeptAsync(ApiClient api)
    {
        Assert.Equal(4, (await api.GetAsync("/contacts")).Data.GetArrayLength());
        var ada = (await api.GetAsync($"/contacts/{IdOf("contact", "61")}")).ShouldBe(HttpStatusCode.OK).Data;
        Assert.Equal(("+442071234567", """{"b":"1","a":"2"}"""), (ada.GetProperty("phone").GetString(), ada.GetProperty("customFields").GetRawText()));
        foreach (var contact in new[] { "61", "62" })
        {
            var change = new { title = "Ada L.", phone = contact == "61" ? "+442071234567" : "+4402071234567" };
            var changed = (await api.PatchAsync($"/contacts/{IdOf("contact", contact)}", change)).ShouldBe(HttpStatusCode.OK).Data;
            Assert.Equal("The first", changed.GetProperty("optOut").GetProperty("reason").GetString());
        }

        // New ones are refused while either is there.
        await RefusedAsync(api, "+14155550102");
        (await api.DeleteAsync($"/contacts/{IdOf("contact", "63")}")).ShouldBe(HttpStatusCode.NoContent);
        await RefusedAsync(api, "+14155550102");
        var update = new { contacts = new[] { new { title = "Grace H.", phone = "+14155550102" } }, onConflict = "update" };
        var updated = Assert.Single((await api.PostAsync("/contacts/batch", update)).ShouldBe(HttpStatusCode.Created).Data.EnumerateArray());
        Assert.Equal((200, IdOf("contact", "64")), (updated.GetProperty("status").GetInt32(), updated.GetProperty("data").Id()));
        (await api.DeleteAsync($"/contacts/{IdOf("contact", "64")}")).ShouldBe(HttpStatusCode.NoContent);
        (await api.PostAsync("/contacts", new { title = "Grace", phone = "+14155550102" })).ShouldBe(HttpStatusCode.Created);
    }

    private static async Task RefusedAsync(ApiClient api, string phone)
    {
        (await api.PostAsync("/contacts", new { title = "Grace", phone })).ShouldBeError(409, "CONFLICT", "phone");
        var item = Assert.Single((await api.PostAsync("/contacts/batch", new { contacts = new[] { new { title = "Grace", phone } } })).ShouldBe(HttpStatusCode.Created).Data.EnumerateArray());
        Assert.Equal(409, item.GetProperty("status").GetInt32());
    }

    private static async Task ConversationsAreOneAsync(ApiClient api)
    {
        Assert.Equal(2, (await api.GetAsync("/whatsapp/conversations")).Data.GetArrayLength());
        var one = (await api.GetAsync($"/whatsapp/conversations/{IdOf("conv", "b2")}")).ShouldBe(HttpStatusCode.OK).Data;
        Assert.Equal(
            ("handed_off", "+22996001100", "Koffi", "Four"),
            (one.GetProperty("status").GetString(), one.GetProperty("waUserPhone").GetString(), one.GetProperty("waUserName").GetString(), one.GetProperty("lastMessagePreview").GetString()));
        Assert.Equal(["One", "Two", "Three", "Four"], one.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("text").GetProperty("body").GetString()));
        (await api.GetAsync($"/whatsapp/conversations/{IdOf("conv", "b1")}")).ShouldBeError(404, "NOT_FOUND");
    }

    private static string IdOf(string prefix, string end) => TypeId.Format(prefix, Guid.Parse($"01900000-0000-7000-8000-0000000000{end}"));

    /// <summary>
    /// As the last server from before the baseline left it: rows in every table, and numbers in forms that it did not yet know to be one.
    /// </summary>
    private async Task<string> BeforeTheBaselineAsync()
    {
        var database = await run.CreateDatabaseAsync();
        await ExecuteAsync(database, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        await ExecuteAsync(database, await File.ReadAllTextAsync(FileOf(), TestContext.Current.CancellationToken));
        return database;
    }

    private static string FileOf([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "before-the-baseline.sql");

    /// <summary>Every table's rows, as JSON; without the tables that tell of the bringing over itself.</summary>
    private static async Task<Dictionary<string, List<JsonElement>>> ReadAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        var tables = new Dictionary<string, List<JsonElement>>();
        await using var list = source.CreateCommand(
            """
            SELECT table_name FROM information_schema.tables
            WHERE table_schema = 'public' AND table_name NOT IN ('__EFMigrationsHistory', 'row_versions') ORDER BY table_name
            """);
        await using (var names = await list.ExecuteReaderAsync(TestContext.Current.CancellationToken))
        {
            while (await names.ReadAsync(TestContext.Current.CancellationToken))
            {
                tables.Add(names.GetString(0), []);
            }
        }

        foreach (var (table, rows) in tables)
        {
#pragma warning disable CA2100 // The name is the catalogue's.
            await using var read = source.CreateCommand($"SELECT to_jsonb(stored)::text FROM \"{table}\" AS stored");
#pragma warning restore CA2100
            await using var found = await read.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            while (await found.ReadAsync(TestContext.Current.CancellationToken))
            {
                rows.Add(JsonElement.Parse(found.GetString(0)));
            }
        }

        return tables;
    }

    private static IEnumerable<string> Differences(Dictionary<string, List<JsonElement>> before, Dictionary<string, List<JsonElement>> after) =>
        before.SelectMany(table => table.Value.SelectMany(row =>
        {
            var now = after.GetValueOrDefault(table.Key) ?? [];
            if (!row.TryGetProperty("id", out var id))
            {
                // Without an id it is there as it was, whatever columns have been added.
                return now.Exists(other => !Changed(row, other).Any()) ? [] : [$"{table.Key} {row.GetRawText()} *"];
            }

            var name = $"{table.Key} {id.ToString()[^Math.Min(2, id.ToString().Length)..]}";
            var same = now.Where(other => other.GetProperty("id").ToString() == id.ToString()).ToList();
            return same is [var one] ? Changed(row, one).Select(column => $"{name} {column}") : [$"{name} *"];
        }));

    private static string[] Lines(object? schema) => Wrapping().Replace(Assert.IsType<string>(schema), "").Split('\n');

    /// <summary>What PostgreSQL writes in another place when it reads its own text of an <c>IN</c> again, as from a dump.</summary>
    [GeneratedRegex(@"::(character varying|text)(\[\])?|[()]")]
    private static partial Regex Wrapping();

    private static IEnumerable<string> Changed(JsonElement row, JsonElement now) =>
        row.EnumerateObject()
            .Where(column => !(now.TryGetProperty(now.TryGetProperty(column.Name, out _) ? column.Name : s_renamed.GetValueOrDefault(column.Name, column.Name), out var value)
                && JsonElement.DeepEquals(value, column.Value)))
            .Select(column => column.Name);

    private static async Task<object?> ExecuteAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
