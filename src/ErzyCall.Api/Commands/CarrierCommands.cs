using System.CommandLine;
using System.Globalization;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Calls.Dispatch.Callbacks;
using ErzyCall.Api.Features.Calls.Dispatch.Vapi;
using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Platform;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Secrets;
using ErzyCall.Api.Platform.Time;

namespace ErzyCall.Api.Commands;

/// <summary>The commands by which an operator joins an organization to a carrier that rings real phones.</summary>
internal static class CarrierCommands
{
    /// <summary>The time that a carrier, and the server's own public address, have to answer a check.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private static readonly Argument<Id<CarrierAccount>> s_account = new("account")
    {
        Description = "The account's id",
        CustomParser = argument =>
        {
            if (Id<CarrierAccount>.TryParse(argument.Tokens[0].Value, out var id))
            {
                return id;
            }

            argument.AddError("account: expected a carrier account id (carr_…)");
            return default;
        },
    };

    public static Command Create(CommandHost host) => new("carriers", "Accounts with carriers that ring real phones")
    {
        Connect(host),
        Check(host),
        List(host),
        Disconnect(host),
    };

    private static Command Connect(CommandHost host)
    {
        var org = ErzyCallCommandLine.Organization();
        var provider = new Option<string>("--provider") { Required = true, Description = "The carrier: vapi" };
        provider.AcceptOnlyFromAmong(VapiCarrier.ProviderName);
        var name = ErzyCallCommandLine.Name("A name for the account; connecting it again replaces its secrets");
        var baseAddress = ErzyCallCommandLine.Parsed<HttpAddress>(
            "--base-address", "The carrier's address, where it is not the usual one", HttpAddress.TryParse, "an https address");
        var pace = ErzyCallCommandLine.Parsed<decimal>(
            "--calls-per-second",
            "The most calls that the carrier takes in a second; without it there is no such limit",
            text => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && number is >= 0.001m and <= 1000
                    ? number
                    : null,
            "a number from 0.001 to 1000");
        var connect = new Command(
            "connect",
            "Connect an account, or connect it again, and print its id. Its secrets are read from VAPI_PRIVATE_KEY and VAPI_PUBLIC_KEY, "
            + "else from standard input, a line each in this order")
        {
            org, provider, name, baseAddress, pace,
        };
        connect.SetAction((line, cancellationToken) => host.RunAsync(
            async services =>
            {
                var db = services.GetRequiredService<ErzyCallDbContext>();
                var organization = await db.Organizations.ExistingAsync(line.GetValue(org), cancellationToken);
                if (organization.Mode is OrganizationMode.Test)
                {
                    throw new OperatorException($"{organization.Id} is a test organization: its calls are simulated, and ring nobody.");
                }

                RequirePublicAddress(services);
                var carrier = services.GetRequiredService<CarrierProviders>().Find(line.GetRequiredValue(provider))!;
                var secrets = await ErzyCallCommandLine.ReadSecretsAsync(carrier.SecretNames, host.Input, cancellationToken);
                if (!secrets.All(secret => secret.All(char.IsAscii)))
                {
                    throw new OperatorException("The secrets have characters that no key has: was something else copied with them?");
                }

                var account = await db.CarrierAccounts.SingleOrDefaultAsync(
                    row => row.OrganizationId == organization.Id && row.Name == line.GetRequiredValue(name), cancellationToken);
                if (account is null)
                {
                    var now = services.GetRequiredService<TimeProvider>().Now();
                    account = CarrierAccount.Create(organization.Id, carrier.Name, line.GetRequiredValue(name), now);
                    db.CarrierAccounts.Add(account);
                }
                else if (account.Provider != carrier.Name)
                {
                    throw new OperatorException($"{account.Id} has this name, and is an account with {account.Provider}.");
                }

                var encryption = services.GetRequiredService<Encryption>();
                account.Connect(
                    CarrierSecrets.Renew(account, encryption, secrets[0], secrets.Count > 1 ? secrets[1] : null).Encrypt(encryption),
                    line.GetValue(baseAddress).Text,
                    line.GetResult(pace) is null ? null : line.GetValue(pace));
                await db.SaveChangesAsync(cancellationToken);
                Print(host, line, account);
            },
            cancellationToken));
        return connect;
    }

    private static Command Check(CommandHost host)
    {
        var check = new Command(
            "check",
            "Ask the carrier whether the account can be used, and the server's public address whether callbacks arrive; "
            + "an account that the carrier takes again is active again")
        {
            s_account,
        };
        check.SetAction((line, cancellationToken) => host.RunAsync(
            async services =>
            {
                var db = services.GetRequiredService<ErzyCallDbContext>();
                var account = await FindAsync(db, line.GetRequiredValue(s_account), cancellationToken);
                if (account.Status == CarrierAccountStatus.Disconnected)
                {
                    throw new OperatorException($"{account.Id} is disconnected. Connect it again with carriers connect.");
                }

                var answer = await AskAsync(services, account, cancellationToken);
                account.Found((answer as AccountCheck.Refused)?.Failure is { } failure ? $"{failure.Code}: {failure.Message}" : null);
                await db.SaveChangesAsync(cancellationToken);
                if (answer is not AccountCheck.Able { Numbers: var numbers })
                {
                    throw new OperatorException($"{account.Provider} refuses the account: {account.StatusMessage}");
                }

                await CheckCallbacksAsync(services, account, cancellationToken);
                if (line.GetValue(ErzyCallCommandLine.Json))
                {
                    host.PrintJson(new AccountCheckResult(CarrierAccountResponse.Of(account), numbers));
                    return;
                }

                host.Print($"{account.Id} can be used. Callbacks arrive. Numbers:");
                foreach (var number in numbers)
                {
                    host.Print($"{number.Number ?? "(no phone number)"}  {number.Id}");
                }
            },
            cancellationToken));
        return check;
    }

    private static Command List(CommandHost host)
    {
        var org = ErzyCallCommandLine.Organization();
        var list = new Command("list", "List an organization's accounts") { org };
        list.SetAction((line, cancellationToken) => host.RunAsync(
            async services =>
            {
                var db = services.GetRequiredService<ErzyCallDbContext>();
                var organization = await db.Organizations.ExistingAsync(line.GetValue(org), cancellationToken);
                var accounts = await db.CarrierAccounts.AsNoTracking()
                    .Where(account => account.OrganizationId == organization.Id)
                    .OrderBy(account => account.CreatedAt)
                    .ToListAsync(cancellationToken);
                if (line.GetValue(ErzyCallCommandLine.Json))
                {
                    host.PrintJson(Data.Of(accounts.ConvertAll(CarrierAccountResponse.Of)));
                    return;
                }

                foreach (var account in accounts)
                {
                    host.Print($"{account.Id}  {account.Provider}  {account.Status}  {account.Name}  {account.StatusMessage}".TrimEnd());
                }
            },
            cancellationToken));
        return list;
    }

    private static Command Disconnect(CommandHost host)
    {
        var disconnect = new Command("disconnect", "Make no more calls with an account, and erase its secrets once no call is under way")
        {
            s_account,
        };
        disconnect.SetAction((line, cancellationToken) => host.RunAsync(
            async services =>
            {
                var db = services.GetRequiredService<ErzyCallDbContext>();
                var account = await FindAsync(db, line.GetRequiredValue(s_account), cancellationToken);

                // No call begins any more once this is committed; only then can those that are under way be counted.
                account.Disconnect(erases: false);
                await db.SaveChangesAsync(cancellationToken);
                var underWay = await db.Calls.CountAsync(
                    call => call.CarrierAccountId == account.Id
                        && (call.Status == CallStatus.Processing || (call.HangUpRequestedAt != null && call.HangUpSentAt == null)),
                    cancellationToken)
                    + await db.StrayCalls.CountAsync(
                        stray => stray.CarrierAccountId == account.Id && stray.HangUpAt != null, cancellationToken);
                if (underWay == 0)
                {
                    account.Disconnect(erases: true);
                    await db.SaveChangesAsync(cancellationToken);
                }
                else
                {
                    await host.Error.WriteLineAsync(
                        $"{underWay} calls are under way, and need the secrets to be hung up. Run this again when they are over, to erase "
                        + "them.");
                }

                Print(host, line, account);
            },
            cancellationToken));
        return disconnect;
    }

    private static void Print(CommandHost host, ParseResult line, CarrierAccount account)
    {
        if (line.GetValue(ErzyCallCommandLine.Json))
        {
            host.PrintJson(CarrierAccountResponse.Of(account));
        }
        else
        {
            host.Print(account.Id.ToString());
        }
    }

    private static async Task<CarrierAccount> FindAsync(ErzyCallDbContext db, Id<CarrierAccount> id, CancellationToken cancellationToken) =>
        await db.CarrierAccounts.SingleOrDefaultAsync(row => row.Id == id, cancellationToken)
            ?? throw new OperatorException($"There is no carrier account {id}.");

    private static async Task<AccountCheck> AskAsync(IServiceProvider services, CarrierAccount account, CancellationToken cancellationToken)
    {
        try
        {
            return await services.GetRequiredService<CarrierProviders>().Of(account)
                .CheckAsync(account, cancellationToken)
                .WaitAsync(s_patience, cancellationToken);
        }
        catch (CarrierUnreachableException unreachable)
        {
            throw new OperatorException(unreachable.Message, unreachable);
        }
        catch (TimeoutException late)
        {
            throw new OperatorException($"{account.Provider} did not answer within {s_patience.TotalSeconds} seconds.", late);
        }
    }

    /// <summary>
    /// Goes the way of a callback, from outside: the server at the public address must turn away one without its token, and take one with
    /// it for what it is, a callback about a call that there never was.
    /// </summary>
    private static async Task CheckCallbacksAsync(IServiceProvider services, CarrierAccount account, CancellationToken cancellationToken)
    {
        var place = RequirePublicAddress(services);
        var secrets = CarrierSecrets.Of(account, services.GetRequiredService<Encryption>())!;
        var never = Id<Call>.New(services.GetRequiredService<TimeProvider>().Now());
        var url = $"{place}{CallbackRoutes.PathOf(account.Id, never)}";
        using var http = new HttpClient { Timeout = s_patience };
        var without = await KnockAsync(token: null);
        var with = await KnockAsync(secrets.TokenOf(never.ToString()));
        if (without is not StatusCodes.Status401Unauthorized || with is not StatusCodes.Status404NotFound)
        {
            throw new OperatorException(
                $"The carrier takes the account, but callbacks do not arrive: {url} answered {without} and {with} instead of 401 and 404. "
                + "Does Http:PublicUrl lead to this server?");
        }

        async Task<int> KnockAsync(string? token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url);
            request.Headers.Add(VapiOrder.TokenHeader, token is null ? [] : [token]);
            try
            {
                using var response = await http.SendAsync(request, cancellationToken);
                return (int)response.StatusCode;
            }
            catch (Exception failure)
                when (failure is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new OperatorException(
                    $"The carrier takes the account, but callbacks do not arrive: {url} cannot be reached. {failure.Message}", failure);
            }
        }
    }

    /// <exception cref="OperatorException">There is none, or one over which tokens would be sent in the clear.</exception>
    private static string RequirePublicAddress(IServiceProvider services)
    {
        var place = services.GetRequiredService<PublicAddress>().Absolute
            ?? throw new OperatorException(
                "Http:PublicUrl is not set: carriers report to it, such as https://voice.example.com. Set it for this command and the "
                + "server.");
        var url = new Uri(place);
        return url.Scheme == Uri.UriSchemeHttps || url.IsLoopback || services.GetRequiredService<IHostEnvironment>().IsDevelopment()
            ? place
            : throw new OperatorException($"Http:PublicUrl is {place}: carriers must be able to report over https.");
    }

    /// <summary>What a check has found, as <c>--json</c> prints it.</summary>
    private sealed record AccountCheckResult(CarrierAccountResponse Account, IReadOnlyList<CarrierNumber> Numbers);

    /// <summary>An address that a carrier could have.</summary>
    private readonly record struct HttpAddress(string Text)
    {
        public static HttpAddress? TryParse(string text) =>
            Uri.TryCreate(text, UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
            && url is { Query: "", Fragment: "", UserInfo: "" }
            && text.Length <= CarrierAccountConfiguration.MaxBaseAddress
                ? new HttpAddress(text.TrimEnd('/'))
                : null;
    }
}
