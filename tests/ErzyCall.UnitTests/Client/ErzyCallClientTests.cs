using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ErzyCall.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.UnitTests.Client;

/// <summary>What the .NET client does when answers are late, lost or refused. (ClientTests let it talk with a real server.)</summary>
public sealed class ErzyCallClientTests
{
    private static readonly CreateCallRequest s_call = new() { To = "+14155550100", From = "+14155559999", FirstMessage = "Hello." };

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 15, 10, 30, 0, TimeSpan.Zero));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_POST_is_sent_again_with_the_same_key_when_the_connection_breaks_or_the_server_says_so()
    {
        var (client, server) = Against(Broken, Error(503, "SERVICE_UNAVAILABLE", "1"), Data(201, """{"id":"call_1"}"""));

        Assert.Equal("call_1", (await WhileTimePassesAsync(client.Calls.CreateAsync(s_call, cancellationToken: Cancelled))).Id);
        Assert.Equal(3, server.Asked.Count);
        Assert.True(Guid.TryParse(Assert.Single(server.Asked.Select(asked => asked.Key).Distinct()), out _));
        Assert.Equal("""{"to":"+14155550100","from":"+14155559999","firstMessage":"Hello."}""", Assert.Single(server.Asked.Select(asked => asked.Body).Distinct()));
        Assert.Equal(("POST", "https://voice.example.com/erzy/api/v1/calls", "ek_test_x"), (server.Asked[0].Method, server.Asked[0].Url, server.Asked[0].ApiKey));
    }

    [Fact]
    public async Task Each_call_of_a_method_has_a_key_of_its_own_unless_one_is_given()
    {
        var (client, server) = Against(Data(201, "{}"), Data(201, "{}"), Data(201, "{}"));

        await client.Calls.CreateAsync(s_call, cancellationToken: Cancelled);
        await client.Calls.CreateAsync(s_call, cancellationToken: Cancelled);
        await client.Calls.CreateAsync(s_call, "order-4711", Cancelled);

        Assert.Equal(3, server.Asked.Select(asked => asked.Key).Distinct().Count());
        Assert.Equal("order-4711", server.Asked[2].Key);
    }

    [Fact]
    public async Task What_a_broken_PATCH_or_DELETE_has_done_is_not_known_so_it_is_not_sent_again()
    {
        foreach (var change in new Func<ErzyCallClient, Task>[]
        {
            client => client.Contacts.UpdateAsync("contact_1", new UpdateContactRequest { Title = "Ada" }, Cancelled),
            client => client.Contacts.DeleteAsync("contact_1", Cancelled),
        })
        {
            var (client, server) = Against(Broken, Data(200, "{}"));
            await Assert.ThrowsAsync<ErzyCallConnectionException>(() => WhileTimePassesAsync(change(client)));
            Assert.Equal(((string?)null, 1), (server.Asked[0].Key, server.Asked.Count));
        }
    }

    [Fact]
    public async Task A_connection_that_stays_broken_leaves_the_key_to_try_again_with()
    {
        var (client, server) = Against(Broken, Broken, Broken, Data(201, "{}"));

        var broken = await Assert.ThrowsAsync<ErzyCallConnectionException>(() => WhileTimePassesAsync(client.Calls.CreateAsync(s_call, "k", Cancelled)));

        Assert.Equal("k", broken.IdempotencyKey);
        Assert.Equal(3, server.Asked.Count);
    }

    [Fact]
    public async Task An_answer_that_takes_too_long_is_asked_for_again()
    {
        var (client, server) = Against(Silence, Data(200, """{"id":"call_1"}"""));

        Assert.Equal("call_1", (await WhileTimePassesAsync(client.Calls.GetAsync("call_1", Cancelled))).Id);
        Assert.Equal(2, server.Asked.Count);
    }

    [Fact]
    public async Task An_error_has_its_code_its_fields_and_the_id_of_the_request_and_is_not_asked_for_twice()
    {
        var (client, server) = Against(Error(400, "VALIDATION_ERROR"));

        var refused = await Assert.ThrowsAsync<ErzyCallException>(() => client.Calls.CreateAsync(s_call, cancellationToken: Cancelled));

        Assert.Equal((HttpStatusCode.BadRequest, ErrorCode.ValidationError, "No (to: Required)", "req_1", "to"), (refused.Status, refused.Code, refused.Message, refused.RequestId, Assert.Single(refused.Details).Field));
        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task Retry_After_is_kept_to_and_one_that_is_too_long_is_an_error()
    {
        var (client, server) = Against(Error(429, "RATE_LIMITED", "20"), Data(200, """{"id":"call_1"}"""));
        var asking = client.Calls.GetAsync("call_1", Cancelled);
        _clock.Advance(TimeSpan.FromSeconds(19));
        Assert.Single(server.Asked);
        await WhileTimePassesAsync(asking);

        (client, server) = Against(Error(503, "SERVICE_UNAVAILABLE", _clock.GetUtcNow().AddSeconds(20).ToString("R")), Data(200, """{"id":"call_1"}"""));
        asking = client.Calls.GetAsync("call_1", Cancelled);
        _clock.Advance(TimeSpan.FromSeconds(19));
        Assert.Single(server.Asked);
        await WhileTimePassesAsync(asking);

        (client, server) = Against(Error(429, "RATE_LIMITED", "3600"));
        Assert.Equal(TimeSpan.FromHours(1), (await Assert.ThrowsAsync<ErzyCallException>(() => client.Calls.GetAsync("call_1", Cancelled))).RetryAfter);
        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task A_conflict_is_asked_again_only_while_the_same_request_still_runs()
    {
        var contact = new CreateContactRequest { Title = "Ada", Phone = "+14155550100" };
        var (client, server) = Against(Error(409, "CONFLICT", "1"), Data(201, "{}"));
        await WhileTimePassesAsync(client.Contacts.CreateAsync(contact, cancellationToken: Cancelled));
        Assert.Equal(2, server.Asked.Count);

        (client, server) = Against(Error(409, "CONFLICT"), Data(201, "{}"));
        Assert.Equal(ErrorCode.Conflict, (await Assert.ThrowsAsync<ErzyCallException>(() => client.Contacts.CreateAsync(contact, cancellationToken: Cancelled))).Code);
        Assert.Single(server.Asked);
    }

    [Theory]
    [InlineData(502, "<html>Bad gateway</html>")]
    [InlineData(503, "null")]
    [InlineData(503, """{"message":"down"}""")]
    [InlineData(500, """{"error":null}""")]
    public async Task An_error_of_something_before_the_server_is_asked_again_and_leaves_the_key_to_try_again_with(int status, string body)
    {
        Func<HttpResponseMessage> gateway = () => new((HttpStatusCode)status) { Content = new StringContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse("text/html; charset=foo") } } };
        var (client, server) = Against(gateway, gateway, gateway);

        var refused = await Assert.ThrowsAsync<ErzyCallException>(() => WhileTimePassesAsync(client.Calls.CreateAsync(s_call, cancellationToken: Cancelled)));

        Assert.Equal(((HttpStatusCode)status, ErzyCallException.Unreadable, 3, server.Asked[0].Key), (refused.Status, refused.Code, server.Asked.Count, refused.IdempotencyKey));
    }

    [Theory]
    [InlineData("<html>Welcome</html>")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"data":null}""")]
    [InlineData("""{"data":[1]}""")]
    public async Task A_success_that_is_not_the_servers_is_an_error_and_its_outcome_is_not_known(string body)
    {
        var (client, server) = Against(() => Json(200, body), () => Json(200, body));

        var refused = await Assert.ThrowsAsync<ErzyCallException>(() => client.Calls.CreateAsync(s_call, cancellationToken: Cancelled));

        Assert.Equal((HttpStatusCode.OK, ErzyCallException.Unreadable, server.Asked[0].Key), (refused.Status, refused.Code, refused.IdempotencyKey));
        await Assert.ThrowsAsync<ErzyCallException>(() => client.Calls.List().ToListAsync(cancellationToken: Cancelled));
    }

    [Fact]
    public async Task A_redirect_is_not_followed_because_the_key_would_go_with_it()
    {
        using var server = new RawServer("HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/elsewhere\r\nContent-Length: 0\r\n\r\n");
        var client = server.CreateClient();

        var refused = await Assert.ThrowsAsync<ErzyCallException>(() => client.Calls.CreateAsync(s_call, cancellationToken: Cancelled));

        Assert.Equal((HttpStatusCode.TemporaryRedirect, ErzyCallException.Unreadable), (refused.Status, refused.Code));
        Assert.Contains("http://127.0.0.1:1/elsewhere", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, server.Asked);
    }

    [Fact]
    public async Task A_DELETE_whose_connection_breaks_is_not_sent_again_by_NET_either()
    {
        // The connection was used before: then .NET takes it for one that the server had closed already.
        using var server = new RawServer("HTTP/1.1 204 No Content\r\n\r\n");
        var client = server.CreateClient();
        await client.Contacts.DeleteAsync("contact_1", Cancelled);
        await Assert.ThrowsAsync<ErzyCallConnectionException>(() => client.Contacts.DeleteAsync("contact_2", Cancelled));

        Assert.Equal(2, server.Asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public async Task What_would_lead_to_another_path_is_no_id(string id)
    {
        var (client, server) = Against();

        await Assert.ThrowsAsync<ArgumentException>(() => client.ContactGroups.RemoveMemberAsync("group_1", id, Cancelled));
        await Assert.ThrowsAsync<ArgumentException>(() => client.Calls.CreateAsync(s_call, "two\nlines", Cancelled));
        Assert.Empty(server.Asked);
    }

    [Fact]
    public void Options_that_cannot_be_meant_are_refused()
    {
        ErzyCallOptions Usable() => new() { BaseAddress = new Uri("https://voice.example.com/erzy"), ApiKey = "ek_test_x" };
        _ = new ErzyCallClient(Usable());
        foreach (var spoil in new Action<ErzyCallOptions>[]
        {
            options => options.BaseAddress = null, options => options.BaseAddress = new Uri("/erzy", UriKind.Relative), options => options.BaseAddress = new Uri("ftp://voice.example.com"),
            options => options.BaseAddress = new Uri("https://voice.example.com/?x=1"), options => options.ApiKey = null, options => options.ApiKey = "ek_test_x\r",
            options => options.Timeout = TimeSpan.Zero, options => options.MaxRetries = -1, options => options.MaxRetryDelay = TimeSpan.FromSeconds(-1),
        })
        {
            var options = Usable();
            spoil(options);
            Assert.Throws<ArgumentException>(() => new ErzyCallClient(options));
        }
    }

    [Fact]
    public async Task Many_retries_wait_no_longer_than_they_may()
    {
        var broken = Enumerable.Repeat<Func<HttpResponseMessage>>(Broken, 80);
        var (client, server) = Against(new ErzyCallOptions { MaxRetries = 80, MaxRetryDelay = TimeSpan.FromSeconds(1) }, [.. broken, Data(200, """{"id":"call_1"}""")]);

        Assert.Equal("call_1", (await WhileTimePassesAsync(client.Calls.GetAsync("call_1", Cancelled))).Id);
        Assert.Equal(81, server.Asked.Count);
    }

    [Fact]
    public async Task A_list_that_leads_back_to_itself_is_an_error()
    {
        var (client, server) = Against(PageOf("same", """{"id":"a"}"""), PageOf("same", """{"id":"a"}"""));

        await Assert.ThrowsAsync<ErzyCallException>(() => client.Calls.List().ToListAsync(cancellationToken: Cancelled));
        Assert.Equal(2, server.Asked.Count);
    }

    [Fact]
    public async Task A_list_is_walked_through_page_by_page_with_its_filters()
    {
        var (client, server) = Against(PageOf("next", """{"id":"a"}""", """{"id":"b"}"""), PageOf(null, """{"id":"c"}"""));
        var query = new ListCallsQuery
        {
            Status = CallStatus.Ended,
            From = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.FromHours(2)),
            Metadata = new Dictionary<string, string> { ["campaign"] = "spring & co" },
        };

        var calls = await client.Calls.List(query).ToListAsync(cancellationToken: Cancelled);

        Assert.Equal(["a", "b", "c"], calls.Select(call => call.Id));
        Assert.Equal(
            ["?status=ended&from=2026-01-01T00%3A00%3A00.0000000%2B02%3A00&metadata%5Bcampaign%5D=spring%20%26%20co", "?status=ended&from=2026-01-01T00%3A00%3A00.0000000%2B02%3A00&metadata%5Bcampaign%5D=spring%20%26%20co&cursor=next"],
            server.Asked.Select(asked => new Uri(asked.Url).Query));
    }

    [Fact]
    public async Task As_many_items_as_are_wanted_ask_for_no_more_pages()
    {
        var (client, server) = Against(PageOf("next", """{"id":"a"}""", """{"id":"b"}"""));

        Assert.Equal("a", Assert.Single(await client.Calls.List().ToListAsync(1, Cancelled)).Id);
        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task The_feed_goes_on_from_the_cursor_of_its_last_page_and_knows_events_that_are_newer_than_itself()
    {
        var (client, server) = Against(
            PageOf("two", """{"sequence":1,"id":"evt_1","event":"call.ended","timestamp":"2026-01-15T10:30:00.000Z","data":{"id":"call_1","status":"ended"}}"""),
            PageOf(null, """{"sequence":2,"id":"evt_2","event":"call.sung","timestamp":"2026-01-15T10:30:00.000Z","data":{"song":"x"}}"""));
        List<FeedEvent> events = [];
        await foreach (var page in client.Events().PagesAsync("one", Cancelled))
        {
            events.AddRange(page.Data);
        }

        var ended = Assert.IsType<CallEndedEvent>(events[0]);
        Assert.Equal((1L, EventType.CallEnded, "call_1", CallStatus.Ended), (ended.Sequence, ended.Event, ended.Data.Id, ended.Data.Status));
        var unknown = Assert.IsType<UnknownFeedEvent>(events[1]);
        Assert.Equal(("call.sung", "x"), (unknown.Event.Value, unknown.Data.GetProperty("song").GetString()));
        Assert.Equal(["?after=one", "?after=two"], server.Asked.Select(asked => new Uri(asked.Url).Query));
        Assert.Contains("\"call_1\"", JsonSerializer.Serialize(events[0], ErzyCallJson.Default.FeedEvent), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_ends_the_wait_before_the_next_request()
    {
        using var over = new CancellationTokenSource();
        var (client, server) = Against(Error(503, "SERVICE_UNAVAILABLE", "30"), Data(200, "{}"));
        var asking = client.Calls.GetAsync("call_1", over.Token);
        await over.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Single(server.Asked);
    }

    [Theory]
    [InlineData("ended")]
    [InlineData("cancelled")]
    [InlineData("error")]
    public async Task Waiting_for_the_end_of_a_call_ends_with_any_of_its_final_states(string status)
    {
        var (client, server) = Against(Data(200, """{"status":"new"}"""), Data(200, $$"""{"status":"{{status}}","endedAt":"2026-01-15T10:30:00.000Z"}"""));

        Assert.Equal(status, (await WhileTimePassesAsync(client.Calls.WaitForEndAsync("call_1", cancellationToken: Cancelled))).Status.Value);
        Assert.Equal(2, server.Asked.Count);
    }

    [Fact]
    public async Task A_path_has_its_parameters_encoded()
    {
        var (client, server) = Against(Data(200, "{}"), NoContent);

        await client.DoNotCall.GetAsync("+14155550100", Cancelled);
        await client.ContactGroups.RemoveMemberAsync("group/1", "contact 1", Cancelled);

        Assert.EndsWith("/api/v1/do-not-call/%2B14155550100", server.Asked[0].Url, StringComparison.Ordinal);
        Assert.EndsWith("/api/v1/contact-groups/group%2F1/members/contact%201", server.Asked[1].Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_is_sent_when_it_is_given_and_null_empties_the_field()
    {
        var (client, server) = Against(Data(200, "{}"), Data(200, "{}"), Data(200, "{}"));

        await client.Contacts.UpdateAsync("contact_1", new UpdateContactRequest { Title = "Ada" }, Cancelled);
        await client.Contacts.UpdateAsync("contact_1", new UpdateContactRequest { Email = null }, Cancelled);
        await client.CallingPolicy.UpdateAsync(new UpdateCallingPolicyRequest { MaxPerNumber = new MaxPerNumberRequest { Count = 2, Hours = 24 }, Hours = null }, Cancelled);

        Assert.Equal(
            ["""{"title":"Ada"}""", """{"email":null}""", """{"hours":null,"maxPerNumber":{"count":2,"hours":24}}"""],
            server.Asked.Select(asked => asked.Body));
    }

    [Fact]
    public async Task A_recording_is_read_as_it_comes()
    {
        var (client, server) = Against(() => new HttpResponseMessage(HttpStatusCode.PartialContent)
        {
            Content = new ByteArrayContent([1, 2]) { Headers = { ContentType = new MediaTypeHeaderValue("audio/wav"), ContentRange = new ContentRangeHeaderValue(0, 1, 9) } },
        });

        await using var recording = await client.Calls.OpenRecordingAsync("call_1", new RangeHeaderValue(0, 1), Cancelled);

        Assert.Equal(("audio/wav", 2L, 9L, 1), (recording.ContentType?.MediaType, recording.Length, recording.Range?.Length, recording.Content.ReadByte()));
        Assert.Equal("bytes=0-1", server.Asked[0].Range);
    }

    [Fact]
    public void A_webhook_is_taken_with_the_right_secret_and_time_only()
    {
        byte[] key = RandomNumberGenerator.GetBytes(32), other = RandomNumberGenerator.GetBytes(32);
        var body = """{"event":"call.ended","timestamp":"2026-01-15T10:30:00.000Z","data":{"id":"call_ü"}}"""u8.ToArray();
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        var secret = $"whsec_{Convert.ToBase64String(key)}";

        Assert.Equal("call_ü", Assert.IsType<CallEndedWebhook>(Read(body, Signed(key, now))).Data.Id);
        Read(body, Signed(key, now - 300));
        Read(body, Signed(key, now + 300));
        foreach (var (text, headers) in new (byte[], Dictionary<string, string>)[]
        {
            (body, Signed(other, now)), ([.. body, (byte)' '], Signed(key, now)), (body, Signed(key, now - 301)), (body, Signed(key, now + 301)), (body, []),
            (body, new(Signed(key, now)) { ["webhook-signature"] = "v1,%%%" }), (body, new(Signed(key, now)) { ["webhook-signature"] = $"v1,{Convert.ToBase64String(new byte[64])}" }),
            (body, new(Signed(key, now)) { ["webhook-timestamp"] = "now" }), (body, new(Signed(key, now)) { ["webhook-timestamp"] = $"-{now}" }),
        })
        {
            Assert.Throws<WebhookVerificationException>(() => Read(text, headers));
        }

        foreach (var wrong in (string[])["whsec_%", "", "whsec_", $"whsec_{Convert.ToBase64String(new byte[8])}"])
        {
            Assert.Throws<WebhookVerificationException>(() => ErzyCallWebhook.Read(body, name => Signed([], now)[name], wrong, clock: _clock));
        }

        foreach (var text in (string[])["", "no JSON", "[]", "null", "{}", """{"event":1}"""])
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var headers = ErzyCallWebhook.Sign(bytes, "call.ended", "evt_1", secret, _clock.GetUtcNow());
            Assert.Throws<WebhookVerificationException>(() => ErzyCallWebhook.Read(bytes, headers.GetValueOrDefault, secret, clock: _clock));
        }

        Assert.IsType<CallEndedWebhook>(ErzyCallWebhook.Read(body, ErzyCallWebhook.Sign(body, "call.ended", "evt_1", secret, _clock.GetUtcNow()).GetValueOrDefault, secret, clock: _clock));

        WebhookPayload Read(byte[] text, Dictionary<string, string> headers) => ErzyCallWebhook.Read(text, headers.GetValueOrDefault, secret, clock: _clock);

        // While a secret is being changed there are two signatures.
        Dictionary<string, string> Signed(byte[] by, long seconds) => new()
        {
            ["webhook-id"] = "evt_1",
            ["webhook-timestamp"] = $"{seconds}",
            ["webhook-signature"] = $"v1,{Signature(RandomNumberGenerator.GetBytes(32), seconds)} v1,{Signature(by, seconds)}",
        };

        string Signature(byte[] by, long seconds) => Convert.ToBase64String(HMACSHA256.HashData(by, (byte[])[.. Encoding.UTF8.GetBytes($"evt_1.{seconds}."), .. body]));
    }

    [Fact]
    public async Task An_application_has_the_client_among_its_services_with_its_own_handlers()
    {
        using var server = new Server([Data(200, """{"organization":{"id":"org_1"}}""")]);
        var services = new ServiceCollection();
        services.AddErzyCall(static options => (options.BaseAddress, options.ApiKey) = (new Uri("https://voice.example.com"), "ek_test_x")).ConfigurePrimaryHttpMessageHandler(() => server);
        await using var provider = services.BuildServiceProvider();

        Assert.Equal("org_1", (await provider.GetRequiredService<ErzyCallClient>().GetMeAsync(Cancelled)).Organization.Id);
        Assert.Equal("https://voice.example.com/api/v1/me", Assert.Single(server.Asked).Url);
    }

    [Fact]
    public async Task An_application_that_has_several_names_them()
    {
        using var server = new Server([Data(200, "{}"), Data(200, "{}")]);
        var services = new ServiceCollection();
        foreach (var name in (string[])["test", "live"])
        {
            services.AddErzyCall(name, options => (options.BaseAddress, options.ApiKey) = (new Uri($"https://{name}.example.com"), $"ek_{name}_x")).ConfigurePrimaryHttpMessageHandler(() => server);
        }

        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredKeyedService<ErzyCallClient>("test").GetMeAsync(Cancelled);
        await provider.GetRequiredKeyedService<ErzyCallClient>("live").GetMeAsync(Cancelled);

        Assert.Equal([("https://test.example.com/api/v1/me", "ek_test_x"), ("https://live.example.com/api/v1/me", "ek_live_x")], server.Asked.Select(asked => (asked.Url, asked.ApiKey!)));
        services.AddErzyCall(static _ => { });
        Assert.Throws<InvalidOperationException>(() => services.AddErzyCall(static _ => { }));
    }

    [Fact]
    public void An_application_is_told_what_is_missing_as_it_starts()
    {
        var services = new ServiceCollection();
        services.AddErzyCall(static options => options.BaseAddress = new Uri("/api", UriKind.Relative));
        using var provider = services.BuildServiceProvider();

        var failure = Assert.Throws<OptionsValidationException>(provider.GetRequiredService<IStartupValidator>().Validate);

        Assert.Contains("BaseAddress", failure.Message, StringComparison.Ordinal);
        Assert.Contains("ApiKey", failure.Message, StringComparison.Ordinal);
    }

    private static HttpResponseMessage Broken() => throw new HttpRequestException("reset");

    private static HttpResponseMessage Silence() => null!;

    private static HttpResponseMessage NoContent() => new(HttpStatusCode.NoContent);

    private static Func<HttpResponseMessage> Data(int status, string data) => () => Json(status, $$$"""{"data":{{{data}}}}""");

    private static Func<HttpResponseMessage> PageOf(string? cursor, params string[] items) =>
        () => Json(200, $$$"""{"data":[{{{string.Join(',', items)}}}],"pagination":{"cursor":{{{(cursor is null ? "null" : $"\"{cursor}\"")}}},"hasMore":{{{(cursor is null ? "false" : "true")}}},"pageSize":2}}""");

    private static Func<HttpResponseMessage> Error(int status, string code, string? retryAfter = null) => () =>
    {
        var response = Json(status, $$$"""{"error":{"code":"{{{code}}}","message":"No","details":[{"field":"to","message":"Required"}]}}""");
        response.Headers.Add("X-Request-Id", "req_1");
        if (retryAfter is not null)
        {
            response.Headers.Add("Retry-After", retryAfter);
        }

        return response;
    };

    private static HttpResponseMessage Json(int status, string body) =>
        new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    /// <summary>A client whose server gives these replies, one after the other, and what it was asked.</summary>
    private (ErzyCallClient Client, Server Server) Against(params Func<HttpResponseMessage>[] replies) => Against(new ErzyCallOptions(), replies);

    private (ErzyCallClient Client, Server Server) Against(ErzyCallOptions options, Func<HttpResponseMessage>[] replies)
    {
#pragma warning disable CA2000, CA5399 // They hold nothing.
        var server = new Server(replies);
        var http = new HttpClient(server);
#pragma warning restore CA2000, CA5399
        (options.BaseAddress, options.ApiKey, options.Clock) = (new Uri("https://voice.example.com/erzy/"), "ek_test_x", _clock);
        return (new ErzyCallClient(http, options), server);
    }

    private async Task<T> WhileTimePassesAsync<T>(Task<T> work)
    {
        await WhileTimePassesAsync((Task)work);
        return await work;
    }

    private async Task WhileTimePassesAsync(Task work)
    {
        while (!work.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await work;
    }

    private sealed record Asked(string Method, string Url, string? ApiKey, string? Key, string? Range, string? Body);

    private sealed class Server(IEnumerable<Func<HttpResponseMessage>> replies) : HttpMessageHandler
    {
        private readonly Queue<Func<HttpResponseMessage>> _replies = new(replies);

        public List<Asked> Asked { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string? Header(string name) => request.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
            var body = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken);
            Asked.Add(new Asked(request.Method.Method, request.RequestUri!.AbsoluteUri, Header("X-API-Key"), Header("Idempotency-Key"), Header("Range"), body));
            if (_replies.Dequeue()() is { } reply)
            {
                return reply;
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            throw new InvalidOperationException();
        }
    }

    /// <summary>Answers the first request, and closes the connection of every other one as soon as it is read.</summary>
    private sealed class RawServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private int _asked;

        public RawServer(string answer)
        {
            _listener.Start();
            _ = ServeAsync(Encoding.ASCII.GetBytes(answer));
        }

        /// <summary>How many requests have come.</summary>
        public int Asked => Volatile.Read(ref _asked);

        public ErzyCallClient CreateClient() =>
            new(new ErzyCallOptions { BaseAddress = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}"), ApiKey = "ek_test_x", MaxRetries = 0 });

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync(byte[] answer)
        {
            while (true)
            {
                using var connection = await _listener.AcceptTcpClientAsync(Cancelled);
                var stream = connection.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII);
                while (await HasRequestAsync(reader) && Interlocked.Increment(ref _asked) == 1)
                {
                    await stream.WriteAsync(answer, Cancelled);
                }
            }
        }

        private static async Task<bool> HasRequestAsync(StreamReader reader)
        {
            while (await reader.ReadLineAsync(Cancelled) is { } line)
            {
                if (line.EndsWith(" HTTP/1.1", StringComparison.Ordinal))
                {
                    while (await reader.ReadLineAsync(Cancelled) is { Length: > 0 })
                    {
                    }

                    return true;
                }
            }

            return false;
        }
    }
}
