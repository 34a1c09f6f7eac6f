using System.Data;
using System.Data.Common;
using System.Net;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Server;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Conventions;

/// <summary>
/// What one answer shows is of one moment, however many statements it was read with; and who needs one statement is not made to pay for
/// more.
/// </summary>
public sealed class OneSnapshotTests(TestRun run)
{
    /// <summary>Queries that make a handler read more than it does without.</summary>
    private static readonly Dictionary<string, string[]> s_queries = new()
    {
        ["/api/v1/calls/"] = ["status=ended", "status=ended&metadata[a]=b", "phone=%2B14155550100", "contactId={contactId}", "contactId={contactId}&caseId={caseId}"],
        ["/api/v1/contacts/"] = ["groupId={groupId}", "search=ada", "tags=a", "tags=a,b"],
        ["/api/v1/contacts/search"] = ["q=lovelacx", "q=%2B1415"],
        ["/api/v1/cases/"] = ["search=case"],
        ["/api/v1/usage/"] = ["groupBy=day"],
        ["/api/v1/whatsapp/templates"] = ["integrationId={accountId}"],
    };

    [Fact]
    public async Task Every_GET_reads_in_one_snapshot_unless_it_needs_one_statement()
    {
        var recorder = new SnapshotRecorder();
        await using var server = await StartAsync(recorder);
        var tenant = await server.CreateTenantAsync();
        var account = await tenant.ConnectAsync();
        (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        recorder.Statements.Clear();
        (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        var authentication = recorder.Statements.Count;
        var marked = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<ReadSnapshot.OneStatement>() is not null)
            .Select(endpoint => endpoint.RoutePattern.RawText!)
            .ToHashSet();
        Assert.Contains("/api/v1/calls/{callId}", marked);
        var ids = new Dictionary<string, string> { ["accountId"] = account.Id.ToString() };
        foreach (var parameter in (string[])["contactId", "caseId", "groupId"])
        {
            ids[parameter] = await TenantIsolationTests.MakeAsync(parameter, tenant);
        }

        foreach (var route in RouteTable.Of(server).Where(route => route.Method == HttpMethod.Get))
        {
            foreach (var name in route.Parameters)
            {
                ids[name] = await TenantIsolationTests.MakeAsync(name, tenant);
            }

            var path = route.PathWith(name => ids[name]);
            foreach (var query in s_queries.GetValueOrDefault(route.Pattern, []).Select(query => ids.Aggregate(query, (text, id) => text.Replace($"{{{id.Key}}}", id.Value, StringComparison.Ordinal))).Prepend(""))
            {
                recorder.Statements.Clear();
                var answer = await tenant.Api.GetAsync(query.Length == 0 ? path : $"{path}?{query}");
                var read = recorder.Statements.Skip(authentication).ToList();
                Assert.True((int)answer.Status < 500, $"{route}?{query}: {answer.Text}");
                Assert.True(
                    marked.Contains(route.Pattern) && read.Count <= 1 ? read.All(level => level is null) : read.All(level => level is IsolationLevel.RepeatableRead),
                    $"{route}?{query} reads with {read.Count} statements: {string.Join(", ", read)}");
            }
        }
    }

    [Fact]
    public async Task A_conversation_is_never_shown_with_a_message_that_its_window_does_not_know_of()
    {
        var recorder = new SnapshotRecorder();
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));
        await using var server = await StartAsync(recorder, clock);
        var tenant = await server.CreateTenantAsync();
        var account = await tenant.ConnectAsync();
        var id = await tenant.HearAsync(account, "Hello");
        clock.Advance(TimeSpan.FromDays(2));

        // The customer writes again just before the messages are read.
        recorder.Before("FROM messages", () => tenant.HearAsync(account, "Again"));
        var shown = await tenant.GetConversationAsync(id);

        Assert.False(shown.GetProperty("window").GetProperty("open").GetBoolean());
        Assert.Equal("Hello", Assert.Single(shown.GetProperty("messages").EnumerateArray()).GetProperty("text").GetProperty("body").GetString());
        var next = await tenant.GetConversationAsync(id);
        Assert.True(next.GetProperty("window").GetProperty("open").GetBoolean());
        Assert.Equal(2, next.GetProperty("messages").GetArrayLength());
    }

    private Task<TestServer> StartAsync(SnapshotRecorder recorder, TimeProvider? clock = null) => run.StartServerAsync(new TestServerOptions
    {
        Clock = clock,
        Services = services => services.ConfigureDbContext<ErzyCallDbContext>(db => db.AddInterceptors(recorder)),
    });

    /// <summary>
    /// Remembers the snapshot in which each statement was read (<c>null</c>: one of its own), and lets something happen before one of them.
    /// </summary>
    private sealed class SnapshotRecorder : DbCommandInterceptor
    {
        private string? _awaited;
        private Func<Task>? _happening;

        public List<IsolationLevel?> Statements { get; } = [];

        public void Before(string statement, Func<Task> happening) => (_awaited, _happening) = (statement, happening);

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            Statements.Add(command.Transaction?.IsolationLevel);
            if (_awaited is { } awaited && command.CommandText.Contains(awaited, StringComparison.Ordinal))
            {
                _awaited = null;
                await _happening!();
            }

            return result;
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            Statements.Add(command.Transaction?.IsolationLevel);
            return base.NonQueryExecutingAsync(command, eventData, result, cancellationToken);
        }
    }
}
