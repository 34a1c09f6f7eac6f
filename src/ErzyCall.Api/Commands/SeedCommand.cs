using System.CommandLine;
using ErzyCall.Api.Platform.Time;

namespace ErzyCall.Api.Commands;

internal static class SeedCommand
{
    public static Command Create(CommandHost host)
    {
        var contacts = Count("--contacts", "Contacts to add to it");
        var calls = Count("--calls", "Finished calls to add to it");
        var seed = new Command("seed", "Make the sample organization, add rows to it for measuring, and print a key of it")
        {
            contacts, calls,
        };
        seed.SetAction((line, cancellationToken) => host.RunAsync(
            async services =>
            {
                var db = services.GetRequiredService<ErzyCallDbContext>();
                var clock = services.GetRequiredService<TimeProvider>();
                var (organization, secret) = await SampleData.EnsureAsync(db, clock, cancellationToken);
                if (line.GetValue(contacts) is > 0 and var contactCount)
                {
                    await BulkData.AddContactsAsync(db, organization.Id, contactCount, clock.Now(), cancellationToken);
                }

                if (line.GetValue(calls) is > 0 and var callCount)
                {
                    await BulkData.AddCallsAsync(db, organization.Id, callCount, clock.Now(), cancellationToken);
                }

                if (line.GetValue(ErzyCallCommandLine.Json))
                {
                    host.PrintJson(new { organizationId = organization.Id, secret = secret.Text });
                }
                else
                {
                    host.Print(secret.Text);
                }
            },
            cancellationToken));
        return seed;
    }

    private static Option<int> Count(string name, string description) => ErzyCallCommandLine.Parsed<int>(
        name,
        description,
        text => int.TryParse(text, out var number) && number is >= 0 and <= 100_000_000 ? number : null,
        "a whole number up to 100,000,000");
}
