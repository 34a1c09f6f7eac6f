using System.Net;
using CsCheck;
using ErzyCall.Api.Platform.Idempotency;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.Time.Testing;
using static ErzyCall.IntegrationTests.Platform.Idempotency.KeyedRequests;

namespace ErzyCall.IntegrationTests.Platform.Idempotency;

/// <summary>
/// Keys of two organizations at two copies of the server against a model of the contract's rules, one request after the other. A failure prints the shortest sequence of commands that was
/// found and its seed; with <c>CsCheck_Seed</c> set to it the test begins with that sequence.
/// </summary>
public sealed class IdempotencyModelTests(TestRun run)
{
    private static readonly TimeSpan s_keptFor = TimeSpan.FromHours(24);

    /// <summary>Two that are always taken, one that never is, one that is or is not as its caller id is switched on or off, one that is as its number is on the ledger.</summary>
    private static readonly string[] s_bodies =
    [
        Call(), $" {Call()}", """{"to":"4155550100"}""", $$"""{"to":"+14155550100","from":"{{Keys.Switched}}"}""", Call(Keys.Listed),
    ];

    private static readonly Gen<int> s_organization = Gen.Int[0, 1];

    private static readonly Gen<Command> s_send = Gen.Select(
        s_organization, Gen.Int[0, 1], Gen.OneOf("k", "\"k\"", "another"), Gen.Frequency((4, "/calls"), (1, "/calls/preview")), Gen.Int[0, s_bodies.Length - 1],
        (organization, copy, key, path, body) => new Command($"organization {organization} at copy {copy}: {path} {key} body {body}", keys => keys.SendAsync(organization, copy, key, path, s_bodies[body])));

    private static readonly Gen<Command> s_command = Gen.Frequency(
        (16, s_send),
        (3, Gen.OneOf(TimeSpan.FromSeconds(1), TimeSpan.FromHours(12), s_keptFor - TimeSpan.FromMilliseconds(1), s_keptFor).Select(time => new Command($"pass {time}", keys => keys.PassAsync(time)))),
        (2, Gen.Const(new Command("empty Redis", keys => keys.EmptyRedisAsync()))),
        (1, Gen.Const(new Command("Redis stops, or starts again", keys => keys.SwitchRedisAsync()))),
        (1, Gen.Const(new Command("forget", keys => keys.ForgetAsync()))),
        (2, s_organization.Select(organization => new Command($"switch the caller id of {organization}", keys => keys.SwitchPhoneAsync(organization)))),
        (2, s_organization.Select(organization => new Command($"enter or lift the number of {organization}", keys => keys.SwitchLedgerAsync(organization)))));

    public static TheoryData<string> RedisKinds => TestRun.RedisKinds;

    [Theory]
    [MemberData(nameof(RedisKinds))]
    public async Task Every_request_under_a_key_is_answered_as_the_rules_say_and_makes_what_it_should(string redisKind)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 15, 10, 30, 0, TimeSpan.Zero));
        await using var redis = await run.StartRedisAsync(redisKind);
        var options = new TestServerOptions { Postgres = await run.CreateDatabaseAsync(), Redis = redis.ConnectionString, Clock = clock };
        await using var one = await run.StartServerAsync(options);
        await using var other = await run.StartServerAsync(options);
        await s_command.Array[1, 40].SampleAsync(
            async commands =>
            {
                await using var keys = await Keys.StartAsync(one, other, redis, clock);
                foreach (var command in commands)
                {
                    await command.RunAsync(keys);
                    await keys.CheckAsync();
                }
            },
            iter: Iterations.Usually(3),
            threads: 1,
            print: commands => string.Join('\n', commands.Select(command => command.Name)));
    }

    private sealed record Command(string Name, Func<Keys, Task> RunAsync);

    /// <summary>An organization, and what it should have.</summary>
    private sealed class Organization(Tenant tenant, ApiClient[] copies, string phone)
    {
        public Tenant Tenant => tenant;

        /// <summary>A client of each copy of the server.</summary>
        public ApiClient[] Copies => copies;

        /// <summary>The id of the caller id that can be switched.</summary>
        public string Phone => phone;

        public bool PhoneIsOn { get; set; } = true;

        public bool NumberIsListed { get; set; }

        public int Calls { get; set; }

        public int Events { get; set; }

        /// <summary>What is kept, by key and path.</summary>
        public Dictionary<(string Key, string Path), Kept> Kept { get; } = [];
    }

    private sealed record Kept(string Body, ApiResponse Response, DateTimeOffset Until);

    private sealed class Keys(RedisServer redis, FakeTimeProvider clock, Organization[] organizations) : IAsyncDisposable
    {
        public const string Switched = "+14155558888";

        public const string Listed = "+14155550199";

        private bool _redisIsAway;

        public static async Task<Keys> StartAsync(TestServer one, TestServer other, RedisServer redis, FakeTimeProvider clock)
        {
            var organizations = new Organization[2];
            for (var n = 0; n < organizations.Length; n++)
            {
                var tenant = await one.CreateTenantAsync();
                var phone = await tenant.AddAsync(tenant.NewPhoneNumber(Switched));
                organizations[n] = new Organization(tenant, [tenant.Api, other.CreateApiClient(tenant.Secret)], phone.Id.ToString());
            }

            return new Keys(redis, clock, organizations);
        }

        public async Task SendAsync(int which, int copy, string key, string path, string body)
        {
            var organization = organizations[which];
            var place = (key.Trim('"'), path);
            var kept = organization.Kept.GetValueOrDefault(place);

            var response = await organization.Copies[copy].PostAsync(path, body, key);

            if (kept?.Until > clock.GetUtcNow())
            {
                if (kept.Body == body)
                {
                    response.ShouldReplay(kept.Response);
                }
                else
                {
                    response.ShouldBeError(409, "IDEMPOTENCY_MISMATCH");
                }

                return;
            }

            Assert.Null(response.Header("Idempotent-Replayed"));
            if (path == "/calls/preview")
            {
                ShouldPreview(response, body);
            }
            else
            {
                ShouldCall(organization, response, body);
            }

            if (response.Status is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Forbidden)
            {
                organization.Kept[place] = new Kept(body, response, clock.GetUtcNow() + s_keptFor);
            }
        }

        public Task PassAsync(TimeSpan time)
        {
            clock.Advance(time);
            return Task.CompletedTask;
        }

        public async Task EmptyRedisAsync()
        {
            if (!_redisIsAway)
            {
                await using var connection = await redis.ConnectAsync();
                await connection.GetServers()[0].FlushDatabaseAsync();
            }
        }

        public async Task SwitchRedisAsync()
        {
            await (_redisIsAway ? redis.StartAsync() : redis.StopAsync());
            _redisIsAway = !_redisIsAway;
        }

        public async Task ForgetAsync()
        {
            await organizations[0].Tenant.Server.RunAsync<PurgeStoredResponsesJob>();
            foreach (var organization in organizations)
            {
                foreach (var (place, _) in organization.Kept.Where(entry => entry.Value.Until <= clock.GetUtcNow()).ToList())
                {
                    organization.Kept.Remove(place);
                }
            }
        }

        public async Task SwitchPhoneAsync(int which)
        {
            var organization = organizations[which];
            organization.PhoneIsOn = !organization.PhoneIsOn;
            (await organization.Tenant.Api.PatchAsync($"/phone-numbers/{organization.Phone}", new { isActive = organization.PhoneIsOn })).ShouldBe(HttpStatusCode.OK);
        }

        public async Task SwitchLedgerAsync(int which)
        {
            var organization = organizations[which];
            organization.NumberIsListed = !organization.NumberIsListed;
            _ = organization.NumberIsListed
                ? (await organization.Tenant.Api.PostAsync("/do-not-call", new { phone = Listed })).ShouldBe(HttpStatusCode.Created)
                : (await organization.Tenant.Api.DeleteAsync($"/do-not-call/{Uri.EscapeDataString(Listed)}")).ShouldBe(HttpStatusCode.NoContent);
        }

        /// <summary>Nothing was made twice, nothing is missing, and each answer that is kept has its record.</summary>
        public async Task CheckAsync()
        {
            foreach (var organization in organizations)
            {
                Assert.Equal((organization.Calls, organization.Events, organization.Kept.Count), await organization.Tenant.CountAsync());
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (_redisIsAway)
            {
                await SwitchRedisAsync();
            }
        }

        private static void ShouldCall(Organization organization, ApiResponse response, string body)
        {
            if (!organization.PhoneIsOn && body.Contains(Switched, StringComparison.Ordinal))
            {
                response.ShouldBeError(422, "INVALID_PHONE");
            }
            else if (organization.NumberIsListed && body.Contains(Listed, StringComparison.Ordinal))
            {
                response.ShouldBeError(403, "CONTACT_OPTED_OUT");
                (organization.Calls, organization.Events) = (organization.Calls + 1, organization.Events + 1);
            }
            else if (body.Contains("from", StringComparison.Ordinal))
            {
                response.ShouldBe(HttpStatusCode.Created);
                organization.Calls++;
            }
            else
            {
                response.ShouldBeError(400, "VALIDATION_ERROR", "to", "from");
            }
        }

        private static void ShouldPreview(ApiResponse response, string body) =>
            _ = body.Contains("from", StringComparison.Ordinal) ? response.ShouldBe(HttpStatusCode.OK) : response.ShouldBeError(400, "VALIDATION_ERROR", "to", "from");
    }
}
