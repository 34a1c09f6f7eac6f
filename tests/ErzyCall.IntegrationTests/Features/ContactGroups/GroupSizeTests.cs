using System.Net;
using ErzyCall.Api.Features.ContactGroups;
using ErzyCall.Api.Features.Contacts.Membership;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Features.ContactGroups;

/// <summary>A group's size is kept and not counted: it must be what a count would give, at every moment.</summary>
public sealed class GroupSizeTests(TestRun run)
{
    [Fact]
    public async Task The_size_is_exact_whether_or_not_its_changes_are_added_up()
    {
        await using var server = await run.StartServerAsync();
        var tenant = await server.CreateTenantAsync();
        var group = await tenant.CreateAsync("/contact-groups", new { name = "A" });
        var other = await tenant.CreateAsync("/contact-groups", new { name = "B" });
        await AssertSizesAsync(tenant, (group, 0), (other, 0));

        string[] contacts = [await tenant.CreateContactAsync(), await tenant.CreateContactAsync(), await tenant.CreateContactAsync()];
        (await tenant.Api.PostAsync($"/contact-groups/{group}/members", new { contactIds = contacts })).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.PostAsync($"/contact-groups/{other}/members", new { contactIds = contacts[..1] })).ShouldBe(HttpStatusCode.OK);
        await AssertSizesAsync(tenant, (group, 3), (other, 1));
        Assert.Equal(2, await server.RunAsync<AddUpChangesJob>());
        await AssertSizesAsync(tenant, (group, 3), (other, 1));

        (await tenant.Api.DeleteAsync($"/contact-groups/{group}/members/{contacts[1]}")).ShouldBe(HttpStatusCode.NoContent);
        (await tenant.Api.DeleteAsync($"/contacts/{contacts[0]}")).ShouldBe(HttpStatusCode.NoContent);
        (await tenant.Api.PatchAsync($"/contacts/{contacts[2]}", new { groupIds = new[] { other } })).ShouldBe(HttpStatusCode.OK);
        await AssertSizesAsync(tenant, (group, 0), (other, 1));
        await server.RunAsync<AddUpChangesJob>();
        await AssertSizesAsync(tenant, (group, 0), (other, 1));

        // What a deleted group leaves behind is nobody's and goes.
        (await tenant.Api.DeleteAsync($"/contact-groups/{other}")).ShouldBe(HttpStatusCode.NoContent);
        await server.RunAsync<AddUpChangesJob>();
        Assert.Equal(0, await server.InDatabaseAsync(db => db.ContactGroupChanges.CountAsync()));
        await AssertSizesAsync(tenant, (group, 0));
    }

    [Fact]
    public async Task The_size_is_exact_after_everything_at_once()
    {
        await using var server = await run.StartServerAsync();
        var tenant = await server.CreateTenantAsync();
        var api = tenant.Api;
        string[] groups = [.. await Task.WhenAll(Enumerable.Range(0, 4).Select(number => tenant.CreateAsync("/contact-groups", new { name = $"Group {number}" })))];
        string[] contacts = [.. await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => tenant.CreateContactAsync()))];

        // As many batches as an organization may have running at once.
        using var room = new SemaphoreSlim(4);
        async Task<ApiResponse> ImportAsync(object batch)
        {
            await room.WaitAsync(TestContext.Current.CancellationToken);
            try
            {
                return await api.PostAsync("/contacts/batch", batch);
            }
            finally
            {
                room.Release();
            }
        }

        var changes = Task.WhenAll(Enumerable.Range(0, 12).SelectMany(turn => new[]
        {
            // Imports of the same people into the same groups, in one order and the other.
            ImportAsync(new
            {
                onConflict = "update",
                contacts = Order(turn, Enumerable.Range(0, 10)).Select(number => new
                {
                    title = "Imported", phone = $"+1415557{number:0000}", groupIds = new[] { groups[turn % 3], groups[(turn + number) % 3] },
                }),
            }),
            api.PostAsync($"/contact-groups/{groups[turn % 4]}/members", new { contactIds = Order(turn, contacts[4..]) }),
            api.PatchAsync($"/contacts/{contacts[turn]}", new { groupIds = Order(turn, groups[..3]) }),
            api.DeleteAsync($"/contact-groups/{groups[turn % 3]}/members/{contacts[4 + (turn % 8)]}"),
            turn < 4 ? api.DeleteAsync($"/contacts/{contacts[turn]}") : turn == 8 ? api.DeleteAsync($"/contact-groups/{groups[3]}") : api.GetAsync("/contact-groups"),
        }));
        await Task.WhenAll(AddUpUntilAsync(server, changes), AddUpUntilAsync(server, changes));

        Assert.All(await changes, answer => Assert.True(
            answer.Status is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.NoContent or HttpStatusCode.NotFound, answer.Text));
        await AssertSizesAreExactAsync(tenant, groups[..3]);
        await server.RunAsync<AddUpChangesJob>();
        Assert.Equal(0, await server.InDatabaseAsync(db => db.ContactGroupChanges.CountAsync()));
        await AssertSizesAreExactAsync(tenant, groups[..3]);
    }

    private static IEnumerable<T> Order<T>(int turn, IEnumerable<T> items) => turn % 2 == 0 ? items : items.Reverse();

    private static async Task AddUpUntilAsync(TestServer server, Task done)
    {
        while (!done.IsCompleted)
        {
            await server.RunAsync<AddUpChangesJob>();
        }
    }

    private static async Task AssertSizesAreExactAsync(Tenant tenant, IReadOnlyList<string> groups)
    {
        var counted = await tenant.Server.InDatabaseAsync(db => db.ContactGroupMembers.GroupBy(member => member.GroupId).ToDictionaryAsync(group => group.Key, group => group.Count()));
        Assert.NotEmpty(counted);
        await AssertSizesAsync(tenant, [.. groups.Select(group => (group, counted.GetValueOrDefault(Id<ContactGroup>.Parse(group))))]);
    }

    private static async Task AssertSizesAsync(Tenant tenant, params (string Group, int Size)[] expected)
    {
        var list = (await tenant.Api.GetAsync("/contact-groups")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray();
        Assert.Equal(expected.Order(), list.Select(group => (group.GetProperty("id").GetString()!, group.GetProperty("contactCount").GetInt32())).Order());
        foreach (var (group, size) in expected)
        {
            Assert.Equal(size, (await tenant.Api.GetAsync($"/contact-groups/{group}")).ShouldBe(HttpStatusCode.OK).Data.GetProperty("contactCount").GetInt32());
        }
    }
}
