using System.Net;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Cases;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Features.Cases;

public sealed class CaseRoutesTests(TestRun run)
{
    private const int Rounds = 40;
    private const string Unknown = "01h455vb4pex5vsknk084sn02q";

    private static readonly string[] s_fields =
    [
        "id", "title", "status", "description", "firstMessage", "prompt", "systemPromptId", "variables", "toolIds", "keyterms", "tags", "createdAt", "updatedAt",
    ];

    [Fact]
    public async Task A_case_lives_from_its_creation_to_its_deletion()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var api = tenant.Api;

        var created = (await api.PostAsync("/cases", new
        {
            title = "Reminder",
            description = "Reminds somebody",
            firstMessage = "Hello",
            prompt = "Be kind",
            variables = new object[] { new { name = "name", source = "contact.title", required = true }, new { name = "company", source = "custom", defaultValue = "Acme" } },
            toolIds = new[] { "book_slot", "hang-up" },
            keyterms = new[] { "Erzy" },
            tags = new[] { "b", "a", "b" },
        })).ShouldBe(HttpStatusCode.Created);
        var script = created.ShouldHave(s_fields);
        var id = script.GetProperty("id").GetString()!;
        var path = $"/cases/{id}";
        Assert.Equal($"/api/v1{path}", created.Header("Location"));
        Assert.StartsWith(
            $$"""
            {"id":"{{id}}","title":"Reminder","status":"open","description":"Reminds somebody","firstMessage":"Hello","prompt":"Be kind","systemPromptId":null,"variables":[{"name":"name","source":"contact.title","required":true,"defaultValue":null},{"name":"company","source":"custom","required":false,"defaultValue":"Acme"}],"toolIds":["book_slot","hang-up"],"keyterms":["Erzy"],"tags":["b","a"],"createdAt":
            """,
            script.GetRawText(),
            StringComparison.Ordinal);

        Assert.Equal(created.Text, (await api.GetAsync(path)).ShouldBe(HttpStatusCode.OK).Text);
        var list = (await api.GetAsync("/cases")).ShouldBe(HttpStatusCode.OK);
        Assert.Equal(["data", "pagination"], list.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(["id", "title", "status", "createdAt"], Assert.Single(list.Data.EnumerateArray()).EnumerateObject().Select(property => property.Name));

        var changed = (await api.PatchAsync(path, """{"status":"archived","description":null,"firstMessage":null,"variables":[],"tags":["c","c"],"keyterms":[],"toolIds":["x"]}"""))
            .ShouldBe(HttpStatusCode.OK).ShouldHave(s_fields);
        Assert.Equal(
            ("Reminder", "archived", null, null, "[]", """["c"]""", "[]", """["x"]"""),
            (changed.GetProperty("title").GetString(), changed.GetProperty("status").GetString(), changed.GetProperty("description").GetString(), changed.GetProperty("firstMessage").GetString(),
             changed.GetProperty("variables").GetRawText(), changed.GetProperty("tags").GetRawText(), changed.GetProperty("keyterms").GetRawText(), changed.GetProperty("toolIds").GetRawText()));
        Assert.Equal(changed.GetRawText(), (await api.GetAsync(path)).Data.GetRawText());

        Assert.Equal("", (await api.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent).Text);
        (await api.GetAsync(path)).ShouldBeError(404, "NOT_FOUND");
        (await api.PatchAsync(path, new { title = "Too late" })).ShouldBeError(404, "NOT_FOUND");
        (await api.DeleteAsync(path)).ShouldBeError(404, "NOT_FOUND");
        Assert.Empty((await api.GetAsync("/cases")).Data.EnumerateArray());
    }

    [Fact]
    public async Task A_search_finds_titles_in_any_case_and_takes_wildcards_for_themselves()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        foreach (var title in new[] { "50% off", "500 off", "a_b", "aXb", @"back\slash", "ÉTÉ" })
        {
            await tenant.CreateAsync("/cases", new { title, prompt = "x" });
        }

        async Task<string[]> SearchAsync(string text) =>
            [.. (await tenant.Api.GetAsync($"/cases?search={Uri.EscapeDataString(text)}")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray().Select(item => item.GetProperty("title").GetString()!)];

        Assert.Equal(["50% off"], await SearchAsync("0%"));
        Assert.Equal(["500 off", "50% off"], await SearchAsync("OFF"));
        Assert.Equal(["a_b"], await SearchAsync("A_B"));
        Assert.Equal([@"back\slash"], await SearchAsync(@"k\s"));
        Assert.Equal(["ÉTÉ"], await SearchAsync("été"));
        Assert.Empty(await SearchAsync("nothing"));
        (await tenant.Api.GetAsync("/cases?search=")).ShouldBeError(400, "VALIDATION_ERROR", "search");
    }

    [Fact]
    public async Task The_list_is_paged_and_its_cursor_belongs_to_its_search()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var made = new List<string>();
        for (var number = 0; number < 5; number++)
        {
            made.Insert(0, await tenant.CreateAsync("/cases", new { title = $"Case {number}", prompt = "x" }));
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await tenant.Api.GetAsync($"/cases?search=case&limit=2{(cursor is null ? "" : $"&cursor={cursor}")}")).ShouldBe(HttpStatusCode.OK).Json;
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            cursor = page.GetProperty("pagination").GetProperty("cursor").GetString();
            Assert.Equal(cursor is not null, page.GetProperty("pagination").GetProperty("hasMore").GetBoolean());
            if (cursor is not null)
            {
                (await tenant.Api.GetAsync($"/cases?limit=2&cursor={cursor}")).ShouldBeError(400, "VALIDATION_ERROR", "cursor");
            }
        }
        while (cursor is not null);
        Assert.Equal(made, seen);
    }

    [Fact]
    public async Task A_prompt_moves_between_the_case_and_the_library_and_there_is_always_one()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var api = tenant.Api;
        var prompt = await tenant.CreateAsync("/prompts", new { name = "P", text = "From the library" });
        var path = $"/cases/{await tenant.CreateAsync("/cases", new { title = "T", prompt = "Own" })}";

        async Task<(string?, string?)> NowAsync() =>
            (await api.GetAsync(path)).Data is var script ? (script.GetProperty("prompt").GetString(), script.GetProperty("systemPromptId").GetString()) : default;

        // With a prompt of its own.
        (await api.PatchAsync(path, new { systemPromptId = prompt })).ShouldBeError(409, "CONFLICT");
        (await api.PatchAsync(path, """{"prompt":null}""")).ShouldBeError(400, "VALIDATION_ERROR", "prompt");
        (await api.PatchAsync(path, """{"prompt":null,"systemPromptId":null}""")).ShouldBeError(400, "VALIDATION_ERROR", "prompt");
        (await api.PatchAsync(path, new { prompt = "Both", systemPromptId = prompt })).ShouldBeError(400, "VALIDATION_ERROR", "systemPromptId");
        (await api.PatchAsync(path, $$"""{"prompt":null,"systemPromptId":"prompt_{{Unknown}}"}""")).ShouldBeError(404, "NOT_FOUND");
        Assert.Equal(("Own", null), await NowAsync());
        (await api.PatchAsync(path, """{"systemPromptId":null,"prompt":"Own still"}""")).ShouldBe(HttpStatusCode.OK);

        (await api.PatchAsync(path, $$"""{"systemPromptId":"{{prompt}}","prompt":null}""")).ShouldBe(HttpStatusCode.OK);
        Assert.Equal((null, prompt), await NowAsync());

        // With one of the library.
        (await api.PatchAsync(path, new { prompt = "Own" })).ShouldBeError(409, "CONFLICT");
        (await api.PatchAsync(path, """{"systemPromptId":null}""")).ShouldBeError(400, "VALIDATION_ERROR", "systemPromptId");
        (await api.PatchAsync(path, """{"prompt":null}""")).ShouldBe(HttpStatusCode.OK);
        (await api.PatchAsync(path, new { systemPromptId = prompt })).ShouldBe(HttpStatusCode.OK);
        (await api.DeleteAsync($"/prompts/{prompt}")).ShouldBeError(409, "CONFLICT");
        Assert.Equal((null, prompt), await NowAsync());

        (await api.PatchAsync(path, """{"systemPromptId":null,"prompt":"Own again"}""")).ShouldBe(HttpStatusCode.OK);
        Assert.Equal(("Own again", null), await NowAsync());
        (await api.DeleteAsync($"/prompts/{prompt}")).ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_new_case_has_one_prompt_that_exists_in_its_own_organization()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var stranger = await run.Shared.CreateTenantAsync();
        var prompt = await tenant.CreateAsync("/prompts", new { name = "P", text = "Text" });
        (await tenant.Api.PostAsync("/cases", new { title = "T" })).ShouldBeError(400, "VALIDATION_ERROR", "prompt");
        (await tenant.Api.PostAsync("/cases", new { title = "T", prompt = "x", systemPromptId = prompt })).ShouldBeError(400, "VALIDATION_ERROR", "systemPromptId");
        (await tenant.Api.PostAsync("/cases", new { title = "T", systemPromptId = "x" })).ShouldBeError(400, "INVALID_ID", "systemPromptId");
        (await tenant.Api.PostAsync("/cases", new { title = "T", systemPromptId = $"prompt_{Unknown}" })).ShouldBeError(404, "NOT_FOUND");
        (await stranger.Api.PostAsync("/cases", new { title = "T", systemPromptId = prompt })).ShouldBeError(404, "NOT_FOUND");
        var foreign = await stranger.CreateAsync("/cases", new { title = "T", prompt = "x" });
        (await stranger.Api.PatchAsync($"/cases/{foreign}", $$"""{"systemPromptId":"{{prompt}}","prompt":null}""")).ShouldBeError(404, "NOT_FOUND");
        var script = (await tenant.Api.PostAsync("/cases", new { title = "T", status = "archived", systemPromptId = prompt })).ShouldBe(HttpStatusCode.Created).Data;
        Assert.Equal(("archived", prompt), (script.GetProperty("status").GetString(), script.GetProperty("systemPromptId").GetString()));
    }

    public static TheoryData<string, string[]> Problems { get; } = new()
    {
        { """{}""", ["title", "prompt"] },
        { """{"title":" ","prompt":"","status":"closed","description":"\u0001","firstMessage":"\u0001"}""", ["title", "status", "description", "firstMessage", "prompt"] },
        { """{"title":"T","prompt":"x","tags":["a","a,b","",null]}""", ["tags[1]", "tags[2]", "tags[3]"] },
        { """{"title":"T","prompt":"x","toolIds":["ok","a b",null,""],"keyterms":["",null,"\u0000"]}""", ["toolIds[1]", "toolIds[2]", "toolIds[3]", "keyterms[0]", "keyterms[1]", "keyterms[2]"] },
        {
            """{"title":"T","prompt":"x","variables":[{"name":"a","source":"custom"},null,{},{"name":"1a","source":"contact.phone","defaultValue":"\u0000"},{"name":"a","source":"custom"}]}""",
            ["variables[1]", "variables[2].name", "variables[2].source", "variables[3].name", "variables[3].source", "variables[3].defaultValue", "variables[4].name"]
        },
        { """{"title":"T","prompt":"x","variables":[{"name":"a","source":"custom","secret":1}]}""", ["variables[0].secret"] },
        { """{"title":"T","prompt":"x","variables":[{"name":"a","source":"custom","required":"yes"}]}""", ["variables[0].required"] },
        { """{"title":"T","prompt":"x","tags":"a"}""", ["tags"] },
        { """{"title":"T","prompt":"x","createdAt":"2026-01-01T00:00:00Z"}""", ["createdAt"] },
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public async Task Every_field_at_fault_is_named(string body, string[] fields)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        (await tenant.Api.PostAsync("/cases", body)).ShouldBeError(400, "VALIDATION_ERROR", fields);
        if (body is "{}")
        {
            return;
        }

        var path = $"/cases/{await tenant.CreateAsync("/cases", new { title = "T", prompt = "x" })}";
        (await tenant.Api.PatchAsync(path, body)).ShouldBeError(400, "VALIDATION_ERROR", fields);
    }

    [Fact]
    public async Task What_cannot_be_missing_cannot_be_cleared()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var path = $"/cases/{await tenant.CreateAsync("/cases", new { title = "T", prompt = "x" })}";
        (await tenant.Api.PatchAsync(path, """{"title":null,"status":null,"variables":null,"toolIds":null,"keyterms":null,"tags":null}"""))
            .ShouldBeError(400, "VALIDATION_ERROR", "title", "status", "variables", "toolIds", "keyterms", "tags");
        (await tenant.Api.PatchAsync(path, "{}")).ShouldBeError(400, "VALIDATION_ERROR");
    }

    [Fact]
    public async Task Limits_hold_at_the_limit_and_not_beyond()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        object Body(int more) => new
        {
            title = new string('x', 200 + more),
            description = new string('x', 2_000 + more),
            firstMessage = new string('x', 1_000 + more),
            prompt = new string('x', 20_000 + more),
            variables = Enumerable.Range(0, 50 + more).Select(index => new { name = $"v{index}".PadRight(64, '_'), source = "custom", defaultValue = new string('x', 1_000) }),
            toolIds = Enumerable.Repeat(new string('a', 64), 20 + more),
            keyterms = Enumerable.Repeat(new string('a', 100), 50 + more),
            tags = Enumerable.Range(0, 20 + more).Select(index => $"{index}".PadRight(50, 'x')),
        };
        (await tenant.Api.PostAsync("/cases", Body(0))).ShouldBe(HttpStatusCode.Created);
        (await tenant.Api.PostAsync("/cases", Body(1))).ShouldBeError(
            400, "VALIDATION_ERROR", "title", "description", "firstMessage", "prompt", "variables", "toolIds", "keyterms", "tags");
        (await tenant.Api.PostAsync("/cases", new
        {
            title = "T",
            prompt = "x",
            variables = new[] { new { name = new string('v', 65), source = "custom", defaultValue = new string('x', 1_001) } },
            toolIds = new[] { new string('a', 65) },
            keyterms = new[] { new string('a', 101) },
            tags = new[] { new string('a', 51) },
        })).ShouldBeError(400, "VALIDATION_ERROR", "variables[0].name", "variables[0].defaultValue", "toolIds[0]", "keyterms[0]", "tags[0]");
    }

    [Fact]
    public async Task A_case_that_a_call_waits_with_cannot_be_deleted_and_calls_keep_it_when_it_is_gone()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var api = tenant.Api;
        var id = await tenant.CreateAsync("/cases", new { title = "T", prompt = "x" });
        var waiting = await tenant.CreateAsync("/calls", new { to = "+14155550100", from = Tenant.From, caseId = id });
        var scheduled = await tenant.CreateAsync("/calls", new { to = "+14155550100", from = Tenant.From, caseId = id, scheduledAt = tenant.Now.AddHours(1) });

        (await api.DeleteAsync($"/cases/{id}")).ShouldBeError(409, "CONFLICT");
        (await api.PostAsync($"/calls/{waiting}/cancel", null)).ShouldBe(HttpStatusCode.OK);
        (await api.DeleteAsync($"/cases/{id}")).ShouldBeError(409, "CONFLICT");
        (await api.PostAsync($"/calls/{scheduled}/cancel", null)).ShouldBe(HttpStatusCode.OK);
        (await api.DeleteAsync($"/cases/{id}")).ShouldBe(HttpStatusCode.NoContent);
        Assert.Equal(id, (await tenant.GetCallAsync(waiting)).GetProperty("caseId").GetString());
        Assert.Equal(2, (await api.GetAsync($"/calls?caseId={id}")).ShouldBe(HttpStatusCode.OK).Data.GetArrayLength());
        Assert.Empty((await api.GetAsync($"/calls?caseId={id}&status=new")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray());
    }

    [Fact]
    public async Task Of_a_call_placed_and_its_case_deleted_at_once_one_is_refused()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var (placed, deleted) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var id = await tenant.CreateAsync("/cases", new { title = "T", prompt = "x" });
            var calls = Enumerable.Range(0, 2).Select(_ => tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From, caseId = id }));
            var deletion = tenant.Api.DeleteAsync($"/cases/{id}");
            var answers = await Task.WhenAll(calls);
            var gone = await deletion;

            Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.NotFound, answer.Text));
            Assert.True(gone.Status is HttpStatusCode.NoContent or HttpStatusCode.Conflict, gone.Text);
            Assert.Equal(gone.Status is HttpStatusCode.Conflict, answers.Any(answer => answer.Status is HttpStatusCode.Created));
            _ = gone.Status is HttpStatusCode.NoContent ? deleted++ : placed++;
        }

        Assert.Equal(0, await run.Shared.InDatabaseAsync(db => db.Calls.CountAsync(call =>
            call.OrganizationId == tenant.Organization.Id && call.CaseId != null && !db.Set<Case>().Any(script => script.Id == call.CaseId!.Value))));
        Assert.Equal(Rounds, placed + deleted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_comes_second_waits_for_the_first_to_commit(bool callFirst)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var id = await tenant.CreateAsync("/cases", new { title = "T", prompt = "x" });
        var body = new { to = "+14155550100", from = Tenant.From, caseId = id };

        // The first one is held open by hand between its statement and its commit.
        await run.Shared.InDatabaseAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            await db.Database.ExecuteSqlRawAsync(callFirst
                ? $"""
                  INSERT INTO call_scripts (organization_id, hash, content) SELECT organization_id, '', '{"{{}}"}' FROM cases WHERE id = '{Id<Case>.Parse(id).Value}';
                  INSERT INTO calls (id, organization_id, status, "to", canonical_to, "from", case_id, first_message, variable_values, metadata, script_hash, due_at, deadline_at, transcript, created_at, updated_at)
                  SELECT gen_random_uuid(), organization_id, 'new', '+14155550100', '+14155550100', '{Tenant.From}', id, 'x', '{"{{}}"}', '{"{{}}"}', '', now(), now(), '[]', now(), now() FROM cases WHERE id = '{Id<Case>.Parse(id).Value}'
                  """
                : $"DELETE FROM cases WHERE id = '{Id<Case>.Parse(id).Value}'");
            var second = callFirst ? tenant.Api.DeleteAsync($"/cases/{id}") : tenant.Api.PostAsync("/calls", body);
            await WaitForALockAsync(tenant.Server, second);
            await transaction.CommitAsync();
            (await second).ShouldBeError(callFirst ? 409 : 404, callFirst ? "CONFLICT" : "NOT_FOUND");
            return true;
        });
    }

    /// <summary>Until a session waits for a row of the case's.</summary>
    private static async Task WaitForALockAsync(TestServer server, Task second)
    {
        while (await server.InDatabaseAsync(db => db.Database.SqlQuery<int>(
                   $"""SELECT count(*)::int AS "Value" FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND (query LIKE '%cases%' OR query LIKE '%calls%')""").SingleAsync()) == 0)
        {
            Assert.False(second.IsCompleted, "The second did not wait.");
        }
    }
}
