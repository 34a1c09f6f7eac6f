using System.CommandLine;
using ErzyCall.Api.Platform.Persistence;

namespace ErzyCall.Api.Commands;

internal static class MigrateCommand
{
    public static Command Create(CommandHost host)
    {
        var migrate = new Command("migrate", "Bring the database schema up to date");
        migrate.SetAction((line, cancellationToken) => host.RunAsync(
            async services =>
            {
                var upgraded = await services.GetRequiredService<SchemaUpgrade>().RunAsync(again: true, cancellationToken);
                if (line.GetValue(ErzyCallCommandLine.Json))
                {
                    ErzyCallCommandLine.PrintJson(new { applied = upgraded.Migrations });
                }
                else
                {
                    ErzyCallCommandLine.Print(upgraded.Migrations.Count == 0 ? "The schema is up to date." : $"Applied: {string.Join(", ", upgraded.Migrations)}");
                    if (upgraded.Rows.Count > 0)
                    {
                        ErzyCallCommandLine.Print($"Brought over: {string.Join(", ", upgraded.Rows)}");
                    }
                }
            },
            cancellationToken));
        return migrate;
    }
}
