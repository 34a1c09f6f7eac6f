using System.Net;
using System.Text;
using ErzyCall.Api.Features.WebhookEndpoints;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Platform.Tenancy;
using ErzyCall.IntegrationTests.Platform.Idempotency;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Features.WebhookEndpoints;

public sealed class WebhookEndpointRoutesTests(TestRun run)
{
    private static readonly string[] s_fields = ["id", "url", "events", "isActive", "description", "createdAt"];
    private static readonly string[] s_details = [.. s_fields, "disabledReason", "last24Hours"];
    private static readonly string[] s_withSecret = [.. s_fields, "secret"];

    [Fact]
    public async Task An_endpoint_lives_from_its_creation_to_its_deletion()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var api = tenant.Api;
        var created = (await api.PostAsync("/webhooks", new { url = "https://example.com/hooks?a=1", events = new[] { "call.failed", "call.ended" }, description = "For the CRM" }))
            .ShouldBe(HttpStatusCode.Created);
        var endpoint = created.ShouldHave(s_withSecret);
        var id = endpoint.GetProperty("id").GetString()!;
        var path = $"/webhooks/{id}";
        Assert.Equal($"/api/v1{path}", created.Header("Location"));
        Assert.Matches("^wh_[0-9a-z]{26}$", id);
        Assert.Matches("^whsec_[0-9A-Za-z+/]{43}=$", endpoint.GetProperty("secret").GetString());
        var expected = $$"""{"id":"{{id}}","url":"https://example.com/hooks?a=1","events":["call.failed","call.ended"],"isActive":true,"description":"For the CRM","createdAt":"{{endpoint.GetProperty("createdAt").GetString()}}"}""";
        Assert.Equal($$"""{"data":[{{expected}}]}""", (await api.GetAsync("/webhooks")).ShouldBe(HttpStatusCode.OK).Text);
        var read = (await api.GetAsync(path)).ShouldBe(HttpStatusCode.OK);
        read.ShouldHave(s_details);
        Assert.Equal($$$$"""{"data":{{{{expected[..^1]}}}},"disabledReason":null,"last24Hours":{"delivered":0,"failed":0,"pending":0}}}""", read.Text);

        var changed = (await api.PatchAsync(path, new { url = "https://example.com/other", description = (string?)null }, ("If-Match", read.Header("ETag")!))).ShouldBe(HttpStatusCode.OK).ShouldHave(s_fields);
        Assert.Equal(("https://example.com/other", "null"), (changed.GetProperty("url").GetString(), changed.GetProperty("description").GetRawText()));
        (await api.PatchAsync(path, new { url = "https://example.com/third" }, ("If-Match", read.Header("ETag")!))).ShouldBeError(412, "PRECONDITION_FAILED");
        (await api.DeleteAsync(path, ("If-Match", read.Header("ETag")!))).ShouldBeError(412, "PRECONDITION_FAILED");

        Assert.Equal("", (await api.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent).Text);
        (await api.GetAsync(path)).ShouldBeError(404, "NOT_FOUND");
        (await api.DeleteAsync(path)).ShouldBeError(404, "NOT_FOUND");
        Assert.Equal("""{"data":[]}""", (await api.GetAsync("/webhooks")).Text);
    }

    [Fact]
    public async Task A_secret_is_in_the_answer_that_made_it_and_nowhere_else()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        var api = engine.Tenant.Api;
        var body = new { url = "https://example.com/hooks", events = new[] { "call.ended" } };
        var created = (await api.PostAsync("/webhooks", body, "make")).ShouldBe(HttpStatusCode.Created);
        (await api.PostAsync("/webhooks", body, "make")).ShouldReplay(created);
        var path = $"/webhooks/{created.Data.GetProperty("id").GetString()}";

        var rotated = (await api.PostAsync($"{path}/rotate-secret", null, "rotate")).ShouldBe(HttpStatusCode.OK);
        (await api.PostAsync($"{path}/rotate-secret", null, "rotate")).ShouldReplay(rotated);
        rotated.ShouldHave(s_withSecret);
        Assert.Equal(created.Data.GetProperty("createdAt").GetString(), rotated.Data.GetProperty("createdAt").GetString());
        string[] secrets = [created.Data.GetProperty("secret").GetString()!, rotated.Data.GetProperty("secret").GetString()!];
        Assert.Equal(2, secrets.Distinct().Count());

        ApiResponse[] others =
        [
            await api.GetAsync("/webhooks"), await api.GetAsync(path), await api.PatchAsync(path, new { description = "Another" }), await api.PostAsync($"{path}/test", null),
            await api.GetAsync($"{path}/deliveries"),
        ];
        Assert.All(others, answer => Assert.DoesNotContain("secret", answer.ShouldBe(HttpStatusCode.OK).Text, StringComparison.OrdinalIgnoreCase));

        // Bytes are shown in hexadecimal.
        string[] traces = ["whsec_", Convert.ToHexStringLower("whsec_"u8), .. secrets.Select(secret => secret[6..]), .. secrets.Select(secret => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret[6..])))];
        var rows = await AllRowsAsync(engine.Server);
        Assert.Contains(rows, row => row.Contains("https://example.com/hooks", StringComparison.Ordinal));
        Assert.All(rows, row => Assert.All(traces, trace => Assert.DoesNotContain(trace, row, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task There_is_no_sixth_endpoint_however_many_are_made_at_once()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var body = new { url = "https://example.com/hooks", events = new[] { "call.ended" } };
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => tenant.Api.PostAsync("/webhooks", body)));
        Assert.Equal(5, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer => answer.ShouldBeError(422, "MAX_ENDPOINTS"));
        var ids = (await tenant.Api.GetAsync("/webhooks")).Data.EnumerateArray().Select(endpoint => endpoint.GetProperty("id").GetString()).ToList();
        Assert.Equal(5, ids.Count);

        // One that is gone makes room for one; another organization has room of its own.
        (await tenant.Api.DeleteAsync($"/webhooks/{ids[2]}")).ShouldBe(HttpStatusCode.NoContent);
        (await tenant.Api.PostAsync("/webhooks", body, "k1")).ShouldBe(HttpStatusCode.Created);
        (await tenant.Api.PostAsync("/webhooks", body, "k2")).ShouldBeError(422, "MAX_ENDPOINTS");
        (await (await run.Shared.CreateTenantAsync()).Api.PostAsync("/webhooks", body)).ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("example.com/hooks")]
    [InlineData("/hooks")]
    [InlineData("//example.com/hooks")]
    [InlineData("https:")]
    [InlineData("https://")]
    [InlineData("https:/x")]
    [InlineData("https:///x")]
    [InlineData("https://?x")]
    [InlineData("https://:443/")]
    [InlineData("http://example.com/hooks")]
    [InlineData("ftp://example.com/hooks")]
    [InlineData("file:///etc/passwd")]
    [InlineData("javascript:alert(1)")]
    [InlineData("mailto:ada@example.com")]
    [InlineData(" https://example.com/")]
    [InlineData("https://example.com/ ")]
    [InlineData("https://example.com/a b")]
    [InlineData("https://example.com/\t")]
    [InlineData("https://example.com/\n")]
    [InlineData("https://example.com/\r\nX-Evil: 1")]
    [InlineData("https://example.com/\0")]
    [InlineData("https://example.com/\u007f")]
    [InlineData(@"https:\\example.com\hooks")]
    [InlineData(@"https://example.com\@other.example.com/")]
    [InlineData("https://münchen.example.com/")]
    [InlineData("https://例え.jp/")]
    [InlineData("https://１２７.0.0.1/")]
    [InlineData("https://example.com/grüße")]
    [InlineData("https://ada@example.com/")]
    [InlineData("https://ada:secret@example.com/")]
    [InlineData("https://@example.com/")]
    [InlineData("https://:@example.com/")]
    [InlineData("https://example.com/#top")]
    [InlineData("https://example.com/#")]
    [InlineData("https://example.com#@x")]
    [InlineData("https://example.com:0/")]
    [InlineData("https://example.com:22/")]
    [InlineData("https://example.com:25/")]
    [InlineData("https://example.com:5432/")]
    [InlineData("https://example.com:6379/")]
    [InlineData("https://example.com:65536/")]
    [InlineData("https://example.com:-1/")]
    [InlineData("https://example.com:443a/")]
    [InlineData("https://exa mple.com/")]
    [InlineData("https://a..b/")]
    [InlineData("https://.example.com/")]
    [InlineData("https://-example.com/")]
    [InlineData("https://ex%61mple.com/")]
    [InlineData("https://a,b.com/")]
    [InlineData("https://{host}/")]
    [InlineData("https://[::1/")]
    [InlineData("https://[example.com]/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://127.0.0.1:8443/")]
    [InlineData("https://127.0.0.1./")]
    [InlineData("https://127.1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://0/")]
    [InlineData("https://256.0.0.1/")]
    [InlineData("https://1.2.3.4.5/")]
    [InlineData("https://10.1.2.3/")]
    [InlineData("https://172.31.255.255/")]
    [InlineData("https://192.168.0.1/")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://100.64.0.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::]/")]
    [InlineData("https://[fe80::1%25eth0]/")]
    [InlineData("https://[fd00::1]/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://[64:ff9b::a00:1]/")]
    [InlineData("https://[2002:a00:1::]/")]
    public async Task A_target_that_nothing_can_or_may_be_sent_to_is_refused(string target)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        (await tenant.Api.PostAsync("/webhooks", new { url = target, events = new[] { "call.ended" } })).ShouldBeError(400, "VALIDATION_ERROR", "url");
        var id = await tenant.CreateAsync("/webhooks", new { url = "https://example.com/", events = new[] { "call.ended" } });
        (await tenant.Api.PatchAsync($"/webhooks/{id}", new { url = target })).ShouldBeError(400, "VALIDATION_ERROR", "url");
    }

    [Theory]
    [InlineData("https://example.com")]
    [InlineData("HTTPS://EXAMPLE.COM/")]
    [InlineData("https://example.com?x=1")]
    [InlineData("https://example.com/a%20b?c=d%2Fe&f[]=g@h:1")]
    [InlineData("https://example.com/{id}/'x'/~y")]
    [InlineData("https://example.com/%zz")]
    [InlineData("https://example.com.:8443/../x")]
    [InlineData("https://example.com:/")]
    [InlineData("https://under_score.example.com:65535/")]
    [InlineData("https://xn--mnchen-3ya.example.com/")]
    [InlineData("https://xn--a.example.com/")]
    [InlineData("https://hooks/")]
    [InlineData("https://8.8.8.8/")]
    [InlineData("https://[2606:4700:4700::1111]:8443/")]
    public async Task A_target_that_can_be_sent_to_is_kept_as_it_is_written(string target)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var id = await tenant.CreateAsync("/webhooks", new { url = target, events = new[] { "call.ended" } });
        Assert.Equal(target, (await tenant.Api.GetAsync($"/webhooks/{id}")).Data.GetProperty("url").GetString());
        Assert.True(new Uri(target).IsAbsoluteUri);
    }

    [Fact]
    public async Task A_target_may_have_2048_characters()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var longest = "https://example.com/".PadRight(2_048, 'x');
        await tenant.CreateAsync("/webhooks", new { url = longest, events = new[] { "call.ended" } });
        (await tenant.Api.PostAsync("/webhooks", new { url = longest + "x", events = new[] { "call.ended" } })).ShouldBeError(400, "VALIDATION_ERROR", "url");
        var host = string.Join('.', Enumerable.Repeat(new string('a', 49), 5));
        await tenant.CreateAsync("/webhooks", new { url = $"https://{host}.com/", events = new[] { "call.ended" } });
        (await tenant.Api.PostAsync("/webhooks", new { url = $"https://{host}.community/", events = new[] { "call.ended" } })).ShouldBeError(400, "VALIDATION_ERROR", "url");
        (await tenant.Api.PostAsync("/webhooks", new { url = $"https://{new string('a', 64)}.com/", events = new[] { "call.ended" } })).ShouldBeError(400, "VALIDATION_ERROR", "url");
    }

    [Fact]
    public async Task Where_private_targets_are_allowed_they_are_and_still_not_every_port_or_scheme()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        foreach (var url in new[] { "http://127.0.0.1:5000/hooks", "http://localhost:3000", "https://[::1]:8443/", "https://10.0.0.1/" })
        {
            await engine.Tenant.CreateAsync("/webhooks", new { url, events = new[] { "call.ended" } });
        }

        foreach (var url in new[] { "http://127.0.0.1:6379/", "ftp://127.0.0.1/", "http://ada@127.0.0.1/", "http:///hooks", "http://127.0.0.1./", "ws://127.0.0.1/" })
        {
            (await engine.Tenant.Api.PostAsync("/webhooks", new { url, events = new[] { "call.ended" } })).ShouldBeError(400, "VALIDATION_ERROR", "url");
        }
    }

    [Theory]
    [InlineData("""{}""", "url", "events")]
    [InlineData("""{"url":null,"events":null}""", "url", "events")]
    [InlineData("""{"url":1,"events":["call.ended"]}""", "url")]
    [InlineData("""{"url":"https://example.com","events":[]}""", "events")]
    [InlineData("""{"url":"https://example.com","events":"call.ended"}""", "events")]
    [InlineData("""{"url":"https://example.com","events":["call.ended","call.ended"]}""", "events[1]")]
    [InlineData("""{"url":"https://example.com","events":["call.ended","Call.Ended"," call.ended","call.*","*"]}""", "events[1]", "events[2]", "events[3]", "events[4]")]
    [InlineData("""{"url":"https://example.com","events":["ping"]}""", "events[0]")]
    [InlineData("""{"url":"https://example.com","events":["call.ended",null]}""", "events[1]")]
    [InlineData("""{"url":"https://example.com","events":["call.ended",1]}""", "events[1]")]
    [InlineData("""{"url":"https://example.com","events":["a","b","c","d","e","f","g","h","i","j","k","l"]}""", "events")]
    [InlineData("""{"url":"https://example.com","events":["call.ended"],"description":1}""", "description")]
    [InlineData("""{"url":"https://example.com","events":["call.ended"],"description":"a\u0000"}""", "description")]
    [InlineData("""{"url":"https://example.com","events":["call.ended"],"secret":"whsec_mine"}""", "secret")]
    [InlineData("""{"url":"https://example.com","events":["call.ended"],"isActive":false}""", "isActive")]
    [InlineData("""{"url":"http://example.com","events":["x"],"description":"\u0001"}""", "url", "events[0]", "description")]
    public async Task A_problem_is_named(string body, params string[] fields)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        (await tenant.Api.PostAsync("/webhooks", body)).ShouldBeError(400, "VALIDATION_ERROR", fields);
    }

    [Fact]
    public async Task An_endpoint_may_subscribe_to_every_event_and_say_much_about_itself()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        string[] events =
        [
            "call.started", "call.ended", "call.failed", "call.scheduled", "call.cancelled", "contact.created", "contact.updated", "contact.deleted",
            "whatsapp.message.received", "whatsapp.message.status",
        ];
        var description = string.Concat(Enumerable.Repeat("😀", 500));
        var created = (await tenant.Api.PostAsync("/webhooks", new { url = "https://example.com", events, description })).ShouldBe(HttpStatusCode.Created).Data;
        Assert.Equal(events, created.GetProperty("events").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(description, created.GetProperty("description").GetString());
        (await tenant.Api.PostAsync("/webhooks", new { url = "https://example.com", events, description = description + "x" })).ShouldBeError(400, "VALIDATION_ERROR", "description");
    }

    [Fact]
    public async Task While_a_secret_is_rotated_both_sign_and_then_the_old_one_is_erased()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (path, first) = await MakeAsync(engine, receiver);
        var alone = await ReceiveAsync(engine, receiver);
        Assert.Equal([Standard(first, alone)], Signatures(alone));
        Assert.Equal(OfBody(first, alone), alone.Headers["X-Webhook-Signature"]);
        Assert.False(alone.Headers.ContainsKey("X-Webhook-Signature-Previous"));

        var second = await RotateAsync(engine, path, "");
        var both = await ReceiveAsync(engine, receiver);
        Assert.Equal([Standard(second, both), Standard(first, both)], Signatures(both));
        Assert.Equal((OfBody(second, both), OfBody(first, both)), (both.Headers["X-Webhook-Signature"], both.Headers["X-Webhook-Signature-Previous"]));

        engine.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        await engine.Server.RunAsync<PurgeSecretsJob>();
        Assert.Equal(2, Signatures(await ReceiveAsync(engine, receiver)).Length);
        Assert.NotNull((await StoredAsync(engine)).PreviousSecret);

        // Whether the job has been here or not.
        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var after = await ReceiveAsync(engine, receiver);
        Assert.Equal([Standard(second, after)], Signatures(after));
        Assert.False(after.Headers.ContainsKey("X-Webhook-Signature-Previous"));
        await engine.Server.RunAsync<PurgeSecretsJob>();
        Assert.Equal((null, null), await StoredAsync(engine));
    }

    [Fact]
    public async Task A_secret_that_is_no_longer_trusted_is_erased_at_once()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (path, _) = await MakeAsync(engine, receiver);
        var second = await RotateAsync(engine, path, "?graceHours=168");
        Assert.Equal(engine.Tenant.Now.AddHours(168), (await StoredAsync(engine)).PreviousSecretUntil);
        var third = await RotateAsync(engine, path, "?graceHours=1");
        var both = await ReceiveAsync(engine, receiver);
        Assert.Equal([Standard(third, both), Standard(second, both)], Signatures(both));

        var fourth = await RotateAsync(engine, path, "?graceHours=0");
        Assert.Equal((null, null), await StoredAsync(engine));
        var alone = await ReceiveAsync(engine, receiver);
        Assert.Equal([Standard(fourth, alone)], Signatures(alone));
        Assert.False(alone.Headers.ContainsKey("X-Webhook-Signature-Previous"));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("169")]
    [InlineData("1.5")]
    [InlineData("")]
    [InlineData("day")]
    public async Task A_grace_is_0_to_168_whole_hours(string hours)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var id = await tenant.CreateAsync("/webhooks", new { url = "https://example.com/", events = new[] { "call.ended" } });
        (await tenant.Api.PostAsync($"/webhooks/{id}/rotate-secret?graceHours={hours}", null)).ShouldBeError(400, "VALIDATION_ERROR", "graceHours");
    }

    [Fact]
    public async Task An_endpoint_that_is_switched_off_gets_nothing_more_and_one_that_is_switched_on_again_gets_what_happens_from_then_on()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(HttpStatusCode.InternalServerError);
        var (path, _) = await MakeAsync(engine, receiver);
        var api = engine.Tenant.Api;
        await engine.Tenant.CreateContactAsync();
        await engine.RunAllAsync();
        Assert.Equal("""{"delivered":0,"failed":0,"pending":1}""", await CountsAsync());

        Assert.False((await api.PatchAsync(path, new { isActive = false })).ShouldBe(HttpStatusCode.OK).ShouldHave(s_fields).GetProperty("isActive").GetBoolean());
        Assert.Equal("""{"delivered":0,"failed":1,"pending":0}""", await CountsAsync());
        Assert.Equal("null", (await api.GetAsync(path)).Data.GetProperty("disabledReason").GetRawText());
        receiver.AnswerWith(HttpStatusCode.OK);
        await engine.Tenant.CreateContactAsync();
        engine.Clock.Advance(TimeSpan.FromHours(1));
        await engine.RunAllAsync();
        Assert.Single(receiver.Received);

        Assert.True((await api.PatchAsync(path, new { isActive = true })).ShouldBe(HttpStatusCode.OK).Data.GetProperty("isActive").GetBoolean());
        await engine.RunAllAsync();
        Assert.Single(receiver.Received);
        var contact = await engine.Tenant.CreateContactAsync();
        await engine.RunAllAsync();
        Assert.Equal(2, receiver.Received.Count);
        Assert.Equal(contact, receiver.Received.Last().Json.GetProperty("data").GetProperty("id").GetString());
        Assert.Equal("""{"delivered":1,"failed":1,"pending":0}""", await CountsAsync());

        // The first is now a day old.
        engine.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal("""{"delivered":1,"failed":0,"pending":0}""", await CountsAsync());

        async Task<string> CountsAsync() => (await api.GetAsync(path)).ShouldHave(s_details).GetProperty("last24Hours").GetRawText();
    }

    [Fact]
    public async Task An_endpoint_that_the_server_has_switched_off_says_why_until_it_is_switched_on()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(HttpStatusCode.Gone);
        var (path, _) = await MakeAsync(engine, receiver);
        await ReceiveAsync(engine, receiver);

        var api = engine.Tenant.Api;
        Assert.Equal((false, "It answered 410 Gone"), await StateAsync());
        (await api.PatchAsync(path, new { isActive = false })).ShouldBe(HttpStatusCode.OK);
        Assert.Equal((false, "It answered 410 Gone"), await StateAsync());
        (await api.PatchAsync(path, new { isActive = true })).ShouldBe(HttpStatusCode.OK);
        Assert.Equal((true, null), await StateAsync());

        async Task<(bool, string?)> StateAsync()
        {
            var endpoint = (await api.GetAsync(path)).Data;
            return (endpoint.GetProperty("isActive").GetBoolean(), endpoint.GetProperty("disabledReason").GetString());
        }
    }

    [Fact]
    public async Task To_say_that_an_endpoint_is_active_does_not_forgive_it_its_failures()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(HttpStatusCode.InternalServerError);
        var (path, _) = await MakeAsync(engine, receiver);
        await ReceiveAsync(engine, receiver);
        engine.Clock.Advance(TimeSpan.FromDays(4));
        (await engine.Tenant.Api.PatchAsync(path, new { isActive = true })).ShouldBe(HttpStatusCode.OK);
        engine.Clock.Advance(TimeSpan.FromDays(1));
        await ReceiveAsync(engine, receiver);
        Assert.Equal("Every attempt failed for five days", (await engine.Tenant.Api.GetAsync(path)).Data.GetProperty("disabledReason").GetString());
    }

    [Fact]
    public async Task With_an_endpoint_its_deliveries_are_deleted()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (path, _) = await MakeAsync(engine, receiver);
        var (other, _) = await MakeAsync(engine, receiver);
        await ReceiveAsync(engine, receiver);
        Assert.Equal(2, await CountAsync());
        (await engine.Tenant.Api.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent);
        Assert.Equal(1, await CountAsync());
        (await engine.Tenant.Api.GetAsync($"{path}/deliveries")).ShouldBeError(404, "NOT_FOUND");
        Assert.Single((await engine.Tenant.Api.GetAsync($"{other}/deliveries")).Data.EnumerateArray());

        Task<int> CountAsync() => engine.Server.InDatabaseAsync(db => db.WebhookDeliveries.CountAsync());
    }

    private static async Task<(string Path, WebhookSecret Secret)> MakeAsync(WebhookEngine engine, WebhookReceiver receiver)
    {
        var created = (await engine.Tenant.Api.PostAsync("/webhooks", new { url = receiver.Url, events = new[] { "contact.created" } })).ShouldBe(HttpStatusCode.Created).Data;
        return ($"/webhooks/{created.GetProperty("id").GetString()}", new WebhookSecret(created.GetProperty("secret").GetString()!));
    }

    private static async Task<WebhookSecret> RotateAsync(WebhookEngine engine, string path, string query) =>
        new((await engine.Tenant.Api.PostAsync($"{path}/rotate-secret{query}", null)).ShouldBe(HttpStatusCode.OK).ShouldHave(s_withSecret).GetProperty("secret").GetString()!);

    /// <summary>Lets something happen; what the receiver got last.</summary>
    private static async Task<ReceivedWebhook> ReceiveAsync(WebhookEngine engine, WebhookReceiver receiver)
    {
        var before = receiver.Received.Count;
        await engine.Tenant.CreateContactAsync();
        await engine.RunAllAsync();
        Assert.True(receiver.Received.Count > before);
        return receiver.Received.Last();
    }

    private static string[] Signatures(ReceivedWebhook received) => received.Headers["webhook-signature"].Split(' ');

    private static string Standard(WebhookSecret secret, ReceivedWebhook received) =>
        WebhookSignature.Standard(secret, received.Id, long.Parse(received.Headers["webhook-timestamp"], System.Globalization.CultureInfo.InvariantCulture), received.Body);

    private static string OfBody(WebhookSecret secret, ReceivedWebhook received) => WebhookSignature.OfBody(secret, received.Body);

    private static Task<(string? PreviousSecret, DateTimeOffset? PreviousSecretUntil)> StoredAsync(WebhookEngine engine) => engine.Server.InDatabaseAsync(async db =>
    {
        var endpoint = await db.WebhookEndpoints.OwnedBy(engine.Tenant.Caller).AsNoTracking().SingleAsync();
        return (endpoint.PreviousSecret, endpoint.PreviousSecretUntil);
    });

    /// <summary>Every row of every table as text.</summary>
    private static Task<List<string>> AllRowsAsync(TestServer server) => server.InDatabaseAsync(async db =>
    {
        var tables = await db.Database.SqlQuery<string>($"SELECT table_name AS \"Value\" FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'").ToListAsync();
        var rows = new List<string>();
        foreach (var table in tables)
        {
#pragma warning disable EF1002 // The name is the database's.
            rows.AddRange(await db.Database.SqlQueryRaw<string>($"SELECT row_to_json(t)::text AS \"Value\" FROM \"{table}\" AS t").ToListAsync());
#pragma warning restore EF1002
        }

        return rows;
    });
}
