using System.Text.RegularExpressions;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Conventions;

/// <summary>
/// Every statement of every route that reads or changes rows of organizations asks for those of one: the statements themselves are looked at, so that
/// it does not depend on what other organizations happen to have.
/// </summary>
public sealed partial class OwnedStatementsTests(TestRun run)
{
    /// <summary>Statements that go by ids which a statement before them, in the same transaction, has found among the caller's own.</summary>
    private static readonly string[] s_goByFoundIds =
    [
        "FROM calls WHERE id = @p0 FOR UPDATE",
        "JOIN contacts ON contacts.id = member.contact_id",
        "FROM events WHERE events.id = pair.event_id",
    ];

    [Fact]
    public async Task Every_statement_of_a_request_on_owned_rows_names_their_organization()
    {
        var recorder = new CommandRecorder();
        await using var server = await run.StartServerAsync(
            new TestServerOptions { Services = services => services.ConfigureDbContext<ErzyCallDbContext>(db => db.AddInterceptors(recorder)) });
        var tables = await server.InDatabaseAsync(db => Task.FromResult(db.Model.GetEntityTypes()
            .Where(entity => entity.ClrType.IsAssignableTo(typeof(IOwned)))
            .Select(entity => entity.GetTableName()!)
            .ToHashSet()));
        Assert.Contains("calls", tables);
        var tenant = await server.CreateTenantAsync();
        var contact = await tenant.CreateContactAsync();
        var unbound = new List<string>();
        var seen = 0;
        foreach (var route in RouteTable.Of(server))
        {
            var ids = new Dictionary<string, string>();
            foreach (var parameter in route.Parameters)
            {
                ids[parameter] = await TenantIsolationTests.MakeAsync(parameter, tenant);
            }

            recorder.Commands.Clear();
            await RouteTable.SendFittingAsync(tenant.Api, route, route.PathWith(parameter => ids[parameter]), contact);
            var owned = recorder.Commands.Where(command => !command.SavesRows && IsOn(tables, command.Sql)).ToList();
            seen += owned.Count;
            unbound.AddRange(owned.Where(command => !Organization().IsMatch(command.Sql)).Select(command => $"{route}:\n{command.Sql}"));
        }

        Assert.True(seen > 100, $"Only {seen} statements were looked at.");
        var unexplained = unbound.Where(statement => !s_goByFoundIds.Any(known => statement.Contains(known, StringComparison.Ordinal))).ToList();
        Assert.True(unexplained.Count == 0, string.Join("\n\n", unexplained));
        Assert.All(s_goByFoundIds, known => Assert.Contains(unbound, statement => statement.Contains(known, StringComparison.Ordinal)));
    }

    private static bool IsOn(HashSet<string> tables, string sql) => Tables().Matches(sql).Any(table => tables.Contains(table.Groups["table"].Value));

    [GeneratedRegex(@"\b(?:FROM|JOIN|UPDATE)\s+(?<table>\w+)")]
    private static partial Regex Tables();

    /// <summary>The organization is compared with a value, or handed to a function of the database.</summary>
    [GeneratedRegex(@"organization_id = |\w+\(@\w*OrganizationId")]
    private static partial Regex Organization();
}
