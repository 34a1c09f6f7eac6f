using System.CommandLine;
using ErzyCall.Api.Commands;

namespace ErzyCall.Local;

internal static class DatabasesCommand
{
    /// <summary>
    /// Makes the command that starts PostgreSQL and Redis alone: for <c>psql</c>, for measurements, and for several copies of the server
    /// side by side.
    /// </summary>
    public static Command Create(CommandHost host)
    {
        var databases = new Command("databases", "Start PostgreSQL and Redis alone, print both connection strings, and stay until stopped");
        databases.SetAction(async (line, cancellationToken) =>
        {
            using var configuration = new ConfigurationManager();
            configuration.AddEnvironmentVariables();
            using var logging = LocalHost.CreateConsoleLogging();
            await using var running = await LocalHost.StartDatabasesAsync(
                configuration, LocalDatabasesMode.Serve, logging, cancellationToken);
            var postgres = configuration.GetConnectionString("Postgres")!;
            var redis = configuration.GetConnectionString("Redis")!;
            if (line.GetValue(ErzyCallCommandLine.Json))
            {
                host.PrintJson(new { postgres, redis });
            }
            else
            {
                host.Print($"ConnectionStrings__Postgres={postgres}");
                host.Print($"ConnectionStrings__Redis={redis}");
            }

            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        return databases;
    }
}
