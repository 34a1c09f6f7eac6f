using System.Globalization;

namespace ErzyCall.Bench.Scale;

/// <param name="Path">What is asked for, with <c>{…}</c> where an id of the database belongs.</param>
/// <param name="IsPaged">Whether its page 10,000 is asked for too.</param>
internal sealed record ScaleRequest(string What, string Path, bool IsPaged = false)
{
    /// <summary>The number of items on a page, when pages are compared.</summary>
    private const int PageSize = 10;

    /// <summary>
    /// The filters of the list of calls, each with the values that differ: frequent, rare, only old, never. The first two of each are
    /// combined with those of every other filter.
    /// </summary>
    private static readonly IReadOnlyList<(string Name, (string What, string Query)[] Values)> s_filters =
    [
        ("status",
        [
            ("ended", "status=ended"),
            ("error (0.1 %)", "status=error"),
            ("scheduled", "status=scheduled"),
            ("processing (none)", "status=processing"),
        ]),
        ("contactId", [("a contact", "contactId={contact}"), ("a contact without calls", "contactId={lonelyContact}")]),
        ("caseId", [("a case", "caseId={case}"), ("a case without calls", "caseId={lonelyCase}")]),
        ("from, to",
        [
            ("a day 300 days ago", $"from={DaysAgo(301)}&to={DaysAgo(300)}"),
            ("before the last 700 days", $"to={DaysAgo(700)}"),
            ("before all", $"to={DaysAgo(1_000)}"),
        ]),
        ("phone",
        [
            ("own, in use", $"phone={Uri.EscapeDataString("+14155559999")}"),
            ("called in the oldest 1 % only", $"phone={Uri.EscapeDataString("+13005550199")}"),
            ("own, given up (oldest 10 %)", $"phone={Uri.EscapeDataString("+14155550000")}"),
            ("called now and then", $"phone={Uri.EscapeDataString("+12000050077")}"),
            ("unknown", $"phone={Uri.EscapeDataString("+13995550199")}"),
        ]),
        ("endedReason",
        [
            ("frequent", "endedReason=assistant-ended-call"),
            ("in the oldest 1 % only", "endedReason=silence-timed-out"),
            ("voicemail", "endedReason=voicemail"),
            ("unknown", "endedReason=nothing"),
        ]),
        ("metadata",
        [
            ("batch, 1 %", "metadata%5Bbatch%5D=7"),
            ("an old campaign (oldest 20 %)", "metadata%5Bcampaign%5D=spring"),
            ("the campaign that goes on", "metadata%5Bcampaign%5D=autumn"),
            ("one call's", "metadata%5Border%5D=4711"),
            ("calls that wait", "metadata%5Bbatch%5D=later"),
            ("unknown", "metadata%5Bcampaign%5D=none"),
        ]),
    ];

    private static readonly (string What, string Path)[] s_others =
    [
        ("one call", "calls/{call}"),
        ("`GET /calls`, 100 a page", "calls?limit=100"),
        ("usage, 30 days", "usage"),
        ("usage, 366 days by day", $"usage?from={DaysAgo(365.9)}&groupBy=day"),
        ("events", "events"),
        ("events, 100 a page", "events?limit=100"),
        ("contact search: two letters", "contacts/search?q=jo"),
        ("contact search: `joh`", "contacts/search?q=joh"),
        ("contact search: beginning of a last name", "contacts/search?q=garc%C3%ADa"),
        ("contact search: inside of words", "contacts/search?q=ovelac"),
        ("contact search: one typo", "contacts/search?q=lovlace"),
        ("contact search: nobody", "contacts/search?q=zzyzx"),
        ("contact search: one email", "contacts/search?q=ada.lovelace512"),
        ("contact search: part of a phone number", "contacts/search?q=000512"),
        ("contacts: by phone", "contacts?search=000512"),
        ("contacts: without a letter", "contacts?search=!!!"),
        ("contacts: two tags", "contacts?tags=lead,web"),
        ("contacts: two frequent tags that nobody has both of", "contacts?tags=vip,web"),
        ("contacts: a group, a tag and a search", "contacts?groupId={group}&tags=vip&search=ada"),
        ("do-not-call list", "do-not-call"),
        ("list of groups, with their sizes", "contact-groups"),
    ];

    private static readonly (string What, string Path)[] s_contactLists =
    [
        ("contacts", "contacts?"),
        ("contacts: search", "contacts?search=joh"),
        ("contacts: a tag", "contacts?tags=vip"),
        ("contacts: a group", "contacts?groupId={group}"),
    ];

    public static IReadOnlyList<ScaleRequest> All { get; } =
    [
        .. s_others.Select(other => new ScaleRequest(other.What, other.Path)),
        .. s_contactLists.Select(list => new ScaleRequest(list.What, $"{list.Path}&limit={PageSize}", IsPaged: true)),
        new("`GET /calls`", $"calls?limit={PageSize}", IsPaged: true),
        .. s_filters.SelectMany(filter => filter.Values.Select(value => Filtered($"{filter.Name}: {value.What}", value.Query))),
        .. Pairs(),
    ];

    private static IEnumerable<ScaleRequest> Pairs()
    {
        foreach (var (index, one) in s_filters.Index())
        {
            foreach (var two in s_filters.Skip(index + 1))
            {
                foreach (var first in one.Values.Take(2))
                {
                    foreach (var second in two.Values.Take(2))
                    {
                        yield return Filtered($"{one.Name}: {first.What} + {two.Name}: {second.What}", $"{first.Query}&{second.Query}");
                    }
                }
            }
        }

        yield return Filtered("metadata: batch + an old campaign", "metadata%5Bbatch%5D=7&metadata%5Bcampaign%5D=spring");
        yield return Filtered("metadata: calls that wait + an old campaign", "metadata%5Bbatch%5D=later&metadata%5Bcampaign%5D=spring");
    }

    private static ScaleRequest Filtered(string what, string query) => new(what, $"calls?{query}&limit={PageSize}", IsPaged: true);

    private static string DaysAgo(double days) =>
        DateTime.UtcNow.AddDays(-days).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
