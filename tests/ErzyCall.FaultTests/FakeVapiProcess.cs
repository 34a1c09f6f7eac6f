using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ErzyCall.VapiStandIn;

namespace ErzyCall.FaultTests;

/// <summary>
/// The stand-in for the voice platform Vapi, in a process of its own that nobody kills. It plays calls well and badly, as its seed says, and is the witness of what was
/// dialled and who was on the phone, which no server has a hand in.
/// </summary>
internal sealed class FakeVapiProcess : IAsyncDisposable
{
    private static readonly FakeVapiOptions s_defaults = new();

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _journal;
    private readonly HttpClient _http;

    private FakeVapiProcess(Process process, int port, string journal)
    {
        _process = process;
        _journal = journal;
        _http = new HttpClient { BaseAddress = AddressAt(port) };
    }

    public static string PrivateKey => s_defaults.PrivateKey;

    public static string PublicKey => s_defaults.PublicKey;

    /// <summary>The phone number that its account has.</summary>
    public static string Number => s_defaults.Numbers[0].Number;

    public static Uri AddressAt(int port) => new($"http://127.0.0.1:{port}");

    /// <param name="folder">Where it keeps its journal.</param>
    /// <param name="speed">By how much its times are divided.</param>
    public static async Task<FakeVapiProcess> StartAsync(int port, string folder, int seed, double speed)
    {
        var journal = Path.Combine(folder, "vapi");
        var start = new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "ErzyCall.FakeVapi.dll"), "--urls", AddressAt(port).ToString(), "--journal", journal,
            "--seed", seed.ToString(CultureInfo.InvariantCulture), "--speed", speed.ToString(CultureInfo.InvariantCulture),
        ])
        { RedirectStandardOutput = true };
        var vapi = new FakeVapiProcess(Process.Start(start)!, port, journal);
        try
        {
            return await vapi._process.StandardOutput.ReadLineAsync().WaitAsync(s_patience) is { } line && line.StartsWith("Ready", StringComparison.Ordinal)
                ? vapi
                : throw new InvalidOperationException("The stand-in for Vapi did not start.");
        }
        catch
        {
            await vapi.DisposeAsync();
            throw;
        }
    }

    public async Task<VapiSummary> SummaryAsync() => VapiSummary.Of(JsonElement.Parse(await _http.GetStringAsync(new Uri("/fake/summary", UriKind.Relative))));

    /// <summary>By the platform's id of a call: when a server first took a word about it.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> FirstWordsTakenAsync()
    {
        var lines = await File.ReadAllLinesAsync(_journal);
        return lines
            .Select(line => line.Split('\t'))
            .Where(line => line[1].StartsWith("callback 2", StringComparison.Ordinal))
            .GroupBy(line => line[2], line => DateTimeOffset.Parse(line[0], CultureInfo.InvariantCulture))
            .ToDictionary(words => words.Key, words => words.Min());
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }
}

/// <summary>What the stand-in has seen.</summary>
/// <param name="OrderedAgain">The names of calls that were ordered more than once.</param>
/// <param name="Up">How many calls are not over.</param>
internal sealed record VapiSummary(int Orders, IReadOnlyList<string> OrderedAgain, int Up, IReadOnlyList<PlayedCall> Calls)
{
    public static VapiSummary Of(JsonElement json) => new(
        json.GetProperty("orders").GetInt32(),
        [.. json.GetProperty("orderedAgain").EnumerateArray().Select(name => name.GetString()!)],
        json.GetProperty("up").GetInt32(),
        [.. json.GetProperty("calls").EnumerateArray().Select(PlayedCall.Of)]);
}

/// <param name="Id">The platform's own id.</param>
/// <param name="Name">The reference of whoever ordered it: our id.</param>
/// <param name="Fate">A <see cref="VapiStandIn.Playing.PlayedFate"/>.</param>
/// <param name="HangUpAt">When whoever ordered it hung up.</param>
internal sealed record PlayedCall(
    string Id,
    string Name,
    string Number,
    string Fate,
    DateTimeOffset? OrderedAt,
    DateTimeOffset? RingingAt,
    DateTimeOffset? ToolCalledAt,
    DateTimeOffset? EndedAt,
    DateTimeOffset? HangUpAt,
    string? EndedReason)
{
    public static PlayedCall Of(JsonElement json)
    {
        return new PlayedCall(
            Text("id")!, Text("name")!, Text("number")!, Text("fate")!,
            Time("orderedAt"), Time("ringingAt"), Time("toolCalledAt"), Time("endedAt"), Time("hangUpAt"), Text("endedReason"));

        string? Text(string name) => json.GetProperty(name).GetString();

        DateTimeOffset? Time(string name) => Text(name) is { } time ? DateTimeOffset.Parse(time, CultureInfo.InvariantCulture) : null;
    }
}
