using System.Net;
using ErzyCall.Api.Features;
using ErzyCall.Api.Features.Audit;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Features.Audit;

public sealed class AuditRouteTests(TestRun run)
{
    [Fact]
    public async Task It_needs_a_key_that_may_do_everything()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var nobody = (await run.Shared.CreateApiClient().GetAsync("/health/audit")).ShouldBeError(401, "UNAUTHORIZED");
        Assert.Equal("""{"error":{"code":"UNAUTHORIZED","message":"Missing or unknown API key"}}""", nobody.Text);
        (await run.Shared.CreateApiClient("ek_test_nonsense").GetAsync("/health/audit")).ShouldBeError(401, "UNAUTHORIZED");
        var (_, expired) = await tenant.AddKeyAsync(["*"], expiresAt: tenant.Now.AddMinutes(-1));
        (await expired.GetAsync("/health/audit")).ShouldBeError(401, "KEY_EXPIRED");
        var (_, lesser) = await tenant.AddKeyAsync([.. Scopes.All.Except([Scopes.Everything])]);
        var refused = (await lesser.GetAsync("/health/audit")).ShouldBeError(403, "INSUFFICIENT_SCOPE");
        Assert.Equal("""{"error":{"code":"INSUFFICIENT_SCOPE","message":"API key lacks required scope: *"}}""", refused.Text);

        var audit = (await tenant.AuditAsync()).ShouldHold();

        Assert.Equal("100000", audit.Header("X-RateLimit-Limit"));
    }

    [Fact]
    public async Task It_tells_what_each_law_promises_and_how_it_was_kept()
    {
        var tenant = await run.Shared.CreateTenantAsync();

        var audit = (await tenant.AuditAsync()).ShouldHold().Json;

        Assert.Equal(["status", "since", "checkedAt", "laws"], audit.EnumerateObject().Select(property => property.Name));
        Assert.Equal(TimeSpan.FromDays(1), audit.GetProperty("checkedAt").GetDateTimeOffset() - audit.GetProperty("since").GetDateTimeOffset());
        Assert.Equal(AuditLaws.All.Select(law => (law.Name, law.Promise)), audit.GetProperty("laws").EnumerateArray().Select(law => (law.Name(), law.GetProperty("promise").GetString()!)));
        Assert.All(audit.GetProperty("laws").EnumerateArray(), law =>
            Assert.Equal(["name", "promise", "status", "violations", "atLeast", "offenders", "durationMs"], law.EnumerateObject().Select(property => property.Name)));
    }

    [Fact]
    public async Task It_looks_back_as_far_as_it_is_asked_to()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var call = await tenant.PlaceCallAsync();

        // Three days ago somebody cancelled it without a word.
        var old = new Id<Call>(Guid.CreateVersion7(tenant.Now.AddDays(-3)));
        await run.Shared.ExecuteSqlAsync(
            $"""
             UPDATE calls SET id = '{old.Value}', created_at = created_at - interval '3 days', updated_at = updated_at - interval '3 days', status = 'cancelled',
               ended_at = now() - interval '3 days', ended_reason = 'manually-canceled', fault = 'none', retryable = false
             WHERE id = '{Id<Call>.Parse(call).Value}'
             """);

        Assert.Equal("2026-01-15T10:30:00.000Z", (await tenant.AuditAsync("?since=2026-01-15T11:30:00%2B01:00")).Json.GetProperty("since").GetString());
        (await tenant.AuditAsync()).ShouldHold();
        var longer = await tenant.AuditAsync($"?since={tenant.Now.AddDays(-4):yyyy-MM-dd'T'HH:mm:ss'Z'}");
        Assert.Equal([old.ToString()], Assert.Single(longer.ShouldBe(HttpStatusCode.ServiceUnavailable).Laws("violated")).Offenders());

        (await tenant.AuditAsync("?since=yesterday")).ShouldBeError(400, "VALIDATION_ERROR", "since");
        (await tenant.AuditAsync("?since=2999-01-01T00:00:00Z")).ShouldBeError(400, "VALIDATION_ERROR", "since");
        (await tenant.AuditAsync("?until=2026-01-15T10:30:00Z")).ShouldBeError(400, "VALIDATION_ERROR", "until");
    }

    [Fact]
    public async Task It_tells_an_organization_nothing_of_another_one()
    {
        var owner = await run.Shared.CreateTenantAsync();
        var stranger = await run.Shared.CreateTenantAsync();
        var calls = new[] { await owner.PlaceCallAsync(), await stranger.PlaceCallAsync() };
        await LetWaitAsync(calls[0]);
        (await stranger.AuditAsync()).ShouldHold();

        await LetWaitAsync(calls[1]);

        foreach (var (tenant, call) in new[] { owner, stranger }.Zip(calls))
        {
            var law = Assert.Single((await tenant.AuditAsync()).ShouldBe(HttpStatusCode.ServiceUnavailable).Laws("violated"));
            Assert.Equal(("call-dispatch-deadline", 1), (law.Name(), law.GetProperty("violations").GetInt32()));
            Assert.Equal([call], law.Offenders());
        }
    }

    [Fact]
    public async Task What_belongs_to_no_organization_is_shown_to_none_but_to_the_operator()
    {
        await using var server = await run.StartServerAsync();
        var tenant = await server.CreateTenantAsync();
        await server.ExecuteSqlAsync($"INSERT INTO simulated_calls (call_id, \"to\", first_message, state) VALUES ('{Guid.CreateVersion7(tenant.Now)}', '+14155550100', '', 'Over')");

        (await tenant.AuditAsync()).ShouldHold();

        var all = await server.Services.GetRequiredService<Auditor>().RunAsync(
            organization: null, since: null, new AuditBounds(TimeSpan.FromDays(1), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10)), TestContext.Current.CancellationToken);
        Assert.Equal(["call-dialled-when-claimed"], all.Laws.Where(law => law.Status == AuditStatus.Violated).Select(law => law.Name));
    }

    [Fact]
    public async Task A_law_that_cannot_be_checked_in_its_time_is_neither_kept_nor_violated_and_those_that_no_time_is_left_for_are_not_begun()
    {
        await using var server = await run.StartServerAsync();
        var tenant = await server.CreateTenantAsync();
        var auditor = server.Services.GetRequiredService<Auditor>();
        await using var scope = server.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ErzyCallDbContext>();
        await using (await db.Database.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            // Whoever reads it waits.
            await db.Database.ExecuteSqlAsync($"LOCK TABLE calls IN ACCESS EXCLUSIVE MODE", TestContext.Current.CancellationToken);
            var limit = TimeSpan.FromMilliseconds(300);
            var report = await auditor.RunAsync(tenant.Organization.Id, since: null, new AuditBounds(TimeSpan.FromDays(1), limit, limit * 2), TestContext.Current.CancellationToken);

            Assert.Equal(AuditStatus.Unchecked, report.Status);
            Assert.Equal(("call-final-event", AuditStatus.Unchecked, 0), (report.Laws[0].Name, report.Laws[0].Status, report.Laws[0].Violations));
            Assert.True(report.Laws[0].DurationMs >= limit.TotalMilliseconds - 1);
            Assert.Equal((AuditStatus.Unchecked, 0), (report.Laws[^1].Status, report.Laws[^1].DurationMs));
            Assert.DoesNotContain(report.Laws, law => law.Status == AuditStatus.Violated);
        }

        (await tenant.AuditAsync()).ShouldHold();
    }

    [Fact]
    public async Task Who_asks_while_an_audit_is_running_gets_what_it_finds_also_when_the_first_one_has_gone_away()
    {
        await using var server = await run.StartServerAsync();
        var tenant = await server.CreateTenantAsync();
        var audits = server.Services.GetRequiredService<RunningAudits>();
        using var patience = new CancellationTokenSource();
        Task<AuditReport> gone, second, third;
        await using (var scope = server.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<ErzyCallDbContext>();
            await using var transaction = await db.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await db.Database.ExecuteSqlAsync($"LOCK TABLE calls IN ACCESS EXCLUSIVE MODE", TestContext.Current.CancellationToken);
            gone = audits.RunAsync(tenant.Organization.Id, since: null, patience.Token);
            second = audits.RunAsync(tenant.Organization.Id, since: null, CancellationToken.None);
            third = audits.RunAsync(tenant.Organization.Id, since: null, CancellationToken.None);
            await patience.CancelAsync();
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.Same(await second, await third);
        Assert.NotSame(await second, await audits.RunAsync(tenant.Organization.Id, since: null, CancellationToken.None));
    }

    [Fact]
    public void What_is_violated_outweighs_what_is_not_checked_and_that_outweighs_what_holds()
    {
        var law = AuditLaws.All[0];
        var (kept, notChecked, violated) = (LawReport.Of(law, [], TimeSpan.Zero), LawReport.Unchecked(law, TimeSpan.Zero), LawReport.Of(law, [Guid.AllBitsSet], TimeSpan.Zero));

        Assert.Equal("ok", AuditStatus.Of([kept, kept]));
        Assert.Equal("unchecked", AuditStatus.Of([kept, notChecked]));
        Assert.Equal("violated", AuditStatus.Of([notChecked, violated, kept]));
    }

    /// <summary>Past its deadline.</summary>
    private Task<int> LetWaitAsync(string call) =>
        run.Shared.ExecuteSqlAsync($"UPDATE calls SET due_at = now() - interval '63 minutes', deadline_at = now() - interval '3 minutes' WHERE id = '{Id<Call>.Parse(call).Value}'");
}
