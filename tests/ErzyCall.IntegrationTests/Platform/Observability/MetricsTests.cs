using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Calls.Dispatch.Simulation;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WebhookEndpoints;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Metrics;
using ErzyCall.Api.Platform.Observability;
using ErzyCall.Api.Platform.Secrets;
using ErzyCall.Api.Platform.Workers;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace ErzyCall.IntegrationTests.Platform.Observability;

public sealed partial class MetricsTests(TestRun run)
{
    /// <summary>What Prometheus says of its targets, and its exporters of the machine and of Kubernetes.</summary>
    private static readonly string[] s_ofPrometheus = ["up", "node_systemd_unit_state", "kube_job_failed"];

    [Fact]
    public async Task There_are_none_unless_they_are_asked_for() =>
        (await run.Shared.CreateApiClient().GetAsync("/metrics")).ShouldBeError(404, "NOT_FOUND");

    [Fact]
    public async Task A_call_and_its_delivery_are_counted()
    {
        await using var server = await StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await tenant.AddAsync(WebhookEndpoint.Create(
            tenant.Organization.Id,
            1,
            receiver.Url.ToString(),
            ["call.ended"],
            description: null,
            WebhookSecret.Generate().Encrypt(server.Services.GetRequiredService<Encryption>()),
            tenant.Now));

        var call = (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = tenant.Number }, "one")).ShouldBe(HttpStatusCode.Created).Data.GetProperty("id").GetString()!;
        for (var replay = 0; replay < 2; replay++)
        {
            (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = tenant.Number }, "one")).ShouldBe(HttpStatusCode.Created);
        }

        (await tenant.Api.GetAsync($"/calls/{call}")).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.PostAsync("/calls", new { })).ShouldBe(HttpStatusCode.BadRequest);
        await server.RunAsync<MeasureJob>();
        var placed = await ScrapeAsync(server);
        Assert.Equal((1, 0), (placed.Sum("erzycall_calls_due"), placed.Sum("erzycall_calls_processing")));

        await server.RunAsync<CallDispatchJob>();
        await server.RunAsync<MeasureJob>();
        var dialled = await ScrapeAsync(server);
        Assert.Equal((0, 1), (dialled.Sum("erzycall_calls_due"), dialled.Sum("erzycall_calls_processing")));
        Assert.Equal((1, 0), (dialled.Sum("erzycall_calls_dispatch_lag_seconds_count"), dialled.Sum("erzycall_calls_finished_total")));

        await server.RunAsync<SimulatedCarrierJob>();
        await server.RunAsync<MeasureJob>();
        Assert.Equal(2, (await ScrapeAsync(server)).Sum("erzycall_events_unpublished"));
        await server.RunAsync<PublishEventsJob>();
        await server.RunAsync<MeasureJob>();
        var published = await ScrapeAsync(server);
        Assert.Equal((0, 1, 1), (published.Sum("erzycall_events_unpublished"), published.Sum("erzycall_webhooks_deliveries_due"), published.Sum("erzycall_webhooks_deliveries_waiting")));

        receiver.AnswerWith(HttpStatusCode.InternalServerError);
        await DeliverAsync(server);
        await server.RunAsync<MeasureJob>();
        var tried = await ScrapeAsync(server);
        Assert.Equal((0, 1), (tried.Sum("erzycall_webhooks_deliveries_due"), tried.Sum("erzycall_webhooks_deliveries_waiting")));
        receiver.AnswerWith(HttpStatusCode.NoContent);
        await server.ExecuteSqlAsync("UPDATE webhook_deliveries SET next_attempt_at = created_at");
        await DeliverAsync(server);
        Assert.Equal(2, receiver.Received.Count);

        await server.RunAsync<MeasureJob>();
        var metrics = await ScrapeAsync(server);
        Assert.Equal(1, metrics.Sum("erzycall_calls_finished_total", ("status", "ended"), ("ended_reason", "assistant-ended-call")));
        Assert.Equal(1, metrics.Sum("erzycall_calls_finished_total"));
        Assert.Equal(0, metrics.Sum("erzycall_calls_processing"));
        Assert.Equal(1, metrics.Sum("erzycall_webhooks_attempt_duration_seconds_count", ("outcome", "refused")));
        Assert.Equal(1, metrics.Sum("erzycall_webhooks_attempt_duration_seconds_count", ("outcome", "delivered")));
        Assert.Equal(0, metrics.Sum("erzycall_webhooks_deliveries_waiting"));
        Assert.Equal(1, metrics.Sum("erzycall_idempotency_replays_total", ("store", "postgresql")));
        Assert.Equal(1, metrics.Sum("erzycall_idempotency_replays_total", ("store", "redis")));
        Assert.Equal(0, metrics.Sum("erzycall_redis_degraded"));

        // Requests by their route, whatever became of them; connections and the runtime by those who make them.
        Assert.Equal(3, metrics.Sum("http_server_request_duration_seconds_count", ("http_request_method", "POST"), ("http_route", "/api/v1/calls/"), ("http_response_status_code", "201")));
        Assert.Equal(1, metrics.Sum("http_server_request_duration_seconds_count", ("http_request_method", "POST"), ("http_route", "/api/v1/calls/"), ("http_response_status_code", "400")));
        Assert.Equal(1, metrics.Sum("http_server_request_duration_seconds_count", ("http_request_method", "GET"), ("http_route", "/api/v1/calls/{callId}"), ("http_response_status_code", "200")));
        Assert.Equal(0, metrics.Sum("http_server_request_duration_seconds_count", ("http_route", "/metrics")));
        Assert.True(metrics.Sum("db_client_connection_max", ("db_client_connection_pool_name", "erzycall")) > 0);
        Assert.True(metrics.Sum("dotnet_gc_heap_total_allocated_bytes_total") > 0);

        // Nothing that there is no end of, and nothing that is nobody's business.
        var database = new NpgsqlConnectionStringBuilder(server.Services.GetRequiredService<NpgsqlDataSource>().ConnectionString).Database;
        Assert.All(
            [call, tenant.Organization.Id.ToString(), tenant.Key.Id.ToString(), tenant.Number, "+1415", $"Database={database}", receiver.Url.Authority],
            secret => Assert.DoesNotContain(secret, metrics.Text, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task What_is_rolled_back_is_not_counted_and_an_unknown_reason_is_another()
    {
        await using var server = await StartAsync();
        var tenant = await server.CreateTenantAsync();
        var id = Id<Call>.Parse(await tenant.PlaceCallAsync());
        await server.RunAsync<CallDispatchJob>();
        var outcome = new CarrierOutcome(EndedReason.FromCarrier("a-carriers-own-word-17"), tenant.Now, Duration: null, []);
        Task<Call?> EndAsync(Api.Platform.Persistence.ErzyCallDbContext db) => db.MoveCallAsync(id, tenant.Now, call => { call.End(outcome, tenant.Now); }, CancellationToken.None);

        await server.InDatabaseAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            await EndAsync(db);
            return true;
        });
        Assert.Equal(0, (await ScrapeAsync(server)).Sum("erzycall_calls_finished_total"));

        await server.InDatabaseAsync(EndAsync);
        await server.InDatabaseAsync(EndAsync);
        var metrics = await ScrapeAsync(server);
        Assert.Equal(1, metrics.Sum("erzycall_calls_finished_total", ("status", "ended"), ("ended_reason", "other")));
        Assert.Equal(1, metrics.Sum("erzycall_calls_finished_total"));
    }

    [Fact]
    public async Task A_message_on_WhatsApp_is_counted_by_what_the_platform_said()
    {
        var messenger = new ScriptedMessenger();
        await using var server = await StartAsync(services => services.RemoveAll<IMessenger>().AddSingleton<IMessenger>(messenger));
        var tenant = await server.CreateTenantAsync();
        var account = await tenant.ConnectAsync();
        await tenant.SendTemplateAsync(account);
        await tenant.SendTemplateAsync(account, "+14155550101");
        await server.RunAsync<MeasureJob>();
        Assert.Equal(2, (await ScrapeAsync(server)).Sum("erzycall_whatsapp_messages_queued"));
        messenger.WhenSent = (message, _) => message.To.EndsWith('1') ? throw new IOException("Connection reset") : Task.FromResult(ScriptedMessenger.Accepts(message));

        await server.RunAsync<MessageSendJob>();

        var metrics = await ScrapeAsync(server);
        Assert.Equal(1, metrics.Sum("erzycall_whatsapp_sends_total", ("outcome", "accepted")));
        Assert.Equal(1, metrics.Sum("erzycall_whatsapp_sends_total", ("outcome", "unknown")));
        Assert.Equal(2, metrics.Sum("erzycall_whatsapp_sends_total"));
    }

    [Fact]
    public async Task Trouble_is_counted()
    {
        await using var server = await StartAsync(services => services.AddJob<FailingJob>(), new TestServerOptions { Redis = "127.0.0.1:1,connectTimeout=100", Workers = true });
        var tenant = await server.CreateTenantAsync(new TenantOptions { Limits = new RateLimits(2, 10) });
        (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = tenant.Number }, "one")).ShouldBe(HttpStatusCode.Created);
        (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = tenant.Number }, "one")).ShouldBe(HttpStatusCode.Created);
        (await tenant.Api.GetAsync("/me")).ShouldBeError(429, "RATE_LIMITED");

        await Patience.UntilAsync("a job has failed", async () => (await ScrapeAsync(server)).Sum("erzycall_jobs_failures_total", ("job", nameof(FailingJob))) > 0);

        // No key is asked for, and one that is sent is not looked at.
        var answer = (await tenant.Api.GetAsync("/metrics")).ShouldBe(HttpStatusCode.OK);
        Assert.StartsWith("text/plain", answer.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Null(answer.Header("X-RateLimit-Limit"));
        var metrics = new Scrape(answer.Text);
        Assert.Equal(1, metrics.Sum("erzycall_rate_limit_refusals_total", ("limit", "key")));
        Assert.Equal(1, metrics.Sum("erzycall_idempotency_replays_total", ("store", "postgresql")));
        Assert.Equal(1, metrics.Sum("erzycall_redis_degraded"));
    }

    [Fact]
    public async Task What_is_counted_is_what_is_documented()
    {
        await using var server = await StartAsync();
        var served = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == ServerMetrics.MeterName && instrument.Meter.Scope == server.Services.GetRequiredService<IMeterFactory>())
                {
                    served.Add(PrometheusName(instrument));
                }
            },
        };
        await server.RunAsync<MeasureJob>();
        foreach (var type in typeof(ServerMetrics).Assembly.GetTypes().Where(type => type.Name.EndsWith("Metrics", StringComparison.Ordinal)))
        {
            server.Services.GetRequiredService(type);
        }

        listener.Start();

        var documented = (await File.ReadAllLinesAsync(FileOf(), TestContext.Current.CancellationToken)).SelectMany(DocumentedNames);
        Assert.NotEmpty(served);
        Assert.Equal(served.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_drawn_and_watched_is_what_is_served()
    {
        await using var server = await StartAsync();
        var tenant = await server.CreateTenantAsync();
        (await tenant.Api.GetAsync("/calls/unknown")).ShouldBeError(400, "INVALID_ID");
        GC.Collect();
        var cancelled = TestContext.Current.CancellationToken;
        var served = (await ScrapeAsync(server)).Names
            .Concat((await File.ReadAllLinesAsync(FileOf(), cancelled)).SelectMany(DocumentedSeries))
            .Concat(s_ofPrometheus)
            .ToHashSet();

        var drawn = PromQlNames.OfDashboard(await File.ReadAllTextAsync(FileOf("deploy/grafana/dashboard.json"), cancelled));
        var watched = PromQlNames.OfRules(await File.ReadAllTextAsync(FileOf("deploy/prometheus/alerts.yaml"), cancelled));

        Assert.Contains("erzycall_calls_due", drawn);
        Assert.Contains("erzycall_calls_due", watched);
        Assert.Empty(drawn.Except(served));
        Assert.Empty(watched.Except(served));
    }

    /// <summary>A server that tells its metrics: those of its own meters, because others run in this process, and at once.</summary>
    private Task<TestServer> StartAsync(Action<IServiceCollection>? services = null, TestServerOptions? options = null) => run.StartServerAsync((options ?? new TestServerOptions()) with
    {
        Settings = new Dictionary<string, string> { ["Metrics:Enabled"] = "true", ["Webhooks:AllowPrivateTargets"] = "true" },
        Services = all =>
        {
            all.Configure<PrometheusAspNetCoreOptions>(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0);
            all.ConfigureOpenTelemetryMeterProvider((provider, metrics) => metrics.AddView(instrument =>
                instrument.Meter.Scope is null || instrument.Meter.Scope == provider.GetRequiredService<IMeterFactory>() ? null : MetricStreamConfiguration.Drop));
            services?.Invoke(all);
        },
    });

    private static async Task<Scrape> ScrapeAsync(TestServer server) => new((await server.CreateApiClient().GetAsync("/metrics")).ShouldBe(HttpStatusCode.OK).Text);

    private static async Task DeliverAsync(TestServer server)
    {
        await server.RunAsync<WebhookDeliveryJob>();
        await WebhookEngine.WhenAnsweredAsync(server);
        await server.RunAsync<WebhookDeliveryJob>();
    }

    private static string PrometheusName(Instrument instrument) =>
        instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : "") + (instrument is Counter<long> ? "_total" : "");

    [GeneratedRegex("^\\| `(?<name>erzycall_[a-z_]+)` \\|")]
    private static partial Regex DocumentedName();

    private static string FileOf(string path = "docs/metrics.md", [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "../../../..", path);

    private static IEnumerable<string> DocumentedNames(string line) =>
        DocumentedName().Match(line) is { Success: true } row ? [row.Groups["name"].Value] : [];

    private static IEnumerable<string> DocumentedSeries(string line) => line.Contains("| histogram: ", StringComparison.Ordinal)
        ? DocumentedNames(line).SelectMany(name => new[] { $"{name}_bucket", $"{name}_count", $"{name}_sum" })
        : DocumentedNames(line);

#pragma warning disable CA1812 // Made by the container.
    private sealed class FailingJob : IJob
#pragma warning restore CA1812
    {
        public static TimeSpan PollInterval { get; } = TimeSpan.FromHours(1);

        public Task<bool> RunOnceAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("It cannot be done.");
    }

    private sealed partial record Scrape(string Text)
    {
        public IEnumerable<string> Names => Text.Split('\n').Select(line => Series().Match(line).Groups["name"].Value).Where(name => name.Length > 0);

        /// <summary>All series of this name with these labels together.</summary>
        public double Sum(string name, params (string Label, string Value)[] labels) => Text.Split('\n')
            .Select(line => Series().Match(line))
            .Where(line => line.Groups["name"].Value == name && labels.All(label => line.Groups["labels"].Value.Contains($"{label.Label}=\"{label.Value}\"", StringComparison.Ordinal)))
            .Sum(line => double.Parse(line.Groups["value"].Value, CultureInfo.InvariantCulture));

        [GeneratedRegex(@"^(?<name>[a-z0-9_]+)(\{(?<labels>.*)\})? (?<value>\S+)")]
        private static partial Regex Series();
    }
}
