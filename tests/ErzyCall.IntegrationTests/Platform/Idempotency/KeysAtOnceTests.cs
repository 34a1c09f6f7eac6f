using System.Net;
using CsCheck;
using ErzyCall.IntegrationTests.Server;
using static ErzyCall.IntegrationTests.Platform.Idempotency.KeyedRequests;

namespace ErzyCall.IntegrationTests.Platform.Idempotency;

/// <summary>
/// Several keys by several clients at two copies of the server, all at once, while Redis is emptied. Who comes first is chance; that a key has one body, one answer and one resource is not.
/// </summary>
public sealed class KeysAtOnceTests(TestRun run)
{
    /// <summary>The last is never taken.</summary>
    private static readonly string[] s_bodies = [Call(), Call("+14155550101"), """{"to":"4155550100"}"""];

    private static readonly Gen<Request> s_request = Gen.Select(Gen.Int[0, 2], Gen.Int[0, s_bodies.Length - 1], Gen.Int[0, 1], (key, body, copy) => new Request($"k{key}", s_bodies[body], copy));

    public static TheoryData<string> RedisKinds => TestRun.RedisKinds;

    [Theory]
    [MemberData(nameof(RedisKinds))]
    public async Task Each_key_has_one_answer_and_one_call_and_when_it_has_expired_one_more(string redisKind)
    {
        await using var redis = await run.StartRedisAsync(redisKind);
        await using var connection = await redis.ConnectAsync();
        var options = new TestServerOptions { Postgres = await run.CreateDatabaseAsync(), Redis = redis.ConnectionString };
        await using var one = await run.StartServerAsync(options);
        await using var other = await run.StartServerAsync(options);

        // Clients that send one request after the other.
        await s_request.Array[1, 5].Array[6].SampleAsync(
            async clients =>
            {
                var tenant = await one.CreateTenantAsync();
                ApiClient[] copies = [tenant.Api, other.CreateApiClient(tenant.Secret)];
                var bound = 0;
                for (var life = 1; life <= 2; life++)
                {
                    var work = Task.WhenAll(clients.Select(requests => SendAsync(copies, requests)));
                    await connection.GetServers()[0].FlushDatabaseAsync();
                    foreach (var key in (await work).SelectMany(answers => answers).GroupBy(answer => answer.Request.Key))
                    {
                        bound += ShouldHaveOneAnswer(key.ToList()) ? 1 : 0;
                    }

                    Assert.Equal(bound, (await tenant.CountAsync()).Calls);

                    // The next life of the keys begins: again all come at once, to records that have expired.
                    await one.ExecuteSqlAsync("UPDATE idempotency_records SET expires_at = now() - interval '1 minute'");
                    await connection.GetServers()[0].FlushDatabaseAsync();
                }
            },
            iter: Iterations.Usually(3),
            threads: 1,
            print: clients => string.Join('\n', clients.Select(requests => string.Join(", ", (object[])requests))));
    }

    private static async Task<List<(Request Request, ApiResponse Response)>> SendAsync(ApiClient[] copies, Request[] requests)
    {
        var answers = new List<(Request, ApiResponse)>();
        foreach (var request in requests)
        {
            ApiResponse response;
            do
            {
                response = await copies[request.Copy].PostAsync("/calls", request.Body, request.Key);
            }
            while (response.Status == HttpStatusCode.Conflict && response.Header("Retry-After") is not null);

            answers.Add((request, response));
        }

        return answers;
    }

    /// <returns>Whether there was a request that could be taken.</returns>
    private static bool ShouldHaveOneAnswer(List<(Request Request, ApiResponse Response)> answers)
    {
        var taken = answers.Where(answer => answer.Response.Status == HttpStatusCode.Created).ToList();
        Assert.Equal(answers.Exists(answer => answer.Request.Body != s_bodies[^1]), taken.Count > 0);
        if (taken.Count > 0)
        {
            var first = Assert.Single(taken, answer => answer.Response.Header("Idempotent-Replayed") is null);
            Assert.All(taken.Where(answer => answer != first), answer => answer.Response.ShouldReplay(first.Response));
            Assert.All(taken, answer => Assert.Equal(first.Request.Body, answer.Request.Body));
        }

        foreach (var (request, response) in answers.Except(taken))
        {
            // What is never taken leaves the key to others, and finds it bound when it comes after one of them.
            _ = request.Body == s_bodies[^1] && response.Status == HttpStatusCode.BadRequest
                ? response.ShouldBeError(400, "VALIDATION_ERROR", "to", "from")
                : response.ShouldBeError(409, "IDEMPOTENCY_MISMATCH");
        }

        return taken.Count > 0;
    }

    private sealed record Request(string Key, string Body, int Copy)
    {
        public override string ToString() => $"{Key} with body {Array.IndexOf(s_bodies, Body)} at copy {Copy}";
    }
}
