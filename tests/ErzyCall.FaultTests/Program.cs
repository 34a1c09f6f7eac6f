using System.Globalization;
using ErzyCall.Api.Commands;
using ErzyCall.FaultTests;

// Breaks what a deployed server may meet, and counts afterwards whether its promises were kept:
//   dotnet run -c Release --project tests/ErzyCall.FaultTests -- calls [minutes] [seed]
//   dotnet run -c Release --project tests/ErzyCall.FaultTests -- carriers [minutes] [seed]
//   dotnet run -c Release --project tests/ErzyCall.FaultTests -- webhooks [events]
// Prints a verdict; the exit code is 0 when every promise was kept.
switch (args)
{
    case ["calls", .. { Length: <= 2 } rest]:
        {
            await using var cluster = await Cluster.StartAsync(new Dictionary<string, string> { ["Simulator__Speed"] = "20" });
            var run = new CallFaults(cluster, Minutes(rest, 1.5), Seed(rest));
            return await run.RunAsync() ? 0 : 1;
        }

    case ["carriers", .. { Length: <= 2 } rest]:
        return await CarrierFaults.RunAsync(Minutes(rest, 12), Seed(rest)) ? 0 : 1;

    case ["webhooks", .. { Length: <= 1 } rest]:
        {
            await using var cluster = await Cluster.StartAsync();
            var run = new WebhookFaults(cluster, rest is [var events] ? int.Parse(events, CultureInfo.InvariantCulture) : 10_000);
            return await run.RunAsync() ? 0 : 1;
        }

    // One copy of the server, as Cluster starts it.
    case [SkewedHost.Command, var off]:
        return await ErzyCallCommandLine.RunAsync([], new SkewedHost(TimeSpan.Parse(off, CultureInfo.InvariantCulture)));

    default:
        await Console.Error.WriteLineAsync(
            "Usage: dotnet run -c Release --project tests/ErzyCall.FaultTests -- calls [minutes] [seed] | carriers [minutes] [seed] | webhooks [events]");
        return 2;
}

static TimeSpan Minutes(string[] rest, double usual) => TimeSpan.FromMinutes(rest.Length > 0 ? double.Parse(rest[0], CultureInfo.InvariantCulture) : usual);

static int Seed(string[] rest) => rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : Random.Shared.Next();
