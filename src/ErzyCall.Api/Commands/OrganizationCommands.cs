using System.CommandLine;
using System.Globalization;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Platform;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Time;

namespace ErzyCall.Api.Commands;

internal static class OrganizationCommands
{
    public static Command Create(CommandHost host) => new("orgs", "Organizations")
    {
        CreateOrganization(host),
        SetOrganization(host),
        ListOrganizations(host),
    };

    /// <exception cref="OperatorException">There is no such organization.</exception>
    public static async Task<Organization> ExistingAsync(
        this DbSet<Organization> organizations, Id<Owner> id, CancellationToken cancellationToken) =>
        await organizations.SingleOrDefaultAsync(row => row.Id == id, cancellationToken)
        ?? throw new OperatorException($"There is no organization {id}.");

    private static Command CreateOrganization(CommandHost host)
    {
        var name = ErzyCallCommandLine.Name("Its name");
        var live = new Option<bool>("--live") { Description = "It reaches real people; otherwise it is a test organization" };
        var maxCalls = MaxCalls();
        maxCalls.DefaultValueFactory = _ => Organization.DefaultMaxConcurrentCalls;
        var create = new Command("create", "Create an organization and print its id") { name, live, maxCalls };
        create.SetAction((line, cancellationToken) => host.RunAsync(
            async services =>
            {
                var db = services.GetRequiredService<ErzyCallDbContext>();
                var mode = line.GetValue(live) ? OrganizationMode.Live : OrganizationMode.Test;
                var now = services.GetRequiredService<TimeProvider>().Now();
                var organization = Organization.Create(line.GetRequiredValue(name), mode, now, line.GetValue(maxCalls));
                db.Organizations.Add(organization);
                await db.SaveChangesAsync(cancellationToken);
                PrintOne(host, line, organization);
            },
            cancellationToken));
        return create;
    }

    private static Command SetOrganization(CommandHost host)
    {
        var id = new Argument<string>("ID");
        id.Validators.Add(result =>
        {
            if (!Id<Owner>.TryParse(result.GetValueOrDefault<string>(), out _))
            {
                result.AddError("ID: expected an organization id (org_…)");
            }
        });
        var maxCalls = MaxCalls();
        var maxWaiting = Limit("--max-waiting", "How many of its calls may wait to be dialled");
        var perMinute = Limit("--per-minute", "Requests a minute of all its keys together");
        var perHour = Limit("--per-hour", "Requests an hour of all its keys together");
        var set = new Command("set", "Change an organization's limits") { id, maxCalls, maxWaiting, perMinute, perHour };
        set.Validators.Add(result =>
        {
            if (!set.Options.Any(option => result.GetResult(option) is not null))
            {
                result.AddError($"Name a limit: {string.Join(", ", set.Options.Select(option => option.Name))}");
            }
        });
        set.SetAction((line, cancellationToken) => host.RunAsync(
            async services =>
            {
                var db = services.GetRequiredService<ErzyCallDbContext>();
                var organization = await db.Organizations.ExistingAsync(Id<Owner>.Parse(line.GetRequiredValue(id)), cancellationToken);
                organization.MaxConcurrentCalls =
                    line.GetResult(maxCalls) is null ? organization.MaxConcurrentCalls : line.GetValue(maxCalls);
                organization.MaxWaitingCalls = line.GetValue(maxWaiting).Or(organization.MaxWaitingCalls);
                organization.PerMinute = line.GetValue(perMinute).Or(organization.PerMinute);
                organization.PerHour = line.GetValue(perHour).Or(organization.PerHour);
                await db.SaveChangesAsync(cancellationToken);
                PrintOne(host, line, organization);
            },
            cancellationToken));
        return set;
    }

    private static Command ListOrganizations(CommandHost host)
    {
        var list = new Command("list", "List all organizations");
        list.SetAction((line, cancellationToken) => host.RunAsync(
            async services =>
            {
                var organizations = await services.GetRequiredService<ErzyCallDbContext>().Organizations.AsNoTracking()
                    .OrderBy(organization => organization.CreatedAt).ThenBy(organization => organization.Id)
                    .ToListAsync(cancellationToken);
                if (line.GetValue(ErzyCallCommandLine.Json))
                {
                    host.PrintJson(new { data = organizations.Select(View) });
                    return;
                }

                foreach (var organization in organizations)
                {
                    var mode = organization.Mode is OrganizationMode.Live ? "live" : "test";
                    host.Print($"{organization.Id}  {mode}  max {organization.MaxConcurrentCalls} calls  {organization.Name}");
                }
            },
            cancellationToken));
        return list;
    }

    private static Option<int> MaxCalls() => ErzyCallCommandLine.Parsed<int>(
        "--max-calls",
        "How many of its calls may be under way at once",
        Number,
        "a whole number from 1");

    /// <summary>The option of a limit that has a default to go back to.</summary>
    private static Option<Optional<int?>> Limit(string name, string description) => ErzyCallCommandLine.Parsed<Optional<int?>>(
        name,
        $"{description}, or 'default'",
        text => text == "default" ? new Optional<int?>(null) : Number(text) is { } number ? new Optional<int?>(number) : null,
        "a whole number from 1, or 'default'");

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 ? number : null;

    private static void PrintOne(CommandHost host, ParseResult line, Organization organization)
    {
        if (line.GetValue(ErzyCallCommandLine.Json))
        {
            host.PrintJson(View(organization));
        }
        else
        {
            host.Print(organization.Id.ToString());
        }
    }

    private static object View(Organization organization) => new
    {
        organization.Id,
        organization.Name,
        organization.Mode,
        organization.MaxConcurrentCalls,
        organization.MaxWaitingCalls,
        organization.PerMinute,
        organization.PerHour,
        organization.CreatedAt,
    };
}
