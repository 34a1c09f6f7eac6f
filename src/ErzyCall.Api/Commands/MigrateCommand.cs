using System.CommandLine;
using Microsoft.AspNetCore.DataProtection.KeyManagement.Internal;

namespace ErzyCall.Api.Commands;

internal static class MigrateCommand
{
    public static Command Create(CommandHost host)
    {
        var createDatabase = new Option<bool>("--create-database") { Description = "Make the database first, if it is not there" };
        var migrate = new Command("migrate", "Bring the database schema up to date") { createDatabase };
        migrate.SetAction((line, cancellationToken) => host.RunAsync(
            async services =>
            {
                var upgrade = services.GetRequiredService<SchemaUpgrade>();
                if (line.GetValue(createDatabase))
                {
                    await upgrade.CreateDatabaseAsync(cancellationToken);
                }

                await using var progress = Progress.Show("Bringing the schema up to date");
                var upgraded = await upgrade.RunAsync(again: true, cancellationToken);

                // The key that secrets are encrypted with is made here, before any server could need it.
                services.GetRequiredService<IKeyRingProvider>().GetCurrentKeyRing();
                await progress.DisposeAsync();
                if (line.GetValue(ErzyCallCommandLine.Json))
                {
                    host.PrintJson(new { applied = upgraded.Migrations });
                }
                else
                {
                    host.Print(upgraded.Migrations.Count == 0
                        ? "The schema is up to date."
                        : $"Applied: {string.Join(", ", upgraded.Migrations)}");
                    if (upgraded.Rows.Count > 0)
                    {
                        host.Print($"Brought over: {string.Join(", ", upgraded.Rows)}");
                    }
                }
            },
            cancellationToken));
        return migrate;
    }
}
