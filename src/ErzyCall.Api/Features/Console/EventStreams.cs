using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using ErzyCall.Api.Features.ApiKeys;
using ErzyCall.Api.Features.ApiKeys.Sessions;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Platform.Time;

namespace ErzyCall.Api.Features.Console;

/// <summary>
/// The streams of events that are open on this copy of the server. Each looks into the feed once a second, and ends with its session, with
/// its key, when the server stops, and when the database cannot be reached.
/// </summary>
internal sealed class EventStreams(IServiceScopeFactory scopes, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    /// <summary>
    /// The most streams of an organization at once, on one copy of the server: a key that may send few requests could open one after the
    /// other.
    /// </summary>
    public const int PerOrganization = 20;

    private const int RetryAfterSeconds = 10;

    /// <summary>The time between two looks at the feed.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    /// <summary>The looks after which a word is sent although nothing has happened: proxies close what is silent for long.</summary>
    private const int QuietLooks = 15;

    /// <summary>The most events that one look reads.</summary>
    private const int BatchSize = 100;

    /// <summary>The scope under which a resource can be read, by the first word of its events' names.</summary>
    private static readonly Dictionary<string, string> s_scopes = new()
    {
        ["call"] = Scopes.CallsRead,
        ["contact"] = Scopes.ContactsRead,
        ["whatsapp"] = Scopes.WhatsAppRead,
    };

    /// <summary>Browsers pass over an event without data.</summary>
    private static readonly object s_nothing = new();

    private readonly ConcurrentDictionary<Id<Owner>, int> _open = [];

    /// <summary>The scope that a key needs to hear of an event: that of the resource which the event tells of.</summary>
    public static string ScopeOf(string type) => s_scopes[type[..type.IndexOf('.', StringComparison.Ordinal)]];

    /// <param name="session">The hash of the session that the stream ends with; <c>null</c> when the key itself was sent.</param>
    /// <exception cref="ApiException">The organization has as many streams open as it may: 429 <c>RATE_LIMITED</c>.</exception>
    public async IAsyncEnumerable<SseItem<object>> FollowAsync(
        Caller caller, byte[]? session, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Count(caller.OrganizationId);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            var (place, quiet) = (default(long?), 0);
            while (await LookAsync(caller, session, place, ending.Token) is { } look)
            {
                if (place is null)
                {
                    yield return new SseItem<object>(s_nothing, "ready");
                }

                foreach (var happened in look.Events.Where(happened => caller.Holds(ScopeOf(happened.Event))))
                {
                    yield return new SseItem<object>(happened);
                }

                quiet = look.Events.Count > 0 ? 0 : quiet + 1;
                if (quiet % QuietLooks == QuietLooks - 1)
                {
                    yield return new SseItem<object>(s_nothing, "quiet");
                }

                place = look.Place;
                if (look.Events.Count < BatchSize)
                {
                    await Task.Delay(s_interval, clock, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
        finally
        {
            Forget(caller.OrganizationId);
        }
    }

    /// <summary>Looks for what has happened since the last look; at first only where the feed has come to.</summary>
    /// <returns><c>null</c> when the stream is over.</returns>
    private async Task<Look?> LookAsync(Caller caller, byte[]? session, long? place, CancellationToken ending)
    {
        // What is asked every second, for hours, would be a trace that nobody can read.
        Activity.Current = null;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<ErzyCallDbContext>();
            var (id, now) = (new Id<ApiKey>(caller.KeyId.Value), clock.Now());
            var keys = session is null
                ? db.ApiKeys.Where(row => row.Id == id)
                : db.KeySessions.OpenAt(now, session).Select(open => open.Key);
            var key = await keys.AsNoTracking().SingleOrDefaultAsync(ending);
            return key?.StatusAt(now) is ApiKeyStatus.Active ? await ReadAsync(db, caller, place, ending) : null;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception failure) when (DatabaseFailure.IsOutage(failure))
        {
            return null;
        }
    }

    private static async Task<Look> ReadAsync(ErzyCallDbContext db, Caller caller, long? place, CancellationToken ending)
    {
        if (place is not { } after)
        {
            var end = await db.EventFeeds
                .Where(feed => feed.OrganizationId == caller.OrganizationId).Select(feed => feed.LastSequence).SingleAsync(ending);
            return new Look(end, []);
        }

        var rows = await db.Events.OwnedBy(caller).AsNoTracking().Behind(after).Take(BatchSize).ToListAsync(ending);
        return new Look(rows is [.., var last] ? last.Sequence!.Value : after, [.. rows.Select(EventResponse.Of)]);
    }

    private void Count(Id<Owner> organization)
    {
        if (_open.AddOrUpdate(organization, 1, static (_, open) => open + 1) > PerOrganization)
        {
            Forget(organization);
            throw new ApiException(ApiError.RateLimited(RetryAfterSeconds));
        }
    }

    private void Forget(Id<Owner> organization)
    {
        if (_open.AddOrUpdate(organization, 0, static (_, open) => open - 1) == 0)
        {
            _open.TryRemove(new KeyValuePair<Id<Owner>, int>(organization, 0));
        }
    }

    /// <param name="Place">The place in the feed up to which everything was read.</param>
    private sealed record Look(long Place, IReadOnlyList<EventResponse> Events);
}
