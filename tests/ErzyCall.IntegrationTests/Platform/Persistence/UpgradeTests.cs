using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ErzyCall.IntegrationTests.Platform.Persistence;

/// <summary>A database of an earlier server is brought over by <c>migrate</c>, and nothing that stands in it is lost.</summary>
public sealed class UpgradeTests(TestRun run)
{
    private const string FirstEdition = "20261125145512_AttemptsOnDeliveries";

    private const string Key = "ek_test_0123456789012345678901234567890123456789abc";

    /// <summary>
    /// What is otherwise afterwards, and meant to be: a row's table, the end of its id, and the column; <c>*</c> for a row that is gone.
    /// </summary>
    private static readonly string[] s_changed =
    [
        // Two conversations are one: the later one stays, with what the other knows and all messages. Of two messages with one time one is
        // later.
        "conversations b1 *",
        "conversations b2 contact_id", "conversations b2 created_at", "conversations b2 customer_wrote_at", "conversations b2 wa_user_name", "conversations b2 wa_user_phone",
        "messages c1 conversation_id", "messages c3 conversation_id", "messages c3 created_at",

        // Of two entries for one number the first stays in force.
        "do_not_call_entries 82 lifted_at",
    ];

    /// <summary>Columns that are called otherwise, or are made of others.</summary>
    private static readonly string[] s_columnsGone =
    [
        "calls.assistant_config_snapshot", "calls.cancel_requested_at", "do_not_call_entries.canonical_phone",
    ];

    [Fact]
    public async Task Nothing_is_lost_when_a_database_of_the_first_edition_is_brought_over()
    {
        var database = await FirstEditionAsync();
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
        Assert.Equal("Be kind.", call.GetProperty("assistantConfigSnapshot").GetProperty("prompt").GetString());
        Assert.Equal(2, (await api.GetAsync("/events")).ShouldBe(HttpStatusCode.OK).Data.GetArrayLength());
        Assert.Single((await api.GetAsync($"/webhooks/{IdOf("wh", "e1")}/deliveries")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray());
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

    private async Task<string> FirstEditionAsync()
    {
        var database = await run.CreateDatabaseAsync();
        await ExecuteAsync(database, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        var options = new DbContextOptionsBuilder<ErzyCallDbContext>().UseNpgsql(database).UseSnakeCaseNamingConvention().Options;
        await using (var context = new ErzyCallDbContext(options))
        {
            await context.Database.MigrateAsync(FirstEdition, TestContext.Current.CancellationToken);
        }

        await ExecuteAsync(database, await File.ReadAllTextAsync(FileOf(), TestContext.Current.CancellationToken));
        return database;
    }

    private static string FileOf([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "first-edition.sql");

    /// <summary>Every table's rows, as JSON.</summary>
    private static async Task<Dictionary<string, List<JsonElement>>> ReadAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        var tables = new Dictionary<string, List<JsonElement>>();
        await using var list = source.CreateCommand("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name <> '__EFMigrationsHistory' ORDER BY table_name");
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
                return now.Exists(other => Changed(table.Key, row, other).Count == 0) ? [] : [$"{table.Key} {row.GetRawText()} *"];
            }

            var name = $"{table.Key} {id.ToString()[^Math.Min(2, id.ToString().Length)..]}";
            var same = now.Where(other => other.GetProperty("id").ToString() == id.ToString()).ToList();
            return same is [var one] ? Changed(table.Key, row, one).Select(column => $"{name} {column}") : [$"{name} *"];
        }));

    private static List<string> Changed(string table, JsonElement row, JsonElement now) =>
    [
        .. row.EnumerateObject()
            .Where(column => !s_columnsGone.Contains($"{table}.{column.Name}") && !(now.TryGetProperty(column.Name, out var value) && JsonElement.DeepEquals(value, column.Value)))
            .Select(column => column.Name),
    ];

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
