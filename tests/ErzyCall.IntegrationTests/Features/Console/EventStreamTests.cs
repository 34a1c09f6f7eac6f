using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using ErzyCall.Api.Features;
using ErzyCall.Api.Features.Console;
using ErzyCall.Api.Features.Events;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ErzyCall.IntegrationTests.Features.Console;

/// <summary>The stream of what happens, which the console lives by.</summary>
public sealed class EventStreamTests(TestRun run)
{
    [Fact]
    public async Task Events_come_from_now_on_and_only_those_of_what_the_key_may_read()
    {
        await using var server = await run.StartServerAsync();
        var tenant = await server.CreateTenantAsync();
        var stranger = await server.CreateTenantAsync();
        var (_, reader) = await tenant.AddKeyAsync(["contacts:read"]);
        await tenant.CreateContactAsync("Before");
        await server.RunAsync<PublishEventsJob>();

        await using var all = await EventStream.OpenAsync(tenant.Api);
        await using var some = await EventStream.OpenAsync(reader);
        Assert.Equal(("ready", "ready"), ((await all.NextAsync())!.Value.Name, (await some.NextAsync())!.Value.Name));

        await stranger.CreateContactAsync("A stranger's");
        (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = tenant.Number, scheduledAt = tenant.Now.AddDays(1) })).ShouldBe(HttpStatusCode.Created);
        var contact = await tenant.CreateContactAsync("After");
        await server.RunAsync<PublishEventsJob>();

        Assert.Equal(["call.scheduled", "contact.created"], [await EventOfAsync(all), await EventOfAsync(all)]);
        var (name, data) = (await some.NextAsync())!.Value;
        Assert.Equal(("message", "contact.created", contact), (name, data.GetProperty("event").GetString(), data.GetProperty("data").GetProperty("id").GetString()));
    }

    [Fact]
    public async Task A_stream_ends_with_its_key_with_its_session_and_with_the_server()
    {
        await using var server = await run.StartServerAsync();
        var tenant = await server.CreateTenantAsync();
        var (key, api) = await tenant.AddKeyAsync(["*"]);
        var ours = ("Sec-Fetch-Site", "same-origin");
        var cookie = ("Cookie", (await tenant.Api.PostAsync("/console/session", null, ours)).Header("Set-Cookie")!.Split(';')[0]);
        var browser = server.CreateApiClient();
        await using var byKey = await EventStream.OpenAsync(api);
        await using var bySession = await EventStream.OpenAsync(browser, cookie, ours);
        await using var last = await EventStream.OpenAsync(tenant.Api);
        foreach (var stream in (EventStream[])[byKey, bySession, last])
        {
            Assert.Equal("ready", (await stream.NextAsync())!.Value.Name);
        }

        await tenant.Api.DeleteAsync($"/api-keys/{key.Id}");
        Assert.Null(await byKey.NextAsync());
        await browser.DeleteAsync("/console/session", cookie, ours);
        Assert.Null(await bySession.NextAsync());
        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.Null(await last.NextAsync());
    }

    [Fact]
    public async Task An_organization_has_twenty_streams_at_once_and_another_when_one_is_closed()
    {
        await using var server = await run.StartServerAsync();
        var tenant = await server.CreateTenantAsync();
        var streams = new List<EventStream>();
        for (var i = 0; i < EventStreams.PerOrganization; i++)
        {
            streams.Add(await EventStream.OpenAsync(tenant.Api));
            await streams[i].NextAsync();
        }

        (await tenant.Api.GetAsync("/console/events")).ShouldBeError(429, "RATE_LIMITED");
        await using (var other = await EventStream.OpenAsync((await server.CreateTenantAsync()).Api))
        {
            Assert.Equal("ready", (await other.NextAsync())!.Value.Name);
        }

        await streams[0].DisposeAsync();
        await Local.Patience.UntilAsync("a closed stream gives its place back", async () =>
        {
            await using var next = await EventStream.OpenAsync(tenant.Api);
            return next.Status == HttpStatusCode.OK;
        });
        foreach (var stream in streams[1..])
        {
            await stream.DisposeAsync();
        }
    }

    /// <summary>An event whose scope is not known would end every stream that meets it.</summary>
    [Fact]
    public void Every_event_has_the_scope_of_what_it_tells_of() =>
        Assert.All(EventType.All, type => Assert.Contains(EventStreams.ScopeOf(type), Scopes.All));

    private static async Task<string?> EventOfAsync(EventStream stream) => (await stream.NextAsync())!.Value.Data.GetProperty("event").GetString();
}

/// <summary>A stream of server-sent events, as a browser reads it.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _items;

    private EventStream(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _items = SseParser.Create(body).EnumerateAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator();
    }

    public HttpStatusCode Status => _response.StatusCode;

    public static async Task<EventStream> OpenAsync(ApiClient api, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/console/events");
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        var response = await api.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return new EventStream(response, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The next word, but for those that only tell that nothing has happened; <c>null</c> when the stream is over.</summary>
    public async Task<(string Name, JsonElement Data)?> NextAsync()
    {
        while (await _items.MoveNextAsync())
        {
            if (_items.Current.EventType != "quiet")
            {
                return (_items.Current.EventType, JsonElement.Parse(_items.Current.Data));
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await _items.DisposeAsync();
        _response.Dispose();
    }
}
