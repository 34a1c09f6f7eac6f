using System.Collections.Concurrent;
using System.Net;
using System.Text;
using ErzyCall.Api.Features.Events;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;
using Microsoft.AspNetCore.Builder;

namespace ErzyCall.IntegrationTests.Platform.Observability;

/// <summary>A collector of OpenTelemetry is sent traces, metrics and logs, which tell nothing of whom.</summary>
public sealed class TelemetryExportTests(TestRun run)
{
    private const string Number = "+14155550142";

    [Fact]
    public async Task One_trace_leads_from_the_request_to_the_webhook()
    {
        await using var collector = await Collector.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        var postgres = await run.CreateDatabaseAsync();
        await using var copy = await run.StartServerAsync(new TestServerOptions { Postgres = postgres, Settings = new Dictionary<string, string> { ["Webhooks:AllowPrivateTargets"] = "true" } });
        var tenant = await copy.CreateTenantAsync();
        await tenant.Api.PostAsync("/webhooks", new { url = receiver.Url, events = new[] { "call.ended" } });
        using var server = await ServerProcess.StartAsync(
            postgres,
            run.RedisConnectionString(),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_BSP_SCHEDULE_DELAY", "100"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
            ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=staging"),
            ("Webhooks__AllowPrivateTargets", "true"),
            ("Simulator__Speed", "0"));
        var api = server.CreateApiClient(tenant.Secret);
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

        await api.PostAsync("/calls", new { to = Number, from = Tenant.From, firstMessage = "Hello." }, ("Idempotency-Key", "one"), ("traceparent", $"00-{Trace}-00f067aa0ba902b7-01"));
        await api.GetAsync($"/do-not-call/{Number}");
        await Patience.UntilAsync("the webhook is there", () => !receiver.Received.IsEmpty);
        await Patience.UntilAsync("all has been told", () => collector.Spans.Any(span => span.Name == "deliver call.ended") && collector.Has("/v1/metrics", "erzycall") && collector.Has("/v1/logs", "responded"));

        var spans = collector.Spans.Where(span => span.Trace == Trace).ToList();
        var request = Assert.Single(spans, span => span.Parent == "00f067aa0ba902b7");
        Assert.Equal("POST /api/v1/calls/", request.Name);
        var dialled = Assert.Single(spans, span => span.Name == "dial call");
        Assert.Equal(request.Id, dialled.Parent);
        Assert.Contains(spans, span => span.Name == "redis" && span.Parent == request.Id);
        Assert.Contains(spans, span => span.Name == "carrier simulator" && span.Parent == dialled.Id);
        Assert.Contains(spans, span => span.Name == "deliver call.ended" && span.Parent == request.Id);
        Assert.Contains(spans, span => span.Name == "postgresql" && span.Parent == request.Id);

        // What nobody asked for is in no trace; and no number is told, nor to the receiver how this server is traced.
        Assert.DoesNotContain(collector.Spans, span => span.Parent.Length == 0 && !span.Name.Contains(" /api/", StringComparison.Ordinal));
        Assert.False(collector.Has("/v1/traces", Number[1..]));
        Assert.True(collector.Has("/v1/traces", "staging"));
        Assert.False(receiver.Received.First().Headers.ContainsKey("traceparent"));
    }

    [Fact]
    public async Task Without_a_collector_nothing_is_recorded()
    {
        var tenant = await run.Shared.CreateTenantAsync();

        await tenant.PlaceCallAsync();

        Assert.Equal(0, await run.Shared.InDatabaseAsync(db => Task.FromResult(db.Events.Count(happened => happened.OrganizationId == tenant.Organization.Id && happened.TraceParent != null))));
    }

    private sealed record Span(string Trace, string Id, string Parent, string Name);

    /// <summary>Takes what is sent by OTLP over HTTP, and reads the spans out of it.</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly ConcurrentQueue<(string Path, byte[] Body)> _taken = [];
        private WebApplication? _server;

        public string Url => _server!.Urls.Single();

        // ExportTraceServiceRequest.resource_spans.scope_spans.spans, by the numbers of their fields
        // (https://github.com/open-telemetry/opentelemetry-proto).
        public IEnumerable<Span> Spans =>
            from taken in _taken
            where taken.Path == "/v1/traces"
            from resource in Fields(taken.Body, 1)
            from scope in Fields(resource, 2)
            from span in Fields(scope, 2)
            select new Span(Hex(Fields(span, 1)), Hex(Fields(span, 2)), Hex(Fields(span, 4)), Encoding.UTF8.GetString(Fields(span, 5).Single()));

        public static async Task<Collector> StartAsync()
        {
            var collector = new Collector();
            collector._server = await LocalHttpServer.StartAsync(async context =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                collector._taken.Enqueue((context.Request.Path, body.ToArray()));
                context.Response.StatusCode = (int)HttpStatusCode.OK;
            });
            return collector;
        }

        public bool Has(string path, string text) => _taken.Any(taken => taken.Path == path && taken.Body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

        public ValueTask DisposeAsync() => _server!.DisposeAsync();

        private static string Hex(IEnumerable<byte[]> fields) => Convert.ToHexStringLower(fields.SingleOrDefault() ?? []);

        /// <summary>The fields of a message that have a number and a length.</summary>
        private static List<byte[]> Fields(byte[] message, int number)
        {
            var found = new List<byte[]>();
            for (var at = 0; at < message.Length;)
            {
                var tag = Variable(message, ref at);
                switch (tag & 7)
                {
                    case 0:
                        Variable(message, ref at);
                        break;
                    case 1:
                        at += 8;
                        break;
                    case 5:
                        at += 4;
                        break;
                    default:
                        var length = (int)Variable(message, ref at);
                        if ((int)(tag >> 3) == number)
                        {
                            found.Add(message[at..(at + length)]);
                        }

                        at += length;
                        break;
                }
            }

            return found;
        }

        private static ulong Variable(byte[] message, ref int at)
        {
            ulong value = 0;
            for (var shift = 0; ; shift += 7)
            {
                value |= (ulong)(message[at] & 0x7F) << shift;
                if (message[at++] < 0x80)
                {
                    return value;
                }
            }
        }
    }
}
