using System.Net;
using System.Text.Json;
using ErzyCall.Api.Features.Calls;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Features.Calls;

/// <summary>Calls share what they have in common of their scripts, and each keeps what was frozen for it.</summary>
public sealed class SharedScriptTests(TestRun run)
{
    [Fact]
    public async Task A_script_that_calls_share_is_stored_once_and_frozen_for_each_of_them()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var contact = await tenant.CreateAsync("/contacts", new { title = "Ada", phone = "+14155550101", notes = "Likes {{topic}}", email = "ada@example.com" });
        var script = await tenant.CreateAsync("/cases", new
        {
            title = "A case",
            prompt = "{{ who }} {{name}} {{email}} {{phone}} {{notes}} {{topic}} {{mood}} {{weather}} {{a b}} " + new string('p', 19_000),
            variables = new object[]
            {
                new { name = "who", source = "contact.title", required = true, defaultValue = (string?)null },
                new { name = "topic", source = "custom", required = false, defaultValue = "nothing" },
                new { name = "mood", source = "custom", required = false, defaultValue = "calm" },
            },
        });
        var assistant = await tenant.CreateAsync("/assistants/outbound", new { name = "Emma", voice = new { provider = "acme", z = 1.50, a = "ü" }, model = new { provider = "acme" } });
        var bodies = new object[]
        {
            new { to = "+14155550101", from = Tenant.From, contactId = contact, caseId = script, assistantConfigId = assistant },
            new { to = "+14155550102", from = Tenant.From, contactId = contact, caseId = script, assistantConfigId = assistant, variableValues = new { topic = "{{mood}}", name = "" } },
            new { to = "+14155550103", from = Tenant.From, contactId = contact, caseId = script, assistantConfigId = assistant, variableValues = new { weather = "fine", unused = "x" } },
        };
        var placed = new List<ApiResponse>();
        foreach (var body in bodies)
        {
            placed.Add((await tenant.Api.PostAsync("/calls", body)).ShouldBe(HttpStatusCode.Created));
        }

        (await tenant.Api.PostAsync("/calls/batch", new { calls = bodies })).ShouldBe(HttpStatusCode.Created);
        Assert.Equal(
            [
                "Ada Ada ada@example.com +14155550101 Likes {{topic}} nothing calm {{weather}} {{a b}} ",
                "Ada  ada@example.com +14155550101 Likes {{topic}} {{mood}} calm {{weather}} {{a b}} ",
                "Ada Ada ada@example.com +14155550101 Likes {{topic}} nothing calm fine {{a b}} ",
            ],
            placed.Select(call => PromptOf(call.Data).TrimEnd('p')));

        (await tenant.Api.PatchAsync($"/contacts/{contact}", new { title = "Bob", notes = "gone", phone = "+14155550109" })).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.DeleteAsync($"/contacts/{contact}")).ShouldBe(HttpStatusCode.NoContent);
        (await tenant.Api.PatchAsync($"/cases/{script}", new { prompt = "Other", variables = Array.Empty<object>() })).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.DeleteAsync($"/assistants/outbound/{assistant}")).ShouldBe(HttpStatusCode.NoContent);
        foreach (var call in placed)
        {
            var read = await tenant.GetCallAsync(call.Data.GetProperty("id").GetString()!);
            Assert.Equal(call.Data.GetProperty("assistantConfigSnapshot").GetRawText(), read.GetProperty("assistantConfigSnapshot").GetRawText());
            Assert.Equal(call.Data.GetProperty("variableValues").GetRawText(), read.GetProperty("variableValues").GetRawText());
        }

        var cancelled = await tenant.Api.PostAsync($"/calls/{placed[0].Data.GetProperty("id").GetString()}/cancel", null);
        Assert.Equal(PromptOf(placed[0].Data), PromptOf(cancelled.ShouldBe(HttpStatusCode.OK).Data));
        Assert.Equal(1, await run.Shared.InDatabaseAsync(db => db.CallScripts.CountAsync(row => row.OrganizationId == tenant.Organization.Id)));
    }

    [Fact]
    public async Task A_call_with_a_long_script_takes_hardly_more_room_than_one_with_a_short_one()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var contact = await tenant.CreateAsync("/contacts", new { title = "Ada", phone = "+14155550101", notes = new string('n', 5_000) });
        var settings = new { provider = "acme", more = new string('s', 4_000) };
        var assistant = await tenant.CreateAsync("/assistants/outbound", new { name = "Emma", voice = settings, model = settings, transcriber = settings });
        foreach (var prompt in new[] { "Hello {{name}}", "Hello {{name}} " + new string('p', 19_000) })
        {
            var script = await tenant.CreateAsync("/cases", new { title = "A case", prompt });
            (await tenant.Api.PostAsync("/calls", new { to = "+14155550101", from = Tenant.From, caseId = script, contactId = contact, assistantConfigId = assistant })).ShouldBe(HttpStatusCode.Created);
        }

        var sizes = await run.Shared.InDatabaseAsync(db => db.Database
            .SqlQuery<int>($"SELECT pg_column_size(calls.*) AS \"Value\" FROM calls WHERE organization_id = {tenant.Organization.Id.Value} ORDER BY id").ToListAsync());
        Assert.Equal(sizes[0], sizes[1]);
        Assert.InRange(sizes[0], 1, 1_000);
    }

    [Fact]
    public async Task Many_who_write_one_script_at_once_write_it_once()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var cases = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => tenant.CreateAsync("/cases", new { title = $"{n}", prompt = $"Prompt {n % 2}" })));
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(turn => turn % 4 == 0
            ? tenant.Api.PostAsync("/calls/batch", new
            {
                allowDuplicates = true,
                defaults = new { to = "+14155550100", from = Tenant.From },
                calls = (turn % 8 == 0 ? cases : cases.Reverse()).Select(caseId => new { caseId }),
            })
            : tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From, caseId = cases[turn % 4] })));
        Assert.All(answers, answer => answer.ShouldBe(HttpStatusCode.Created));
        Assert.Equal(2, await run.Shared.InDatabaseAsync(db => db.CallScripts.CountAsync(row => row.OrganizationId == tenant.Organization.Id)));
    }

    private static string PromptOf(JsonElement call) => call.GetProperty("assistantConfigSnapshot").GetProperty("prompt").GetString()!;
}
