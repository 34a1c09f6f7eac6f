#:property PublishAot=false
// How fast search and the contact list are: dotnet run -c Release bench/contacts.cs -- <server> <key>
// One request after another over one connection: what a single user waits for, not what the server can bear.
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

if (args.Length != 2)
{
    await Console.Error.WriteLineAsync("Usage: dotnet run -c Release bench/contacts.cs -- http://localhost:5080 ek_test_…");
    return 2;
}

const int Samples = 300;
using var http = new HttpClient { BaseAddress = new Uri(args[0]) };
http.DefaultRequestHeaders.Add("X-API-Key", args[1]);
var groups = (await ReadAsync("contact-groups")).RootElement.GetProperty("data").EnumerateArray().ToDictionary(group => group.GetProperty("name").GetString()!, group => group.GetProperty("id").GetString()!);
var half = groups["Every second contact"];
var few = groups["Every thousandth contact"];

(string What, string[] Paths)[] cases =
[
    ("search: two letters", ["contacts/search?q=jo", "contacts/search?q=ma", "contacts/search?q=lo"]),
    ("search: `joh`", ["contacts/search?q=joh"]),
    ("search: beginning of a last name", ["contacts/search?q=lovel", "contacts/search?q=nguy", "contacts/search?q=garc%C3%ADa"]),
    ("search: inside of words", ["contacts/search?q=ohn", "contacts/search?q=ovelac", "contacts/search?q=xampl"]),
    ("search: one typo", ["contacts/search?q=lovlace", "contacts/search?q=thomspon", "contacts/search?q=hamiltin"]),
    ("search: nobody", ["contacts/search?q=zzyzx", "contacts/search?q=qqq", "contacts/search?q=wolfeschlegel"]),
    ("search: one email", ["contacts/search?q=ada.lovelace512000", "contacts/search?q=john.smith307"]),
    ("search: part of a phone number", ["contacts/search?q=000512", "contacts/search?q=99999", "contacts/search?q=%2B12000777"]),
    ("list", ["contacts"]),
    ("list: search", ["contacts?search=joh", "contacts?search=lovelace51", "contacts?search=xampl"]),
    ("list: search by phone", ["contacts?search=000512", "contacts?search=99999"]),
    ("list: search without a letter", ["contacts?search=!!!", "contacts?search=%25%25%25"]),
    ("list: tags", ["contacts?tags=vip", "contacts?tags=lead,web"]),
    ("list: two frequent tags that nobody has both of", ["contacts?tags=vip,web"]),
    ("list: group of 500,000", [$"contacts?groupId={half}"]),
    ("list: group of 1,000", [$"contacts?groupId={few}"]),
    ("list: group, tags and search", [$"contacts?groupId={half}&tags=vip&search=ada", $"contacts?groupId={few}&tags=vip&search=lovelace"]),
    ("do-not-call list", ["do-not-call"]),
    ("list of groups, with their sizes", ["contact-groups"]),
];

Console.WriteLine($"| request | p50 | p95 | worst of {Samples} |");
Console.WriteLine("|---|---|---|---|");
foreach (var (what, paths) in cases)
{
    var times = await TimeAsync(paths, Samples);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {times[Samples / 2]:0.0} ms | {times[Samples * 95 / 100]:0.0} ms | {times[^1]:0.0} ms |"));
}

Console.WriteLine();
Console.WriteLine("| list, 10 a page | page 1 | page 10,000 | ratio of medians |");
Console.WriteLine("|---|---|---|---|");
foreach (var (what, path) in new[] { ("all", "contacts?limit="), ("search=joh", "contacts?search=joh&limit="), ("group of 500,000", $"contacts?groupId={half}&limit=") })
{
    // A cursor belongs to the filters, not to the size of a page: so the way there may be gone in longer steps.
    var cursor = await FollowAsync($"{path}100", null, 999);
    cursor = await FollowAsync($"{path}10", cursor, 9);
    string[] first = [$"{path}10"];
    string[] last = [$"{path}10&cursor={cursor}"];
    List<double> ones = [];
    List<double> tenThousands = [];
    for (var round = 0; round < 10; round++)
    {
        ones.AddRange(await TimeAsync(first, 30));
        tenThousands.AddRange(await TimeAsync(last, 30));
    }

    var (one, tenThousand) = (Median(ones), Median(tenThousands));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {one:0.0} ms | {tenThousand:0.0} ms | {tenThousand / one:0.00} |"));
}

return 0;

async Task<List<double>> TimeAsync(string[] paths, int count)
{
    for (var i = 0; i < 5 * paths.Length; i++)
    {
        await http.GetByteArrayAsync(At(paths[i % paths.Length]));
    }

    List<double> times = [];
    for (var i = 0; i < count; i++)
    {
        var began = Stopwatch.GetTimestamp();
        await http.GetByteArrayAsync(At(paths[i % paths.Length]));
        times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }

    times.Sort();
    return times;
}

async Task<string> FollowAsync(string path, string? cursor, int pages)
{
    for (var i = 0; i < pages; i++)
    {
        using var page = await ReadAsync(cursor is null ? path : $"{path}&cursor={cursor}");
        cursor = page.RootElement.GetProperty("pagination").GetProperty("cursor").GetString() ?? throw new InvalidOperationException($"{path} ends after {i + 1} pages.");
    }

    return cursor!;
}

async Task<JsonDocument> ReadAsync(string path) => JsonDocument.Parse(await http.GetByteArrayAsync(At(path)));

static Uri At(string path) => new($"api/v1/{path}", UriKind.Relative);

static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);
