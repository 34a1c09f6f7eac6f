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
                var applied = await services.GetRequiredService<ErzyCallDbContext>().Database.UpgradeAsync(cancellationToken);
                if (line.GetValue(ErzyCallCommandLine.Json))
                {
                    ErzyCallCommandLine.PrintJson(new { applied });
                }
                else
                {
                    ErzyCallCommandLine.Print(applied.Count == 0 ? "The schema is up to date." : $"Applied: {string.Join(", ", applied)}");
                }
            },
            cancellationToken));
        return migrate;
    }
}
