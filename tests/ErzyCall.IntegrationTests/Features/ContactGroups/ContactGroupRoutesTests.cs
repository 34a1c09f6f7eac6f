using System.Net;
using System.Text.Json;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.ContactGroups;

public sealed class ContactGroupRoutesTests(TestRun run)
{
    private static readonly string[] s_fields = ["id", "name", "description", "contactCount", "createdAt"];

    [Fact]
    public async Task A_group_lives_from_its_creation_to_its_deletion()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var api = tenant.Api;
        var created = (await api.PostAsync("/contact-groups", new { name = "Customers", description = "Ordered before" })).ShouldBe(HttpStatusCode.Created);
        var group = created.ShouldHave(s_fields);
        var path = $"/contact-groups/{group.GetProperty("id").GetString()}";
        Assert.Equal($"/api/v1{path}", created.Header("Location"));
        Assert.Equal(("Customers", "Ordered before", 0), (group.GetProperty("name").GetString(), group.GetProperty("description").GetString(), group.GetProperty("contactCount").GetInt32()));
        Assert.Equal(created.Text, (await api.GetAsync(path)).ShouldBe(HttpStatusCode.OK).Text);
        Assert.Equal(group.GetRawText(), Assert.Single((await api.GetAsync("/contact-groups")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray()).GetRawText());

        var changed = (await api.PatchAsync(path, new { description = (string?)null })).ShouldBe(HttpStatusCode.OK).ShouldHave(s_fields);
        Assert.Equal(("Customers", "null"), (changed.GetProperty("name").GetString(), changed.GetProperty("description").GetRawText()));
        (await api.PatchAsync(path, new { name = (string?)null })).ShouldBeError(400, "VALIDATION_ERROR", "name");

        (await api.PostAsync("/contact-groups", new { name = "Customers" })).ShouldBeError(409, "CONFLICT", "name");
        var other = await tenant.CreateAsync("/contact-groups", new { name = "customers" });
        (await api.PatchAsync($"/contact-groups/{other}", new { name = "Customers" })).ShouldBeError(409, "CONFLICT", "name");

        Assert.Equal("", (await api.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent).Text);
        (await api.GetAsync(path)).ShouldBeError(404, "NOT_FOUND");
        (await api.DeleteAsync(path)).ShouldBeError(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Contacts_join_and_leave_a_group_and_outlive_it()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var api = tenant.Api;
        var group = await tenant.CreateAsync("/contact-groups", new { name = "Customers" });
        var members = $"/contact-groups/{group}/members";
        string[] contacts = [await tenant.CreateContactAsync(), await tenant.CreateContactAsync(), await tenant.CreateContactAsync()];

        Assert.Equal(2, (await api.PostAsync(members, new { contactIds = contacts[..2] })).ShouldBe(HttpStatusCode.OK).ShouldHave(s_fields).GetProperty("contactCount").GetInt32());
        Assert.Equal(3, (await api.PostAsync(members, new { contactIds = contacts })).ShouldBe(HttpStatusCode.OK).Data.GetProperty("contactCount").GetInt32());
        Assert.Equal(contacts.Reverse(), Ids((await api.GetAsync($"/contacts?groupId={group}")).Data));
        Assert.Equal(3, Assert.Single((await api.GetAsync("/contact-groups")).Data.EnumerateArray()).GetProperty("contactCount").GetInt32());

        (await api.DeleteAsync($"{members}/{contacts[0]}")).ShouldBe(HttpStatusCode.NoContent);
        (await api.DeleteAsync($"{members}/{contacts[0]}")).ShouldBe(HttpStatusCode.NoContent);
        (await api.DeleteAsync($"{members}/contact_01h455vb4pex5vsknk084sn02q")).ShouldBeError(404, "NOT_FOUND");
        Assert.Equal("[]", (await api.GetAsync($"/contacts/{contacts[0]}")).Data.GetProperty("groupIds").GetRawText());

        (await api.DeleteAsync($"/contact-groups/{group}")).ShouldBe(HttpStatusCode.NoContent);
        Assert.Equal("[]", (await api.GetAsync($"/contacts/{contacts[1]}")).Data.GetProperty("groupIds").GetRawText());
        Assert.Equal(3, (await api.GetAsync("/contacts")).Data.GetArrayLength());
    }

    [Fact]
    public async Task A_group_takes_all_the_contacts_or_none()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var stranger = await run.Shared.CreateTenantAsync();
        var group = await tenant.CreateAsync("/contact-groups", new { name = "Customers" });
        var members = $"/contact-groups/{group}/members";
        var contact = await tenant.CreateContactAsync();

        (await tenant.Api.PostAsync(members, new { contactIds = new[] { contact, await stranger.CreateContactAsync() } })).ShouldBeError(404, "NOT_FOUND");
        (await tenant.Api.PostAsync(members, new { contactIds = Array.Empty<string>() })).ShouldBeError(400, "VALIDATION_ERROR", "contactIds");
        (await tenant.Api.PostAsync(members, new { contactIds = new[] { contact, "nobody" } })).ShouldBeError(400, "INVALID_ID", "contactIds[1]");
        (await tenant.Api.PostAsync(members, new { contactIds = Enumerable.Repeat(contact, 1_001) })).ShouldBeError(400, "VALIDATION_ERROR", "contactIds");
        Assert.Equal(0, (await tenant.Api.GetAsync($"/contact-groups/{group}")).Data.GetProperty("contactCount").GetInt32());
    }

    [Fact]
    public async Task Many_who_change_the_same_groups_at_once_all_get_on()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        string[] groups = [await tenant.CreateAsync("/contact-groups", new { name = "A" }), await tenant.CreateAsync("/contact-groups", new { name = "B" })];
        string[] contacts = [.. await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => tenant.CreateContactAsync()))];
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).SelectMany(turn => new[]
        {
            tenant.Api.PostAsync($"/contact-groups/{groups[turn % 2]}/members", new { contactIds = turn % 3 == 0 ? contacts : [.. contacts.Reverse()] }),
            tenant.Api.PatchAsync($"/contacts/{contacts[turn % 8]}", new { groupIds = groups }),
            tenant.Api.PatchAsync($"/contacts/{contacts[(turn + 3) % 8]}", new { groupIds = Array.Empty<string>() }),
        }));
        Assert.All(answers, answer => answer.ShouldBe(HttpStatusCode.OK));
    }

    private static IEnumerable<string> Ids(JsonElement list) => list.EnumerateArray().Select(item => item.GetProperty("id").GetString()!);
}
