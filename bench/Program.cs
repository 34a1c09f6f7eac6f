using System.CommandLine;
using ErzyCall.Bench.Comparison;
using ErzyCall.Bench.Copies;
using ErzyCall.Bench.Cost;
using ErzyCall.Bench.Floor;
using ErzyCall.Bench.Load;
using ErzyCall.Bench.Scale;

// Measures the server on this machine: docs/performance.md tells how, and what was found.
//   dotnet run -c Release --project bench
switch (args)
{
    case [FloorServer.Command]:
        await FloorServer.RunAsync();
        return 0;
    case [Receiver.Command]:
        await Receiver.RunAsync();
        return 0;
}

foreach (var (name, value) in LoadGenerator.SocketSettings)
{
    Environment.SetEnvironmentVariable(name, value);
}

var root = new RootCommand("Measure the published server beside a floor that somebody would write by hand.");
foreach (var option in ComparisonOptions.All)
{
    root.Add(option);
}

root.Add(CopiesCommand.Create());
root.Add(CostCommand.Create());
root.Add(ScaleOptions.Command());
root.SetAction((line, _) => Comparing.RunAsync(ComparisonOptions.Of(line)));
return await root.Parse(args).InvokeAsync();
