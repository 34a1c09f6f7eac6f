using System.Net;
using CsCheck;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Platform.Pagination;

/// <summary>
/// Lists that are read page by page while rows come and go. A failure prints the smallest walk that was found and its seed; with <c>CsCheck_Seed</c> set to it the test begins with that walk.
/// </summary>
public sealed class ChangingListTests(TestRun run)
{
    private static readonly Gen<Change> s_change = Gen.Select(Gen.Bool, Gen.Int[0, 20], (comes, which) => new Change(comes ? null : which));

    private static readonly Gen<Walk> s_walk = Gen.Select(
        Gen.Int[0, 12], Gen.Bool.Array[8], Gen.Select(s_change.Array[0, 4], Gen.Int[1, 5], (changes, size) => new Page(changes, size)).Array[1, 6], (rows, ticks, pages) => new Walk(rows, ticks, pages));

    [Theory]
    [InlineData("contacts")]
    [InlineData("contacts with a tag")]
    [InlineData("members of a group")]
    [InlineData("do-not-call")]
    public async Task No_row_that_is_there_throughout_is_skipped_and_none_is_repeated(string which)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 15, 10, 30, 0, TimeSpan.Zero));
        await using var server = await run.StartServerAsync(new TestServerOptions { Clock = clock });
        await s_walk.SampleAsync(
            async walk =>
            {
                var list = await ChangingList.StartAsync(which, await server.CreateTenantAsync());
                var (there, everGone, seen) = (new List<string>(), new HashSet<string>(), new List<string>());
                var added = 0;
                async Task AddAsync()
                {
                    clock.Advance(TimeSpan.FromMilliseconds(walk.Ticks[added++ % walk.Ticks.Length] ? 1 : 0));
                    there.Add(await list.AddAsync($"+1415555{added:0000}"));
                }

                while (added < walk.Rows)
                {
                    await AddAsync();
                }

                var fromTheStart = there.ToList();
                string? cursor = null;
                for (var n = 0; n == 0 || cursor is not null; n++)
                {
                    // When all changes have been made the rest is read in peace.
                    var page = n < walk.Pages.Length ? walk.Pages[n] : new Page([], walk.Pages[^1].Size);
                    foreach (var change in page.Changes)
                    {
                        if (change.Gone is null)
                        {
                            await AddAsync();
                        }
                        else if (there.Count > 0)
                        {
                            var gone = there[change.Gone.Value % there.Count];
                            await list.RemoveAsync(gone);
                            there.Remove(gone);
                            everGone.Add(gone);
                        }
                    }

                    var response = await list.ReadAsync($"limit={page.Size}{(cursor is null ? "" : $"&cursor={cursor}")}");
                    cursor = response.Json.GetProperty("pagination").GetProperty("cursor").GetString();
                    var rows = list.RowsOf(response);
                    Assert.Subset(there.ToHashSet(), rows.ToHashSet());
                    Assert.InRange(rows.Count, cursor is null ? 0 : page.Size, page.Size);
                    seen.AddRange(rows);
                }

                Assert.Distinct(seen);
                Assert.Subset(seen.ToHashSet(), fromTheStart.Except(everGone).ToHashSet());

                // And it is the list's own order.
                var now = list.RowsOf(await list.ReadAsync("limit=100"));
                Assert.Equal(now.Intersect(seen), seen.Intersect(now));
            },
            iter: Iterations.Usually(3),
            threads: 1);
    }

    /// <param name="Gone">Which row goes; <c>null</c>: one comes.</param>
    private sealed record Change(int? Gone)
    {
        public override string ToString() => Gone is { } which ? $"-{which}" : "+";
    }

    /// <param name="Changes">What happens before the page is read.</param>
    private sealed record Page(Change[] Changes, int Size)
    {
        public override string ToString() => $"{string.Join(' ', Changes)} page of {Size}";
    }

    /// <param name="Rows">There at the start.</param>
    /// <param name="Ticks">Whether the clock moves before a row comes: many are of one moment.</param>
    private sealed record Walk(int Rows, bool[] Ticks, Page[] Pages)
    {
        public override string ToString() => $"{Rows} rows, ticks {string.Join(' ', Ticks)}: {string.Join(", ", (object[])Pages)}";
    }

    /// <summary>A paged list, and how rows come into it and go.</summary>
    /// <param name="Field">What tells a row from the others.</param>
    /// <param name="AddAsync">Given a number that no other row has.</param>
    private sealed record ChangingList(Tenant Tenant, string Path, string Field, Func<string, Task<string>> AddAsync, Func<string, Task<ApiResponse>> GoAsync)
    {
        public static async Task<ChangingList> StartAsync(string which, Tenant tenant)
        {
            var api = tenant.Api;
            switch (which)
            {
                case "contacts":
                    return new(tenant, "/contacts?", "id", phone => tenant.CreateAsync("/contacts", new { title = "A", phone }), id => api.DeleteAsync($"/contacts/{id}"));

                case "contacts with a tag":
                    await tenant.CreateAsync("/contacts", new { title = "A", phone = "+14155560000", tags = (string[])["b"] });
                    return new(tenant, "/contacts?tags=a&", "id", phone => tenant.CreateAsync("/contacts", new { title = "A", phone, tags = (string[])["a"] }), id => api.PatchAsync($"/contacts/{id}", new { tags = (string[])["b"] }));

                case "do-not-call":
                    return new(tenant, "/do-not-call?", "phone", async phone => (await api.PostAsync("/do-not-call", new { phone })).ShouldBe(HttpStatusCode.Created).Data.GetProperty("phone").GetString()!, phone => api.DeleteAsync($"/do-not-call/{Uri.EscapeDataString(phone)}"));

                default:
                    // Who has left comes back first: then a row comes among those that are older.
                    var group = await tenant.CreateAsync("/contact-groups", new { name = "A" });
                    var left = new Queue<string>();
                    async Task<string> JoinAsync(string phone)
                    {
                        if (!left.TryDequeue(out var id))
                        {
                            return await tenant.CreateAsync("/contacts", new { title = "A", phone, groupIds = (string[])[group] });
                        }

                        (await api.PostAsync($"/contact-groups/{group}/members", new { contactIds = (string[])[id] })).ShouldBe(HttpStatusCode.OK);
                        return id;
                    }

                    return new(tenant, $"/contacts?groupId={group}&", "id", JoinAsync, id =>
                    {
                        left.Enqueue(id);
                        return api.DeleteAsync($"/contact-groups/{group}/members/{id}");
                    });
            }
        }

        public async Task RemoveAsync(string row) => Assert.Contains((await GoAsync(row)).Status, new[] { HttpStatusCode.OK, HttpStatusCode.NoContent });

        public async Task<ApiResponse> ReadAsync(string page) => (await Tenant.Api.GetAsync($"{Path}{page}")).ShouldBe(HttpStatusCode.OK);

        public IReadOnlyList<string> RowsOf(ApiResponse page) => [.. page.Data.EnumerateArray().Select(row => row.GetProperty(Field).GetString()!)];
    }
}
