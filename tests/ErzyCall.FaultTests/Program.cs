using System.Globalization;
using ErzyCall.Api.Commands;
using ErzyCall.FaultTests;

// Breaks what a deployed server may meet, and counts afterwards whether its promises were kept:
//   dotnet run -c Release --project tests/ErzyCall.FaultTests -- calls [minutes] [seed]
//   dotnet run -c Release --project tests/ErzyCall.FaultTests -- webhooks [events]
// Prints a verdict; the exit code is 0 when every promise was kept.
switch (args)
{
    case ["calls", .. { Length: <= 2 } rest]:
        {
            var minutes = rest.Length > 0 ? double.Parse(rest[0], CultureInfo.InvariantCulture) : 1.5;
            var seed = rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : Random.Shared.Next();
            await using var cluster = await Cluster.StartAsync(new Dictionary<string, string> { ["Simulator__Speed"] = "20" });
            var run = new CallFaults(cluster, TimeSpan.FromMinutes(minutes), seed);
            return await run.RunAsync() ? 0 : 1;
        }

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
        await Console.Error.WriteLineAsync("Usage: dotnet run -c Release --project tests/ErzyCall.FaultTests -- calls [minutes] [seed] | webhooks [events]");
        return 2;
}
