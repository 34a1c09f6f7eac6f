using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using ErzyCall.Api.Features;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Calls.Dispatch.Simulation;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Features.WhatsApp.Simulation;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Fuzzing;

/// <summary>
/// Asks one server, as one organization, for everything that its OpenAPI document offers, and for what it does not. What is asked follows from the document, the seed
/// and the answers before.
/// </summary>
internal sealed partial class ApiFuzzer
{
    /// <summary>Spoilt requests to an operation for each that is not.</summary>
    private const int Mutants = 3;

    /// <summary>Of requests to operations that have never succeeded or never been refused, before that is held against them.</summary>
    private const int MoreRounds = 200;

    /// <summary>Enough to see whether they have one cause.</summary>
    private const int MaxFailures = 5;

    private readonly int _seed;
    private readonly Tenant _tenant;
    private readonly FakeTimeProvider _clock;
    private readonly ApiClient _client;
    private readonly SeededRandom _random;
    private readonly List<string> _reserved;
    private readonly ResourcePool _pool;
    private readonly RequestGenerator _generator;
    private readonly RequestMutator _mutator;
    private readonly RequestOracle _oracle;
    private readonly AnswerChecks _checks;
    private readonly Dictionary<string, string> _tags = [];
    private readonly Dictionary<string, ApiClient> _lacking = [];
    private readonly HashSet<string> _authorized = [];
    private readonly HashSet<string> _succeeded = [];
    private readonly HashSet<string> _refused = [];
    private readonly List<(string Operation, string Answer)> _answers = [];
    private readonly List<string> _failures = [];
    private readonly Dictionary<string, string> _names = [];
    private readonly List<string> _sent = [];

    private ApiFuzzer(int seed, Tenant tenant, FakeTimeProvider clock, DocumentedApi documented)
    {
        _seed = seed;
        _tenant = tenant;
        _clock = clock;
        _client = new ApiClient(tenant.Api.Http);
        _random = new SeededRandom(seed);
        _reserved = [tenant.Key.Id.ToString()];
        _pool = new ResourcePool(_reserved);
        Operations = ApiOperation.AllOf(documented.Document);
        var schemas = new JsonSchema(documented.Document);
        _generator = new RequestGenerator(new ValueGenerator(schemas, _pool, _random, clock), _pool, _random, path => _tags.GetValueOrDefault(path));
        _mutator = new RequestMutator(schemas, _random);
        _oracle = new RequestOracle(documented.Document, clock);
        _checks = new AnswerChecks(documented);
    }

    public IReadOnlyList<ApiOperation> Operations { get; }

    /// <summary>Every request in its order, with names instead of ids, which are never the same; but not of ids that were spoilt.</summary>
    public IReadOnlyList<string> Sent => _sent;

    /// <param name="server">One whose time is <paramref name="clock"/> and whose jobs do not run by themselves.</param>
    public static async Task<ApiFuzzer> StartAsync(TestServer server, FakeTimeProvider clock, int seed)
    {
        var tenant = await server.CreateTenantAsync();

        // What no route makes.
        await tenant.HearAsync(await tenant.ConnectAsync());
        var document = await tenant.Api.Http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), TestContext.Current.CancellationToken);
        return new ApiFuzzer(seed, tenant, clock, DocumentedApi.Parse(document));
    }

    /// <summary>In a round, every operation is asked as the document allows and otherwise, and then the jobs run.</summary>
    public async Task RunAsync(int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            foreach (var operation in _random.Shuffled(Operations))
            {
                await TryAsync(_generator.Make(operation), isMutant: false);
                for (var mutant = 0; mutant < Mutants; mutant++)
                {
                    await TryAsync(_mutator.Mutate(_generator.Make(operation)), isMutant: true);
                }
            }

            await RunJobsAsync();
        }
    }

    /// <summary>That no answer was other than documented; and that every operation was asked, and neither always refused nor always let pass.</summary>
    public async Task ShouldHaveCoveredEverythingAsync()
    {
        Assert.NotEmpty(Operations);

        // What an operation needs may have been made after its turns, or be gone.
        for (var round = 0; round < MoreRounds && !Operations.All(HasBeenThrough); round++)
        {
            foreach (var operation in Operations.Where(operation => operation.Method == HttpMethod.Post || !HasBeenThrough(operation)))
            {
                await TryAsync(_generator.Make(operation), isMutant: false);
                await TryAsync(_mutator.Mutate(_generator.Make(operation)), isMutant: true);
            }
        }

        ShouldHaveFoundNothing();

        // What is recorded is with a carrier, and this server has none (RecordingTests).
        string[] uncovered =
        [
            .. Operations.Where(operation => !_succeeded.Contains(operation.Id) && !operation.Path.EndsWith("/recording", StringComparison.Ordinal)).Select(operation => $"Nothing that was generated for {operation} succeeded: {AnswersOf(operation)}."),
            .. Operations.Where(operation => !_refused.Contains(operation.Id)).Select(operation => $"Nothing that was generated for {operation} was refused."),
        ];
        Assert.True(uncovered.Length == 0, $"Seed {_seed}:\n\n{string.Join("\n\n", uncovered)}");
    }

    private string AnswersOf(ApiOperation operation) =>
        string.Join(", ", _answers.Where(answer => answer.Operation == operation.Id).CountBy(answer => answer.Answer).OrderByDescending(answer => answer.Value).Select(answer => $"{answer.Value} × {answer.Key}"));

    private bool HasBeenThrough(ApiOperation operation) =>
        (_succeeded.Contains(operation.Id) || operation.Path.EndsWith("/recording", StringComparison.Ordinal)) && _refused.Contains(operation.Id);

    private void ShouldHaveFoundNothing() => Assert.True(_failures.Count == 0, $"Seed {_seed}, {_sent.Count} requests:\n\n{string.Join("\n\n", _failures)}");

    private async Task TryAsync(FuzzRequest request, bool isMutant)
    {
        var verdict = _oracle.Judge(request);
        var answer = await SendAsync(_client, request, answer =>
        {
            Assert.True(isMutant || verdict.Fits, $"The fuzzer means to send what fits:\n{string.Join('\n', verdict.Problems)}");
            AnswerChecks.CheckOutcome(verdict, answer);
        });
        if (answer is null)
        {
            return;
        }

        _ = answer.Status < HttpStatusCode.BadRequest ? _succeeded.Add(request.Operation.Id) : verdict.Problems.Count > 0 && _refused.Add(request.Operation.Id);
        _answers.Add((request.Operation.Id, answer.Text.Length > 0 && answer.Status >= HttpStatusCode.BadRequest ? $"{(int)answer.Status} {answer.Text[..Math.Min(answer.Text.Length, 160)]}" : $"{(int)answer.Status}"));
        Learn(request, answer);
        if (_authorized.Add(request.Operation.Id) || _random.OneIn(5))
        {
            await TryWithoutRightAsync(request);
        }

        await TryTagAsync(request, answer);
        await TryKeyAgainAsync(request, answer);
        await TryNextPageAsync(request, answer);
    }

    private void Learn(FuzzRequest request, ApiResponse answer)
    {
        if (answer.Status >= HttpStatusCode.BadRequest)
        {
            return;
        }

        if (answer.Header("ETag") is { } tag)
        {
            _tags[request.Url.Split('?')[0]] = tag;
        }

        if (answer.Text.Length > 0)
        {
            _pool.Harvest(answer.Data, request.Path.Values);
        }
        else if (request.Operation.Method == HttpMethod.Delete && !_random.OneIn(4))
        {
            _pool.Forget(request.Path.Values.Last());
        }
    }

    /// <summary>The same with no key, with a wrong one, and with one that may do everything but this.</summary>
    private async Task TryWithoutRightAsync(FuzzRequest request)
    {
        var wrong = _random.Pick([null, "", "ek_test_", $"ek_test_{new string('0', 43)}", $"ek_live_{new string('Z', 43)}", _tenant.Secret.ToUpperInvariant(), $"{_tenant.Secret}0"]);
        await SendAsync(_tenant.Server.CreateApiClient(wrong), request, static answer => Assert.Equal((HttpStatusCode.Unauthorized, "UNAUTHORIZED"), (answer.Status, AnswerChecks.CodeOf(answer))));
        if (request.Operation.Scope is { } scope)
        {
            await SendAsync(await LackingAsync(scope), request, answer =>
            {
                Assert.Equal((HttpStatusCode.Forbidden, "INSUFFICIENT_SCOPE"), (answer.Status, AnswerChecks.CodeOf(answer)));
                Assert.Contains($"\"{request.Operation.LacksScope}\"", answer.Text, StringComparison.Ordinal);
            });
        }
    }

    private async Task<ApiClient> LackingAsync(string scope)
    {
        if (!_lacking.TryGetValue(scope, out var client))
        {
            var (key, api) = await _tenant.AddKeyAsync([.. Scopes.All.Except([scope, Scopes.Everything])]);
            _reserved.Add(key.Id.ToString());
            _lacking.Add(scope, client = new ApiClient(api.Http));
        }

        return client;
    }

    /// <summary>Whoever holds the representation that there is gets it no second time.</summary>
    private async Task TryTagAsync(FuzzRequest request, ApiResponse answer)
    {
        if (answer.Status is HttpStatusCode.OK && answer.Header("ETag") is { } tag && _random.OneIn(3))
        {
            await SendAsync(_client, request.With("If-None-Match", tag), again =>
            {
                Assert.Equal(HttpStatusCode.NotModified, again.Status);
                Assert.Equal(tag, again.Header("ETag"));
            });
        }
    }

    /// <summary>The same request with the same key gets the same answer; another body with it gets none.</summary>
    private async Task TryKeyAgainAsync(FuzzRequest request, ApiResponse answer)
    {
        if (request.Header("Idempotency-Key") is null || (int)answer.Status is < 200 or > 299 || _random.OneIn(2))
        {
            return;
        }

        await SendAsync(_client, request, again =>
        {
            Assert.Equal((answer.Status, answer.Text, answer.Header("Location"), "true"), (again.Status, again.Text, again.Header("Location"), again.Header("Idempotent-Replayed")));
        });
        await SendAsync(_client, request with { Body = [.. request.Body ?? "{"u8.ToArray(), (byte)' '] }, static other => Assert.Equal("IDEMPOTENCY_MISMATCH", AnswerChecks.CodeOf(other)));
    }

    /// <summary>The next page is there for the same list, and for no other.</summary>
    private async Task TryNextPageAsync(FuzzRequest request, ApiResponse answer)
    {
        if (request.Operation.Cursor is not { } parameter
            || request.RawQuery is not null
            || answer.Status is not HttpStatusCode.OK
            || answer.Json.GetProperty("pagination").GetProperty("cursor").GetString() is not { } cursor
            || _random.OneIn(2))
        {
            return;
        }

        var next = request with { Query = [.. request.Query.Where(own => own.Name != parameter.Name), (parameter.Name, cursor)] };
        var page = await SendAsync(_client, next, static page => Assert.Equal(HttpStatusCode.OK, page.Status));
        if (page is not null)
        {
            Learn(next, page);
        }

        var lists = Operations.Where(operation => operation.Cursor is not null && operation != request.Operation).ToList();
        var other = _generator.Make(_random.Pick(lists));
        await SendAsync(
            _client,
            other with { Query = [.. other.Query, (other.Operation.Cursor!.Name, cursor)] },
            foreign => Assert.True(foreign.Status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound, "Another list takes the cursor."));
    }

    /// <returns>The answer, or <c>null</c> when something is wrong with it.</returns>
    private async Task<ApiResponse?> SendAsync(ApiClient client, FuzzRequest request, Action<ApiResponse> check)
    {
        Record(request);
        (string, string)[] headers = [.. request.Headers, .. request.Body is null ? [] : new[] { ("Content-Type", request.ContentType) }];
        var answer = await client.SendAsync(request.Operation.Method, request.Url, request.Body, headers);
        _clock.Advance(TimeSpan.FromSeconds(1));
        try
        {
            _checks.CheckForm(request, answer);
            check(answer);
            return answer;
        }
        catch (Exception failure) when (failure is Xunit.Sdk.IAssertionException or KeyNotFoundException or JsonException or FormatException)
        {
            _failures.Add($"{failure.Message}\n\nRequest {_sent.Count} ({request.Operation.Id}): {request}\n\n{(int)answer.Status} {string.Join('\n', answer.Headers.Select(header => $"{header.Key}: {header.Value}"))}\n{answer.Text}");
            if (_failures.Count == MaxFailures)
            {
                ShouldHaveFoundNothing();
            }

            return null;
        }
    }

    private void Record(FuzzRequest request)
    {
        var text = ServerMade().Replace(request.ToString(), match =>
        {
            if (!_names.TryGetValue(match.Value, out var name))
            {
                _names.Add(match.Value, name = $"<{match.Groups["kind"].Value} {_names.Count}>");
            }

            return name;
        });
        _sent.Add(text);
    }

    private async Task RunJobsAsync()
    {
        var server = _tenant.Server;
        while (await server.RunAsync<CallDispatchJob>() + await server.RunAsync<HangUpJob>() + await server.RunAsync<SimulatedCarrierJob>()
               + await server.RunAsync<MessageSendJob>() + await server.RunAsync<SimulatedMessengerJob>() > 0)
        {
        }

        await server.RunAsync<CallDeadlineJob>();
        await server.RunAsync<MessageDeadlineJob>();
        await server.RunAsync<PublishEventsJob>();
    }

    /// <summary>Ids, entity tags and cursors.</summary>
    [GeneratedRegex("(?<kind>[a-z]+(?:_[a-z]+)*)_[0-7][0-9a-hjkmnp-tv-z]{25}|(?<=\")(?<kind>)[A-Za-z0-9_-]{22}(?=\")|(?<=(?<kind>cursor|after)=)CfDJ8[A-Za-z0-9_-]+")]
    private static partial Regex ServerMade();
}
