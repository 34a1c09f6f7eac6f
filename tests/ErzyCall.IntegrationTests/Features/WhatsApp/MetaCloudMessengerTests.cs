using System.Net;
using System.Net.Sockets;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ErzyCall.IntegrationTests.Features.WhatsApp;

/// <summary>The real adapter against a local server that behaves like Meta.</summary>
public sealed class MetaCloudMessengerTests(TestRun run)
{
    [Fact]
    public async Task A_text_is_sent_as_the_platform_wants_it()
    {
        await using var platform = await CloudApi.StartAsync();
        await using var engine = await WhatsAppEngine.StartLiveAsync(run, platform.Address);
        var message = await engine.Tenant.SendTextAsync(await engine.Tenant.HearAsync(engine.Account), "Zoë says \"hi\"");

        await engine.RunAllAsync();

        var request = Assert.Single(platform.Requests);
        Assert.Equal(("POST", "/v23.0/106540352242922/messages", $"Bearer {WhatsAppTenant.AccessToken}"), (request.Method, request.Target, request.Authorization));
        Assert.Equal(
            $$$"""{"messaging_product":"whatsapp","recipient_type":"individual","to":"+14155550100","type":"text","text":{"body":"Zoë says \"hi\""},"biz_opaque_callback_data":"{{{message.Id()}}}"}""",
            request.Body);
        Assert.Equal(("sent", null), await engine.Tenant.StateOfAsync(message));
        Assert.StartsWith("wamid.HBgL", await engine.Server.InDatabaseAsync(db => db.Messages.Where(row => row.Direction == "outbound").Select(row => row.MetaId).SingleAsync()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"date":"Monday","name":"Ada"}""", """[{"type":"text","parameter_name":"date","text":"Monday"},{"type":"text","parameter_name":"name","text":"Ada"}]""")]
    [InlineData("""{"2":"b","10":"c","1":"a"}""", """[{"type":"text","text":"a"},{"type":"text","text":"b"},{"type":"text","text":"c"}]""")]
    [InlineData("""{}""", null)]
    public async Task A_template_goes_with_its_variables_by_name_or_by_number(string variables, string? parameters)
    {
        await using var platform = await CloudApi.StartAsync();
        await using var engine = await WhatsAppEngine.StartLiveAsync(run, platform.Address);
        (await engine.Tenant.Api.PostAsync(
            "/whatsapp/messages",
            $$$"""{"integrationId":"{{{engine.Account.Id}}}","to":"+14155550100","type":"template","template":{"name":"order","language":"de","variables":{{{variables}}}}}""")).ShouldBe(HttpStatusCode.Created);

        await engine.RunAllAsync();

        var components = parameters is null ? "" : $$$""","components":[{"type":"body","parameters":{{{parameters}}}}]""";
        Assert.Equal($$$"""{"name":"order","language":{"code":"de"}{{{components}}}}""", Assert.Single(platform.Requests).Json.GetProperty("template").GetRawText());
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, 131026, "failed", "131026")]
    [InlineData(HttpStatusCode.NotFound, 132001, "failed", "132001")]
    [InlineData(HttpStatusCode.BadRequest, 131050, "failed", "131050")]
    [InlineData(HttpStatusCode.BadRequest, 131047, "failed", "131047")]
    [InlineData(HttpStatusCode.BadRequest, 100, "failed", "100")]
    [InlineData(HttpStatusCode.BadRequest, 999999, "failed", "999999")]
    [InlineData(HttpStatusCode.Unauthorized, 190, "queued", null)]
    [InlineData(HttpStatusCode.InternalServerError, 3, "queued", null)]
    [InlineData(HttpStatusCode.Forbidden, 131031, "queued", null)]
    [InlineData(HttpStatusCode.TooManyRequests, 130429, "queued", null)]
    [InlineData(HttpStatusCode.InternalServerError, 131000, "queued", null)]
    public async Task An_error_of_the_platform_is_sorted_by_its_code(HttpStatusCode status, int code, string moved, string? error)
    {
        await using var platform = await CloudApi.StartAsync();
        platform.Refuse(status, code);
        await using var engine = await WhatsAppEngine.StartLiveAsync(run, platform.Address);
        var message = await engine.Tenant.SendTemplateAsync(engine.Account);

        await engine.RunAllAsync();

        Assert.Equal((moved, error), await engine.Tenant.StateOfAsync(message));
        Assert.Single(platform.Requests);
        if (error is not null)
        {
            Assert.Equal("What is wrong in detail", (await engine.Tenant.GetMessageAsync(message)).GetProperty("error").GetProperty("message").GetString());
        }

        // Where it was refused and may be sent later it is; an account is connected again first.
        platform.Answer = static (context, request) => CloudApi.AcceptAsync(context, request);
        await engine.Server.ExecuteSqlAsync("UPDATE whatsapp_accounts SET status = 'active'");
        engine.Clock.Advance(TimeSpan.FromSeconds(10));
        await engine.RunAllAsync();
        Assert.Equal((moved == "queued" ? "sent" : moved, error), await engine.Tenant.StateOfAsync(message));
    }

    [Theory]
    [InlineData("120")]
    [InlineData("Mon, 01 Jun 2026 10:02:00 GMT")]
    public async Task The_platforms_Retry_After_is_kept_to(string retryAfter)
    {
        await using var platform = await CloudApi.StartAsync();
        platform.Refuse(HttpStatusCode.TooManyRequests, 130429, retryAfter);
        await using var engine = await WhatsAppEngine.StartLiveAsync(run, platform.Address);
        await engine.Tenant.SendTemplateAsync(engine.Account);
        await engine.RunAllAsync();
        engine.Clock.Advance(TimeSpan.FromSeconds(119));
        await engine.RunAllAsync();
        Assert.Single(platform.Requests);
        engine.Clock.Advance(TimeSpan.FromSeconds(1));
        await engine.RunAllAsync();
        Assert.Equal(2, platform.Requests.Count);
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, "sent", null)]
    [InlineData(HttpStatusCode.Forbidden, "failed", "http-403")]
    [InlineData(HttpStatusCode.InternalServerError, "failed", "send-unknown")]
    [InlineData(HttpStatusCode.BadGateway, "failed", "send-unknown")]
    [InlineData(HttpStatusCode.RequestTimeout, "failed", "send-unknown")]
    [InlineData(HttpStatusCode.TemporaryRedirect, "failed", "send-unknown")]
    public async Task An_error_without_a_code_is_a_refusal_only_where_it_must_be_one(HttpStatusCode status, string moved, string? error)
    {
        await using var platform = await CloudApi.StartAsync();
        platform.Answer = (context, _) =>
        {
            context.Response.Headers.Location = "/elsewhere";
            return CloudApi.WriteAsync(context, status, "<html>");
        };
        await using var engine = await WhatsAppEngine.StartLiveAsync(run, platform.Address);
        var message = await engine.Tenant.SendTemplateAsync(engine.Account);
        await engine.RunAllAsync();
        Assert.Single(platform.Requests);

        platform.Answer = static (context, request) => CloudApi.AcceptAsync(context, request);
        engine.Clock.Advance(TimeSpan.FromMinutes(30));
        await engine.RunAllAsync();
        Assert.Equal((moved, error), await engine.Tenant.StateOfAsync(message));
        Assert.Equal(moved == "sent" ? 2 : 1, platform.Requests.Count);
    }

    [Theory]
    [InlineData("""{"messages":[]}""")]
    [InlineData("""{}""")]
    [InlineData("""not JSON""")]
    [InlineData(null)]
    public async Task An_answer_that_was_lost_or_cannot_be_read_never_leads_to_a_second_request(string? answer)
    {
        await using var platform = await CloudApi.StartAsync();
        platform.Answer = (context, _) =>
        {
            if (answer is not null)
            {
                return CloudApi.WriteAsync(context, HttpStatusCode.OK, answer);
            }

            context.Abort();
            return Task.CompletedTask;
        };
        await using var engine = await WhatsAppEngine.StartLiveAsync(run, platform.Address);
        var message = await engine.Tenant.SendTemplateAsync(engine.Account);
        await engine.RunAllAsync();
        engine.Clock.Advance(TimeSpan.FromMinutes(5));
        await engine.RunAllAsync();
        Assert.Equal(("queued", null), await engine.Tenant.StateOfAsync(message));

        engine.Clock.Advance(TimeSpan.FromMinutes(60));
        await engine.RunAllAsync();
        Assert.Equal(("failed", "send-unknown"), await engine.Tenant.StateOfAsync(message));
        Assert.Single(platform.Requests);
    }

    [Fact]
    public async Task What_the_platform_says_of_an_error_is_kept_up_to_500_characters_and_as_text()
    {
        await using var platform = await CloudApi.StartAsync();
        platform.Answer = (context, _) => CloudApi.WriteAsync(
            context, HttpStatusCode.BadRequest, $$$$"""{"error":{"code":131026,"message":"No","error_data":{"details":"a\u0000{{{{new string('b', 1_000_000)}}}}"}}}""");
        await using var engine = await WhatsAppEngine.StartLiveAsync(run, platform.Address);
        var message = await engine.Tenant.SendTemplateAsync(engine.Account);
        await engine.RunAllAsync();
        Assert.Equal($"a{new string('b', 499)}", (await engine.Tenant.GetMessageAsync(message)).GetProperty("error").GetProperty("message").GetString());

        // The same of one that stops the account.
        platform.Answer = (context, _) => CloudApi.WriteAsync(context, HttpStatusCode.Unauthorized, """{"error":{"code":190,"message":"a\u0000b"}}""");
        await engine.Tenant.SendTemplateAsync(engine.Account, "+14155550101");
        await engine.RunAllAsync();
        Assert.Equal("190: ab", (await engine.Tenant.GetAccountAsync(engine.Account)).GetProperty("statusMessage").GetString());
    }

    [Theory]
    [InlineData("\\u0000")]
    [InlineData("a long one")]
    public async Task A_message_that_is_named_so_that_it_could_not_be_kept_counts_as_not_named(string id)
    {
        await using var platform = await CloudApi.StartAsync();
        var name = id == "a long one" ? new string('x', 201) : id;
        platform.Answer = (context, _) => CloudApi.WriteAsync(context, HttpStatusCode.OK, $$"""{"messages":[{"id":"{{name}}"}]}""");
        await using var engine = await WhatsAppEngine.StartLiveAsync(run, platform.Address);
        var message = await engine.Tenant.SendTemplateAsync(engine.Account);
        await engine.RunAllAsync();
        engine.Clock.Advance(TimeSpan.FromMinutes(31));
        await engine.RunAllAsync();
        Assert.Equal(("failed", "send-unknown"), await engine.Tenant.StateOfAsync(message));
        Assert.Single(platform.Requests);
    }

    [Fact]
    public async Task A_cookie_of_the_platform_is_not_sent_back()
    {
        await using var platform = await CloudApi.StartAsync();
        var cookies = new List<string>();
        platform.Answer = (context, request) =>
        {
            cookies.Add(context.Request.Headers.Cookie.ToString());
            context.Response.Headers.SetCookie = "session=1; Path=/";
            return CloudApi.AcceptAsync(context, request);
        };
        await using var engine = await WhatsAppEngine.StartLiveAsync(run, platform.Address);
        foreach (var to in new[] { "+14155550100", "+14155550101" })
        {
            await engine.Tenant.SendTemplateAsync(engine.Account, to);
            await engine.RunAllAsync();
        }

        Assert.Equal(["", ""], cookies);
    }

    [Fact]
    public async Task A_connection_that_never_stood_means_that_nothing_was_sent()
    {
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var address = new Uri($"http://{nobody.LocalEndpoint}");
        nobody.Stop();
        await using var engine = await WhatsAppEngine.StartLiveAsync(run, address);
        var message = await engine.Tenant.SendTemplateAsync(engine.Account);
        await engine.RunAllAsync();
        var row = await engine.Server.InDatabaseAsync(db => db.Messages.SingleAsync());
        Assert.Equal(("queued", 1, null), (row.Status, row.Attempts, row.ClaimedAt));
        Assert.True(row.DueAt > engine.Clock.GetUtcNow());

        engine.Clock.Advance(TimeSpan.FromMinutes(60));
        await engine.RunAllAsync();
        Assert.Equal(("failed", "deadline-exceeded"), await engine.Tenant.StateOfAsync(message));
    }

    [Fact]
    public async Task Templates_are_read_page_by_page()
    {
        await using var platform = await CloudApi.StartAsync();
        platform.Answer = (context, request) => CloudApi.WriteAsync(
            context,
            HttpStatusCode.OK,
            request.Target.Contains("after=", StringComparison.Ordinal)
                ? """{"data":[{"name":"b","language":"de","status":"REJECTED","category":"MARKETING","components":[],"id":"2"}],"paging":{"cursors":{"before":"MQZ","after":"MgZ"}}}"""
                : """{"data":[{"name":"a","language":"en_US","status":"APPROVED","category":"UTILITY","components":[{"type":"HEADER","format":"TEXT","text":"Hi"},{"type":"BODY","text":"Dear {{1}}, {{ 2 }} and {{1}} again"}],"id":"1"}],"paging":{"cursors":{"before":"MAZ","after":"MA+Z="},"next":"https://graph.facebook.com/x"}}""");
        await using var engine = await WhatsAppEngine.StartLiveAsync(run, platform.Address);

        var templates = (await engine.Tenant.Api.GetAsync($"/whatsapp/templates?integrationId={engine.Account.Id}")).ShouldBe(HttpStatusCode.OK);

        Assert.Equal(
            """[{"name":"a","language":"en_US","category":"UTILITY","status":"APPROVED","variables":["1","2"]},{"name":"b","language":"de","category":"MARKETING","status":"REJECTED","variables":[]}]""",
            templates.Data.GetRawText());
        Assert.Equal(
            [
                "/v23.0/102290129340398/message_templates?fields=name,language,category,status,components&limit=250",
                "/v23.0/102290129340398/message_templates?fields=name,language,category,status,components&limit=250&after=MA%2BZ%3D",
            ],
            platform.Requests.Select(request => request.Target));
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, """{"error":{"message":"Unsupported get request","code":100}}""")]
    [InlineData(HttpStatusCode.OK, "not JSON")]
    public async Task Templates_that_cannot_be_had_are_an_unavailable_service(HttpStatusCode status, string body)
    {
        await using var platform = await CloudApi.StartAsync();
        platform.Answer = (context, _) => CloudApi.WriteAsync(context, status, body);
        await using var engine = await WhatsAppEngine.StartLiveAsync(run, platform.Address);
        (await engine.Tenant.Api.GetAsync($"/whatsapp/templates?integrationId={engine.Account.Id}")).ShouldBeError(503, "SERVICE_UNAVAILABLE");
    }

    [Fact]
    public async Task No_secret_is_in_the_database_in_plain_text_nor_in_a_log_line_of_any_level()
    {
        using var log = new RememberingLog();
        await using var platform = await CloudApi.StartAsync();
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Settings = new Dictionary<string, string> { ["WhatsApp:BaseAddress"] = platform.Address.ToString() },
            Services = services => services.AddSingleton<ILoggerFactory>(new LoggerFactory([log], new LoggerFilterOptions { MinLevel = LogLevel.Trace })),
        });
        var tenant = await server.CreateTenantAsync(new TenantOptions { Mode = Api.Features.Organizations.OrganizationMode.Live });
        var account = await tenant.ConnectAsync(simulated: false);
        await tenant.SendTemplateAsync(account);
        await server.RunAsync<Api.Features.WhatsApp.Messages.MessageSendJob>();
        platform.Refuse(HttpStatusCode.Unauthorized, 190);
        await tenant.SendTemplateAsync(account, "+14155550101");
        await server.RunAsync<Api.Features.WhatsApp.Messages.MessageSendJob>();
        (await tenant.Api.GetAsync($"/whatsapp/templates?integrationId={account.Id}")).ShouldBeError(503, "SERVICE_UNAVAILABLE");
        (await server.CallBackAsync(account, "{}", "sha256=00")).ShouldBeError(401, "UNAUTHORIZED");
        (await server.CreateApiClient().GetAsync($"/hooks/whatsapp/{account.Id}?hub.mode=subscribe&hub.verify_token={WhatsAppTenant.VerifyToken}&hub.challenge=1")).ShouldBe(HttpStatusCode.OK);

        var row = await server.InDatabaseAsync(db => db.Database.SqlQuery<string>($"SELECT whatsapp_accounts::text AS \"Value\" FROM whatsapp_accounts").SingleAsync());
        Assert.True(platform.Requests.Count >= 3);
        Assert.NotEmpty(log.Lines);
        string[] secrets = [WhatsAppTenant.AccessToken, WhatsAppTenant.AppSecret, WhatsAppTenant.VerifyToken];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, row, StringComparison.Ordinal));
        Assert.All(secrets, secret => Assert.DoesNotContain(log.Lines, line => line.Contains(secret, StringComparison.Ordinal)));
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, tenant.Api.GetAsync("/whatsapp/accounts").Result.Text, StringComparison.Ordinal));
    }

    private sealed class RememberingLog : ILoggerProvider, ILogger
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = [];

        public IReadOnlyCollection<string> Lines => _lines;

        // The one source that the server switches off: it would write the query string of Meta's challenge.
        public ILogger CreateLogger(string categoryName) => categoryName == "Microsoft.AspNetCore.Hosting.Diagnostics" ? NullLogger.Instance : this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            _lines.Enqueue($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
