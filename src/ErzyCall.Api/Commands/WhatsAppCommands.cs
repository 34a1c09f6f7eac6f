using System.CommandLine;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.Simulation;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Platform;
using ErzyCall.Api.Platform.Secrets;
using ErzyCall.Api.Platform.Time;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Commands;

internal static class WhatsAppCommands
{
    /// <summary>The environment variables that hold the secrets, in the order of the lines on standard input.</summary>
    private static readonly string[] s_secrets = ["WHATSAPP_ACCESS_TOKEN", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN"];

    public static Command Create(CommandHost host) => new("whatsapp", "WhatsApp accounts")
    {
        Connect(host),
    };

    private static Command Connect(CommandHost host)
    {
        var org = ErzyCallCommandLine.Organization();
        var wabaId = MetaId("--waba-id", "Meta's id of the WhatsApp business account");
        var phoneNumberId = MetaId("--phone-number-id", "Meta's id of the phone number");
        var displayPhoneNumber = new Option<string>("--display-phone-number")
        {
            Required = true,
            Description = "The number itself, e.g. +14155559999",
        };
        displayPhoneNumber.Validators.Add(result =>
        {
            if (!E164.TryParse(result.GetValueOrDefault<string>(), provider: null, out var number))
            {
                result.AddError("--display-phone-number: expected E.164 format (e.g., +14155551234)");
            }
            else if (number.LengthProblem is { } problem)
            {
                result.AddError($"--display-phone-number: {problem}");
            }
        });
        var name = ErzyCallCommandLine.Name("The name that customers see");
        var simulated = new Option<bool>("--simulated")
        {
            Description = "Reaches nobody and needs no secrets; always so in a test organization, "
                + "and in a live one only with Simulator:AllowLive",
        };
        var connect = new Command(
            "connect",
            $"Connect an account, or connect it again, and print its id. Its secrets are read from {string.Join(", ", s_secrets)}, "
            + "else from standard input, a line each in this order")
        {
            org, wabaId, phoneNumberId, displayPhoneNumber, name, simulated,
        };
        connect.SetAction((line, cancellationToken) => host.RunAsync(
            async services =>
            {
                var db = services.GetRequiredService<ErzyCallDbContext>();
                var organization = await db.Organizations.ExistingAsync(line.GetValue(org), cancellationToken);
                if (line.GetValue(simulated) && !services.GetRequiredService<IOptions<SimulatorOptions>>().Value.Serves(organization.Mode))
                {
                    throw new OperatorException(
                        $"{organization.Id} is a live organization: its accounts are not simulated unless Simulator:AllowLive is on.");
                }

                var secrets = line.GetValue(simulated) || organization.Mode is OrganizationMode.Test
                    ? null
                    : await ReadSecretsAsync(host.Input, services.GetRequiredService<Encryption>(), cancellationToken);
                var metaId = line.GetRequiredValue(phoneNumberId);
                var account = await db.WhatsAppAccounts
                    .SingleOrDefaultAsync(row => row.OrganizationId == organization.Id && row.PhoneNumberId == metaId, cancellationToken);
                if (account is null)
                {
                    account = WhatsAppAccount.Create(organization.Id, metaId, services.GetRequiredService<TimeProvider>().Now());
                    db.WhatsAppAccounts.Add(account);
                }

                account.Connect(
                    line.GetRequiredValue(wabaId),
                    line.GetRequiredValue(displayPhoneNumber),
                    line.GetRequiredValue(name),
                    secrets);
                await SaveAsync(db, metaId, cancellationToken);
                if (line.GetValue(ErzyCallCommandLine.Json))
                {
                    host.PrintJson(AccountResponse.Of(account));
                }
                else
                {
                    host.Print(account.Id.ToString());
                }
            },
            cancellationToken));
        return connect;
    }

    private static async Task SaveAsync(ErzyCallDbContext db, string phoneNumberId, CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException duplicate) when (DatabaseFailure.ViolatedUniqueIndex(duplicate) is not null)
        {
            throw new OperatorException($"The phone number id {phoneNumberId} is connected to another organization.", duplicate);
        }
    }

    private static async Task<AccountSecrets> ReadSecretsAsync(TextReader input, Encryption encryption, CancellationToken cancellationToken)
    {
        var values = await ErzyCallCommandLine.ReadSecretsAsync(s_secrets, input, cancellationToken);
        return AccountSecrets.Encrypt(values[0], values[1], values[2], encryption);
    }

    private static Option<string> MetaId(string name, string description)
    {
        var id = new Option<string>(name) { Required = true, Description = description };
        id.Validators.Add(result =>
        {
            // It becomes part of an address.
            if (result.GetValueOrDefault<string>() is not { Length: >= 1 and <= WhatsAppAccountConfiguration.MaxPlatformId } text
                || !text.All(char.IsAsciiLetterOrDigit))
            {
                result.AddError($"{name}: expected up to {WhatsAppAccountConfiguration.MaxPlatformId} letters and digits");
            }
        });
        return id;
    }
}
