using System.Globalization;
using ErzyCall.FaultTests;

// Breaks what a deployed server may meet, and counts afterwards whether its promises were kept:
//   dotnet run -c Release --project tests/ErzyCall.FaultTests -- webhooks [events]
// Prints a verdict; the exit code is 0 when every promise was kept.
if (args is not ["webhooks", .. var rest] || rest.Length > 1)
{
    await Console.Error.WriteLineAsync("Usage: dotnet run -c Release --project tests/ErzyCall.FaultTests -- webhooks [events]");
    return 2;
}

var events = rest is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 10_000;
await using var cluster = await Cluster.StartAsync();
using var run = new WebhookFaults(cluster, events);
return await run.RunAsync() ? 0 : 1;
