using System.Globalization;
using System.Net;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Platform.Persistence;

/// <summary>What one request may store, however little it says.</summary>
public sealed class WriteLimitTests(TestRun run)
{
    private const int OneMebibyte = 1024 * 1024;

    [Theory]
    [InlineData(null)]
    [InlineData("a key")]
    public async Task A_small_body_that_would_store_a_lot_is_refused_and_nothing_is_stored(string? key)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        object Batch(int count, char character) => new
        {
            defaults = new { from = Tenant.From, variableValues = Enumerable.Range(0, 50).ToDictionary(n => $"v{n}", _ => new string(character, 1_000)) },
            calls = Enumerable.Range(0, count).Select(n => new { to = $"+1415556{n:0000}" }),
        };
        (string, string)[] headers = key is null ? [] : [("Idempotency-Key", key)];

        (await tenant.Api.PostAsync("/calls/batch", Batch(360, 'v'), headers)).ShouldBeError(413, "PAYLOAD_TOO_LARGE");

        // Bytes are counted and not characters.
        (await tenant.Api.PostAsync("/calls/batch", Batch(180, 'é'), headers)).ShouldBeError(413, "PAYLOAD_TOO_LARGE");
        Assert.Empty((await tenant.Api.GetAsync("/calls")).Data.EnumerateArray());
        Assert.Equal(0, await run.Shared.InDatabaseAsync(db => db.CallScripts.CountAsync(row => row.OrganizationId == tenant.Organization.Id)));
        (await tenant.Api.PostAsync("/calls/batch", Batch(300, 'v'), headers)).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Events_and_first_messages_count_too()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var calls = Enumerable.Range(0, 900).Select(n => new { to = $"+1415556{n:0000}" });
        var values = Enumerable.Range(0, 10).ToDictionary(n => $"v{n}", _ => new string('v', 990));
        object Batch(string? scheduledAt) => new { defaults = new { from = Tenant.From, firstMessage = string.Concat(Enumerable.Range(0, 10).Select(n => $"{{{{v{n}}}}}")), variableValues = values, scheduledAt }, calls };

        (await tenant.Api.PostAsync("/calls/batch", Batch(tenant.Now.AddDays(1).ToString("O", CultureInfo.InvariantCulture)))).ShouldBeError(413, "PAYLOAD_TOO_LARGE");
    }

    [Fact]
    public async Task Whatever_a_request_writes_is_counted_together()
    {
        await using var scope = run.Shared.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ErzyCallDbContext>();
        var limit = db.WriteLimit;
        Task WriteAsync() => db.Database.ExecuteSqlAsync($"SELECT {new string('x', 9 * OneMebibyte)}, {new[] { "more" }}");

        // A job's or a command's scope is not bounded.
        await WriteAsync();
        await WriteAsync();

        limit.BeginRequest();
        await WriteAsync();
        Assert.Equal("PAYLOAD_TOO_LARGE", (await Assert.ThrowsAsync<ApiException>(WriteAsync)).Error.Code);

        // What was undone has written nothing.
        limit.BeginAgain();
        await WriteAsync();
        db.Add(run.Shared.Services.GetRequiredService<TimeProvider>().GetUtcNow() is var now ? Api.Features.Organizations.Organization.Create(new string('x', 8 * OneMebibyte), default, now) : null!);
        Assert.Equal("PAYLOAD_TOO_LARGE", (await Assert.ThrowsAsync<ApiException>(() => db.SaveChangesAsync(TestContext.Current.CancellationToken))).Error.Code);
    }
}
