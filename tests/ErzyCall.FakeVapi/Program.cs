using System.Globalization;
using ErzyCall.VapiStandIn.Playing;

namespace ErzyCall.VapiStandIn;

/// <summary>
/// The platform as a process of its own, which plays the calls that it is ordered and stays alive when servers are killed. It prints one line, when it is ready:
/// <c>Ready http://127.0.0.1:8099</c>. Signals end it. What it has seen is told by <c>GET /fake/summary</c>, and by the journal.
/// </summary>
internal static class Program
{
    private const string Usage =
        "Usage: dotnet ErzyCall.FakeVapi.dll [--urls http://127.0.0.1:PORT] [--private-key KEY] [--public-key KEY] [--journal FILE] [--seed N] [--speed S] [--number +1…=UUID]…";

    public static async Task<int> Main(string[] args)
    {
        var settings = new Dictionary<string, string>();
        var numbers = new List<VapiNumber>();
        foreach (var pair in args.Chunk(2))
        {
            if (pair is ["--number", var number] && number.Split('=') is [var digits, var id] && Guid.TryParse(id, out var uuid))
            {
                numbers.Add(new VapiNumber(digits, uuid));
            }
            else if (pair is ["--urls" or "--private-key" or "--public-key" or "--journal" or "--seed" or "--speed", var value])
            {
                settings[pair[0]] = value;
            }
            else
            {
                await Console.Error.WriteLineAsync(Usage);
                return 2;
            }
        }

        var speed = double.Parse(settings.GetValueOrDefault("--speed", "1"), CultureInfo.InvariantCulture);
        using var journal = settings.TryGetValue("--journal", out var path) ? new Journal(path, TimeProvider.System) : null;
        var defaults = new FakeVapiOptions();
        await using var vapi = await FakeVapi.StartAsync(new FakeVapiOptions
        {
            Url = settings.GetValueOrDefault("--urls", defaults.Url),
            PrivateKey = settings.GetValueOrDefault("--private-key", defaults.PrivateKey),
            PublicKey = settings.GetValueOrDefault("--public-key", defaults.PublicKey),
            Numbers = numbers.Count > 0 ? numbers : defaults.Numbers,
            Speed = speed,
            HangUpReportAfter = TimeSpan.FromSeconds(1) / speed,
            KeepsTraffic = false,
            Journal = journal,
        });
        CallPlayer.Play(vapi, int.Parse(settings.GetValueOrDefault("--seed", "1"), CultureInfo.InvariantCulture), speed);
        await Console.Out.WriteLineAsync($"Ready {vapi.Address}");
        await vapi.WhenToldToEndAsync();
        return 0;
    }
}
