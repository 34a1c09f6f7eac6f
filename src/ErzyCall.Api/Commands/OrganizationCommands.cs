using System.CommandLine;
using ErzyCall.Api.Platform;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using ErzyCall.Api.Platform.Time;
using Microsoft.EntityFrameworkCore;

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
    public static async Task<Organization> ExistingAsync(this DbSet<Organization> organizations, Id<Organization> id, CancellationToken cancellationToken) =>
        await organizations.SingleOrDefaultAsync(row => row.Id == id, cancellationToken) ?? throw new OperatorException($"There is no organization {id}.");

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
                var organization = Organization.Create(line.GetRequiredValue(name), mode, services.GetRequiredService<TimeProvider>().Now(), line.GetValue(maxCalls));
                db.Organizations.Add(organization);
                await db.SaveChangesAsync(cancellationToken);
                PrintOne(line, organization);
            },
            cancellationToken));
        return create;
    }

    private static Command SetOrganization(CommandHost host)
    {
        var id = new Argument<string>("ID");
        id.Validators.Add(result =>
        {
            if (!Id<Organization>.TryParse(result.GetValueOrDefault<string>(), out _))
            {
                result.AddError("ID: expected an organization id (org_…)");
            }
        });
        var maxCalls = MaxCalls();
        maxCalls.Required = true;
        var set = new Command("set", "Change an organization's limit of concurrent calls") { id, maxCalls };
        set.SetAction((line, cancellationToken) => host.RunAsync(
            async services =>
            {
                var db = services.GetRequiredService<ErzyCallDbContext>();
                var organization = await db.Organizations.ExistingAsync(Id<Organization>.Parse(line.GetRequiredValue(id)), cancellationToken);
                organization.MaxConcurrentCalls = line.GetValue(maxCalls);
                await db.SaveChangesAsync(cancellationToken);
                PrintOne(line, organization);
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
                    ErzyCallCommandLine.PrintJson(new { data = organizations.Select(View) });
                    return;
                }

                foreach (var organization in organizations)
                {
                    ErzyCallCommandLine.Print($"{organization.Id}  {(organization.Mode is OrganizationMode.Live ? "live" : "test")}  max {organization.MaxConcurrentCalls} calls  {organization.Name}");
                }
            },
            cancellationToken));
        return list;
    }

    private static Option<int> MaxCalls() => ErzyCallCommandLine.Parsed<int>(
        "--max-calls",
        "How many of its calls may be under way at once",
        text => int.TryParse(text, out var number) && number >= 1 ? number : null,
        "a whole number from 1");

    private static void PrintOne(ParseResult line, Organization organization)
    {
        if (line.GetValue(ErzyCallCommandLine.Json))
        {
            ErzyCallCommandLine.PrintJson(View(organization));
        }
        else
        {
            ErzyCallCommandLine.Print(organization.Id.ToString());
        }
    }

    private static object View(Organization organization) =>
        new { organization.Id, organization.Name, organization.Mode, organization.MaxConcurrentCalls, organization.CreatedAt };
}
