using System.CommandLine;
using ErzyCall.Api.Features;
using ErzyCall.Api.Features.ApiKeys;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Platform;
using ErzyCall.Api.Platform.Pagination;
using ErzyCall.Api.Platform.Time;

namespace ErzyCall.Api.Commands;

internal static class KeyCommands
{
    public static Command Create(CommandHost host) => new("keys", "API keys")
    {
        CreateKey(host),
        ListKeys(host),
        RevokeKey(host),
    };

    private static Command CreateKey(CommandHost host)
    {
        var org = ErzyCallCommandLine.Organization();
        var name = ErzyCallCommandLine.Name("What the key is for");
        var scopes = new Option<string>("--scopes")
        {
            Required = true,
            Description = $"Comma-separated, e.g. \"{Scopes.CallsRead},{Scopes.CallsWrite}\", or \"{Scopes.Everything}\"",
        };
        scopes.Validators.Add(result =>
        {
            var unknown = Split(result.GetValueOrDefault<string>() ?? "").Where(scope => !Scopes.All.Contains(scope)).ToList();
            if (unknown.Count > 0 || Split(result.GetValueOrDefault<string>() ?? "").Length == 0)
            {
                result.AddError($"--scopes: expected some of {string.Join(", ", Scopes.All)}");
            }
        });
        var expires = ErzyCallCommandLine.Parsed<DateTimeOffset>(
            "--expires",
            "When it stops working; may be in the past",
            text => TimeText.TryParse(text, out var time) ? time : null,
            "an ISO 8601 time with an offset");
        var perMinute = Limit("--per-minute");
        var perHour = Limit("--per-hour");
        var create = new Command("create", "Create a key and print its secret, once") { org, name, scopes, expires, perMinute, perHour };
        create.SetAction((line, cancellationToken) => host.RunAsync(
            async services =>
            {
                var db = services.GetRequiredService<ErzyCallDbContext>();
                var now = services.GetRequiredService<TimeProvider>().Now();
                var organization = await db.Organizations.ExistingAsync(line.GetValue(org), cancellationToken);
                var limits = new RateLimits(
                    line.GetResult(perMinute) is null ? RateLimits.Default.PerMinute : line.GetValue(perMinute),
                    line.GetResult(perHour) is null ? RateLimits.Default.PerHour : line.GetValue(perHour));
                var secret = ApiKeySecret.Generate(organization.Mode);
                DateTimeOffset? expiresAt = line.GetResult(expires) is null ? null : line.GetValue(expires);
                var key = ApiKey.Create(
                    organization.Id,
                    line.GetRequiredValue(name),
                    secret,
                    Split(line.GetRequiredValue(scopes)),
                    limits,
                    expiresAt,
                    now);
                db.ApiKeys.Add(key);
                await db.SaveChangesAsync(cancellationToken);
                if (line.GetValue(ErzyCallCommandLine.Json))
                {
                    host.PrintJson(CreatedApiKeyResponse.Of(key, secret, now));
                }
                else
                {
                    host.Print(secret.Text);
                }
            },
            cancellationToken));
        return create;
    }

    private static Command ListKeys(CommandHost host)
    {
        var org = ErzyCallCommandLine.Organization();
        var list = new Command("list", "List an organization's keys") { org };
        list.SetAction((line, cancellationToken) => host.RunAsync(
            async services =>
            {
                var db = services.GetRequiredService<ErzyCallDbContext>();
                var now = services.GetRequiredService<TimeProvider>().Now();
                var organization = await db.Organizations.ExistingAsync(line.GetValue(org), cancellationToken);
                var keys = await db.ApiKeys.AsNoTracking()
                    .Where(key => key.OrganizationId == organization.Id)
                    .NewestFirst()
                    .ToListAsync(cancellationToken);
                var views = keys.ConvertAll(key => ApiKeyResponse.Of(key, now));
                if (line.GetValue(ErzyCallCommandLine.Json))
                {
                    host.PrintJson(new { data = views });
                    return;
                }

                views.ForEach(key => host.Print($"{key.Id}  {key.Status}  {string.Join(',', key.Scopes)}  {key.Name}"));
            },
            cancellationToken));
        return list;
    }

    private static Command RevokeKey(CommandHost host)
    {
        var id = new Argument<string>("KEY_ID");
        var revoke = new Command("revoke", "Revoke a key, from the next request on") { id };
        revoke.SetAction((line, cancellationToken) => host.RunAsync(
            async services =>
            {
                var db = services.GetRequiredService<ErzyCallDbContext>();
                var now = services.GetRequiredService<TimeProvider>().Now();
                var text = line.GetRequiredValue(id);
                var key = Id<ApiKey>.TryParse(text, out var keyId)
                    ? await db.ApiKeys.SingleOrDefaultAsync(row => row.Id == keyId, cancellationToken)
                    : null;
                if (key is null)
                {
                    throw new OperatorException($"There is no key {text}.");
                }

                key.Revoke(now);
                await db.SaveChangesAsync(cancellationToken);
                if (line.GetValue(ErzyCallCommandLine.Json))
                {
                    host.PrintJson(ApiKeyResponse.Of(key, now));
                }
            },
            cancellationToken));
        return revoke;
    }

    private static string[] Split(string scopes) =>
        scopes.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Option<int> Limit(string name) => ErzyCallCommandLine.Parsed<int>(
        name,
        "Requests; left out: the default",
        text => int.TryParse(text, out var number) && number >= 1 ? number : null,
        "a whole number from 1");
}
