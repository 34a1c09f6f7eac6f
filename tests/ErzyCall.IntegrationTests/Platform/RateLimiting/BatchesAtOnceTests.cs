using System.Net;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.RateLimiting;
using ErzyCall.IntegrationTests.Server;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Platform.RateLimiting;

/// <summary>How many batches of an organization run at once.</summary>
public sealed class BatchesAtOnceTests(TestRun run)
{
    private static readonly object s_calls = new { calls = new[] { new { to = "+14155550100", from = Tenant.From } } };

    [Fact]
    public async Task While_as_many_run_as_may_every_batch_route_refuses_one_more_and_nothing_else_does()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var kept = (await tenant.Api.PostAsync("/calls/batch", s_calls, "kept")).ShouldBe(HttpStatusCode.Created);
        var routes = run.Shared.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<BodyLimit>() == BodyLimit.Batch)
            .Select(route => route.RoutePattern.RawText!)
            .ToList();
        Assert.True(routes.Count >= 2);
        await using (await BatchesAsync(tenant, BatchPlaces.MaxAtOnce))
        {
            foreach (var route in routes.Select(raw => $"/{raw.Trim('/')}"))
            {
                foreach (var key in new[] { Array.Empty<(string, string)>(), [("Idempotency-Key", "new")] })
                {
                    var refused = await tenant.Api.PostAsync(route, "{}", key);
                    Assert.True(refused.Status is HttpStatusCode.TooManyRequests, $"{route}: {refused.Text}");
                    refused.ShouldBeError(429, "RATE_LIMITED");
                    Assert.Equal("1", refused.Header("Retry-After"));
                }
            }

            // A replay runs nothing, and a call alone is no batch; another organization has its own.
            Assert.Equal(kept.Text, (await tenant.Api.PostAsync("/calls/batch", s_calls, "kept")).ShouldBe(HttpStatusCode.Created).Text);
            await tenant.PlaceCallAsync();
            (await (await run.Shared.CreateTenantAsync()).Api.PostAsync("/calls/batch", s_calls)).ShouldBe(HttpStatusCode.Created);
        }

        // The key that was refused is free.
        (await tenant.Api.PostAsync("/calls/batch", s_calls, "new")).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task One_less_than_may_leaves_a_place_for_one()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        await using (await BatchesAsync(tenant, BatchPlaces.MaxAtOnce - 1))
        {
            (await tenant.Api.PostAsync("/calls/batch", s_calls)).ShouldBe(HttpStatusCode.Created);
            (await tenant.Api.PostAsync("/calls/batch", s_calls, "key")).ShouldBe(HttpStatusCode.Created);

            // A batch that is refused for what it says gives its place back too.
            (await tenant.Api.PostAsync("/calls/batch", "{}")).ShouldBeError(400, "VALIDATION_ERROR", "calls");
            (await tenant.Api.PostAsync("/calls/batch", s_calls)).ShouldBe(HttpStatusCode.Created);
        }
    }

    [Fact]
    public async Task Those_who_wait_for_the_answer_of_another_take_no_place()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => tenant.Api.PostAsync("/calls/batch", s_calls, "one key")));
        Assert.Single(answers.Select(answer => answer.ShouldBe(HttpStatusCode.Created).Text).Distinct());
    }

    /// <summary>Batches of the organization that run elsewhere: transactions that hold what a batch holds.</summary>
    private async Task<IAsyncDisposable> BatchesAsync(Tenant tenant, int count)
    {
        var running = new Running();
        for (var i = 0; i < count; i++)
        {
            await running.AddAsync(run.Shared, tenant);
        }

        return running;
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly List<(AsyncServiceScope Scope, IDbContextTransaction Transaction)> _batches = [];

        public async Task AddAsync(TestServer server, Tenant tenant)
        {
            var scope = server.Services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<Api.Platform.Persistence.ErzyCallDbContext>();
            _batches.Add((scope, await db.Database.BeginTransactionAsync()));
            await BatchPlaces.TakeAsync(db, tenant.Caller, TestContext.Current.CancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var (scope, transaction) in _batches)
            {
                await transaction.DisposeAsync();
                await scope.DisposeAsync();
            }
        }
    }
}
