using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.PhoneNumbers;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Platform.Persistence;

/// <summary>Rows that are inserted in one round trip, and rows that are saved together, beside rows that Entity Framework saves.</summary>
public sealed class AddedRowsTests(TestRun run)
{
    [Fact]
    public async Task Inserted_rows_are_as_those_that_are_saved()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var contact = await tenant.CreateContactAsync();
        await tenant.CreateAsync("/calls", new
        {
            to = "+14155550100",
            from = Tenant.From,
            contactId = contact,
            firstMessage = "{\"quotes\": '{0}'}",
            variableValues = new { name = "Zoë {1} @p0" },
            metadata = new { order = "17", note = "a \\ b; -- c" },
            scheduledAt = tenant.Now.AddDays(1).ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        });

        await run.Shared.InDatabaseAsync(async db =>
        {
            var call = await db.Calls.AsNoTracking().SingleAsync(row => row.OrganizationId == tenant.Organization.Id);
            var happened = await db.Events.AsNoTracking().SingleAsync(row => row.ResourceId == call.Id.Value);
            var placed = await ReadAsync(db, call);
            Assert.NotEqual("", placed);

            await using var undone = await db.Database.BeginTransactionAsync();
            foreach (var save in new Func<Task>[]
            {
                () => db.InsertAsync([], CancellationToken.None),
                () => db.SaveTogetherAsync(CancellationToken.None),
                () => db.SaveChangesAsync(),
            })
            {
                await db.Calls.Where(row => row.Id == call.Id).ExecuteDeleteAsync();
                await db.Events.Where(row => row.Id == happened.Id).ExecuteDeleteAsync();
                Assert.Equal("", await ReadAsync(db, call));
                db.AddRange(call, happened);
                db.Entry(happened).Property(row => row.Position).CurrentValue = 0;
                await save();
                Assert.Equal(placed, await ReadAsync(db, call));
                Assert.All(db.ChangeTracker.Entries(), row => Assert.Equal(EntityState.Unchanged, row.State));
                db.ChangeTracker.Clear();
            }

            return 0;
        });
    }

    [Fact]
    public async Task What_is_not_only_added_is_left_to_Entity_Framework()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        await run.Shared.InDatabaseAsync(async db =>
        {
            db.Update(await db.Set<Organization>().SingleAsync(row => row.Id == tenant.Organization.Id));
            await Assert.ThrowsAsync<InvalidOperationException>(() => db.InsertAsync([], CancellationToken.None));
            return 0;
        });
    }

    [Fact]
    public async Task Rows_that_are_changed_together_are_as_those_that_are_saved()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        for (var call = 0; call < 4; call++)
        {
            await tenant.PlaceCallAsync();
        }

        await run.Shared.InDatabaseAsync(async db =>
        {
            var now = new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero);
            var before = await ReadAllAsync(db, tenant);
            var after = new List<string>();
            foreach (var save in new Func<Task>[] { () => db.SaveTogetherAsync(CancellationToken.None), () => db.SaveChangesAsync() })
            {
                await using var undone = await db.Database.BeginTransactionAsync();
                var calls = await db.Calls.Where(row => row.OrganizationId == tenant.Organization.Id).OrderBy(row => row.Id).ToListAsync();
                calls[0].Fail(EndedReason.ContactOptedOut, now);
                calls[1].WaitUntil(now.AddHours(1), TimeSpan.FromHours(2), now);
                calls[2].Fail(EndedReason.CarrierRejected, now);
                await save();
                Assert.All(db.ChangeTracker.Entries(), row => Assert.Equal(EntityState.Unchanged, row.State));
                after.Add(await ReadAllAsync(db, tenant));
                db.ChangeTracker.Clear();
            }

            Assert.Equal(after[1], after[0]);
            Assert.NotEqual(before, after[0]);
            return 0;
        });
    }

    [Fact]
    public async Task Rows_that_cannot_be_saved_together_are_refused()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var id = Id<Call>.Parse(await tenant.PlaceCallAsync());
        var organization = tenant.Organization.Id;
        await run.Shared.InDatabaseAsync(async db =>
        {
            await using var undone = await db.Database.BeginTransactionAsync();
            var call = await db.Calls.SingleAsync(row => row.Id == id);
            await db.Calls.Where(row => row.Id == id).ExecuteDeleteAsync();
            call.Fail(EndedReason.CarrierRejected, call.CreatedAt);
            await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => db.SaveTogetherAsync(CancellationToken.None));

            db.ChangeTracker.Clear();
            db.Remove(call);
            await Assert.ThrowsAsync<NotSupportedException>(() => db.SaveTogetherAsync(CancellationToken.None));

            db.ChangeTracker.Clear();
            db.Update(await db.PhoneNumbers.FirstAsync(row => row.OrganizationId == organization));
            await Assert.ThrowsAsync<NotSupportedException>(() => db.SaveTogetherAsync(CancellationToken.None));
            return 0;
        });
    }

    private static async Task<string> ReadAllAsync(ErzyCallDbContext db, Tenant tenant) =>
        string.Concat(await db.Database.SqlQuery<string>(
            $"SELECT to_jsonb(calls)::text AS \"Value\" FROM calls WHERE organization_id = {tenant.Organization.Id.Value} ORDER BY id").ToListAsync());

    /// <summary>The call and its event as JSON, without what the database numbers.</summary>
    private static async Task<string> ReadAsync(ErzyCallDbContext db, Call call) =>
        string.Concat(await db.Database.SqlQuery<string>(
            $"""
             SELECT (to_jsonb(calls) || to_jsonb(events) - 'position')::text AS "Value"
             FROM calls JOIN events ON events.resource_id = calls.id WHERE calls.id = {call.Id.Value}
             """).ToListAsync());
}
