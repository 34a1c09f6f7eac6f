using System.Net;
using System.Text.Json;
using ErzyCall.Api.Features.Events;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Features.Contacts;

public sealed class ContactRoutesTests(TestRun run)
{
    private const string Phone = "+14155550123";

    private static readonly string[] s_fields = ["id", "title", "phone", "email", "notes", "tags", "groupIds", "customFields", "optOut", "createdAt", "updatedAt"];

    private static readonly string[] s_listFields = ["id", "title", "phone", "email", "tags", "groupIds", "optOut", "createdAt", "updatedAt"];

    [Fact]
    public async Task A_contact_lives_from_its_creation_to_its_deletion()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var api = tenant.Api;
        var group = await tenant.CreateAsync("/contact-groups", new { name = "Customers" });

        var created = (await api.PostAsync("/contacts", new
        {
            title = "Ada Lovelace",
            phone = Phone,
            email = "ada@example.com",
            notes = "Prefers mornings",
            tags = new[] { "vip", "early", "vip" },
            groupIds = new[] { group, group },
            customFields = new { zeta = "1", alpha = "2" },
            optOut = new { optedOut = true, reason = "Asked by letter" },
        })).ShouldBe(HttpStatusCode.Created);
        var contact = created.ShouldHave(s_fields);
        var path = $"/contacts/{contact.GetProperty("id").GetString()}";
        Assert.Equal($"/api/v1{path}", created.Header("Location"));
        Assert.Equal("""["vip","early"]""", contact.GetProperty("tags").GetRawText());
        Assert.Equal($"""["{group}"]""", contact.GetProperty("groupIds").GetRawText());
        Assert.Equal("""{"zeta":"1","alpha":"2"}""", contact.GetProperty("customFields").GetRawText());
        var optOut = contact.GetProperty("optOut");
        Assert.Equal(["optedOut", "reason", "at", "source"], optOut.EnumerateObject().Select(property => property.Name));
        Assert.Equal((true, "Asked by letter", "api"), (optOut.GetProperty("optedOut").GetBoolean(), optOut.GetProperty("reason").GetString(), optOut.GetProperty("source").GetString()));

        Assert.Equal(created.Text, (await api.GetAsync(path)).ShouldBe(HttpStatusCode.OK).Text);
        foreach (var list in new[] { "/contacts", "/contacts?search=love", $"/contacts?groupId={group}", "/contacts?tags=early,vip", "/contacts/search?q=lovelace" })
        {
            var item = Assert.Single((await api.GetAsync(list)).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray());
            Assert.Equal(s_listFields, item.EnumerateObject().Select(property => property.Name));
            Assert.All(s_listFields, field => Assert.Equal(contact.GetProperty(field).GetRawText(), item.GetProperty(field).GetRawText()));
        }

        var changed = (await api.PatchAsync(path, new { email = (string?)null, tags = Array.Empty<string>(), optOut = new { optedOut = false } })).ShouldBe(HttpStatusCode.OK).ShouldHave(s_fields);
        Assert.Equal(("null", "[]", "null", "Ada Lovelace"), (changed.GetProperty("email").GetRawText(), changed.GetProperty("tags").GetRawText(), changed.GetProperty("optOut").GetRawText(), changed.GetProperty("title").GetString()));
        Assert.Equal(changed.GetRawText(), (await api.GetAsync(path)).Data.GetRawText());

        (await api.PostAsync("/contacts", new { title = "Another", phone = Phone })).ShouldBeError(409, "CONFLICT", "phone");
        Assert.Equal("", (await api.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent).Text);
        (await api.GetAsync(path)).ShouldBeError(404, "NOT_FOUND");
        (await api.PatchAsync(path, new { title = "Too late" })).ShouldBeError(404, "NOT_FOUND");
        (await api.DeleteAsync(path)).ShouldBeError(404, "NOT_FOUND");
        Assert.Empty((await api.GetAsync("/contacts")).Data.EnumerateArray());
    }

    [Fact]
    public async Task What_a_contact_does_not_have_is_null_or_empty()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var contact = (await tenant.Api.PostAsync("/contacts", new { title = "Ada", phone = Phone, email = (string?)null, tags = (string[]?)null, optOut = (object?)null })).ShouldBe(HttpStatusCode.Created).Data;
        Assert.Equal(
            "\"email\":null,\"notes\":null,\"tags\":[],\"groupIds\":[],\"customFields\":{},\"optOut\":null",
            contact.GetRawText()[contact.GetRawText().IndexOf("\"email\"", StringComparison.Ordinal)..contact.GetRawText().IndexOf(",\"createdAt\"", StringComparison.Ordinal)]);
    }

    [Fact]
    public async Task Of_many_contacts_with_one_phone_at_once_one_is_made()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => tenant.Api.PostAsync("/contacts", new { title = $"Ada {number}", phone = Phone })));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        foreach (var refused in answers.Where(answer => answer.Status != HttpStatusCode.Created))
        {
            refused.ShouldBeError(409, "CONFLICT", "phone");
        }

        Assert.Single((await tenant.Api.GetAsync("/contacts")).Data.EnumerateArray());
    }

    [Fact]
    public async Task A_phone_in_use_cannot_be_taken_over_by_a_change()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        await tenant.CreateAsync("/contacts", new { title = "Ada", phone = Phone });
        var other = await tenant.CreateAsync("/contacts", new { title = "Grace", phone = "+14155550124" });
        (await tenant.Api.PatchAsync($"/contacts/{other}", new { phone = Phone })).ShouldBeError(409, "CONFLICT", "phone");
        (await tenant.Api.PatchAsync($"/contacts/{other}", new { phone = "+14155550124" })).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Another_organization_may_have_the_same_phone()
    {
        var first = await run.Shared.CreateTenantAsync();
        var second = await run.Shared.CreateTenantAsync();
        await first.CreateAsync("/contacts", new { title = "Ada", phone = Phone });
        await second.CreateAsync("/contacts", new { title = "Ada", phone = Phone });
    }

    [Fact]
    public async Task Every_field_has_its_limits()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var long1 = new string('x', 51);
        (await tenant.Api.PostAsync("/contacts", new { })).ShouldBeError(400, "VALIDATION_ERROR", "title", "phone");
        (await tenant.Api.PostAsync("/contacts", new
        {
            title = new string('x', 201),
            phone = "0123",
            email = "not an address",
            notes = new string('x', 5_001),
            tags = new[] { "ok", long1, "a,b", " ", null },
            groupIds = new[] { "group_1" },
            customFields = new Dictionary<string, string?> { [new string('k', 65)] = "v", ["n"] = null, ["v"] = new string('x', 1_001) },
            optOut = new { reason = new string('x', 501) },
        })).ShouldBeError(
            400, "VALIDATION_ERROR", "title", "phone", "email", "notes", "tags[1]", "tags[2]", "tags[3]", "tags[4]", "groupIds[0]", $"customFields.{new string('k', 65)}", "customFields.n", "customFields.v", "optOut.optedOut", "optOut.reason");
        (await tenant.Api.PostAsync("/contacts", new { title = "Ada", phone = Phone, tags = Enumerable.Range(0, 21).Select(n => $"t{n}"), groupIds = Enumerable.Repeat("group_01h455vb4pex5vsknk084sn02q", 51) }))
            .ShouldBeError(400, "VALIDATION_ERROR", "tags", "groupIds");
        (await tenant.Api.PostAsync("/contacts", new { title = "Ada", phone = Phone, groupIds = new[] { "contact_01h455vb4pex5vsknk084sn02q" } })).ShouldBeError(400, "INVALID_ID", "groupIds[0]");
        (await tenant.Api.PostAsync("/contacts", new { title = "Ada", phone = Phone, groupIds = new[] { "group_01h455vb4pex5vsknk084sn02q" } })).ShouldBeError(404, "NOT_FOUND");
        await tenant.CreateAsync("/contacts", new
        {
            title = string.Concat(Enumerable.Repeat("가", 200)),
            phone = Phone,
            email = $"{new string('x', 64)}@{string.Join('.', Enumerable.Repeat(new string('y', 62), 4))}.de",
            notes = new string('x', 5_000),
            tags = Enumerable.Range(0, 20).Select(n => $"{n}{new string('t', 48)}"),
            customFields = Enumerable.Range(0, 50).ToDictionary(n => $"{n:00}{string.Concat(Enumerable.Repeat("😀", 62))}", _ => new string('v', 1_000)),
        });
    }

    [Fact]
    public async Task A_problem_inside_an_object_of_a_change_is_named_by_its_whole_path()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var path = $"/contacts/{await tenant.CreateAsync("/contacts", new { title = "Ada", phone = Phone })}";
        (await tenant.Api.PatchAsync(path, """{"optOut":{"optedOut":"yes"}}""")).ShouldBeError(400, "VALIDATION_ERROR", "optOut.optedOut");
        (await tenant.Api.PatchAsync(path, """{"optOut":{"optedOut":true,"why":"x"}}""")).ShouldBeError(400, "VALIDATION_ERROR", "optOut.why");
        (await tenant.Api.PatchAsync(path, """{"tags":["a",1]}""")).ShouldBeError(400, "VALIDATION_ERROR", "tags[1]");
        (await tenant.Api.PatchAsync(path, """{"customFields":{"a":1}}""")).ShouldBeError(400, "VALIDATION_ERROR", "customFields.a");
        (await tenant.Api.PatchAsync(path, """{"optOut":null}""")).ShouldBeError(400, "VALIDATION_ERROR", "optOut");
        (await tenant.Api.PatchAsync(path, "{}")).ShouldBeError(400, "VALIDATION_ERROR");
    }

    [Fact]
    public async Task A_change_of_the_number_never_lifts_what_the_ledger_says_of_the_new_one()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        await tenant.Api.PostAsync("/do-not-call", new { phone = "+14155550199" });
        var path = $"/contacts/{await tenant.CreateAsync("/contacts", new { title = "Ada", phone = Phone })}";
        var changed = (await tenant.Api.PatchAsync(path, new { phone = "+14155550199", optOut = new { optedOut = false } })).ShouldBe(HttpStatusCode.OK).Data;
        Assert.True(changed.GetProperty("optOut").GetProperty("optedOut").GetBoolean());
        Assert.Equal("null", (await tenant.Api.PatchAsync(path, new { optOut = new { optedOut = false } })).ShouldBe(HttpStatusCode.OK).Data.GetProperty("optOut").GetRawText());
    }

    [Fact]
    public async Task The_events_of_a_contact_are_written_with_it()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var id = await tenant.CreateAsync("/contacts", new { title = "Ada", phone = Phone, notes = "secret" });
        await tenant.Api.PatchAsync($"/contacts/{id}", new { title = "Ada L." });
        await tenant.Api.PatchAsync($"/contacts/{id}", new { phone = "wrong" });
        await tenant.Api.DeleteAsync($"/contacts/{id}");

        var events = await run.Shared.InDatabaseAsync(db => db.Events.Where(happened => happened.OrganizationId == tenant.Organization.Id).OrderBy(happened => happened.Position).ToListAsync());
        Assert.Equal(["contact.created", "contact.updated", "contact.deleted"], events.Select(happened => happened.Type));
        Assert.All(events, happened => Assert.Equal(s_listFields, JsonElement.Parse(happened.Data).EnumerateObject().Select(property => property.Name)));
        Assert.Equal(["Ada", "Ada L.", "Ada L."], events.Select(happened => JsonElement.Parse(happened.Data).GetProperty("title").GetString()));
    }

    [Fact]
    public async Task Deleting_a_contact_leaves_its_calls_and_what_the_ledger_says_of_its_number()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var id = await tenant.CreateAsync("/contacts", new { title = "Ada", phone = Phone });
        var call = (await tenant.Api.PostAsync("/calls", new { to = Phone, from = Tenant.From, contactId = id, firstMessage = "Hello {{name}}", scheduledAt = tenant.Now.AddDays(1).ToString("O") })).ShouldBe(HttpStatusCode.Created).Data;
        await tenant.Api.PatchAsync($"/contacts/{id}", new { optOut = new { optedOut = true } });
        (await tenant.Api.DeleteAsync($"/contacts/{id}")).ShouldBe(HttpStatusCode.NoContent);

        var left = await tenant.GetCallAsync(call.GetProperty("id").GetString()!);
        Assert.Equal(("null", "scheduled", "Hello Ada"), (left.GetProperty("contactId").GetRawText(), left.GetProperty("status").GetString(), left.GetProperty("firstMessage").GetString()));
        (await tenant.Api.PostAsync("/calls", new { to = Phone, from = Tenant.From })).ShouldBeError(403, "CONTACT_OPTED_OUT");
        var reborn = (await tenant.Api.PostAsync("/contacts", new { title = "Ada again", phone = Phone, optOut = new { optedOut = false } })).ShouldBe(HttpStatusCode.Created).Data;
        Assert.True(reborn.GetProperty("optOut").GetProperty("optedOut").GetBoolean());
    }
}
