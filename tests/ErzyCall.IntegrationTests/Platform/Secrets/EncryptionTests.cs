using System.Net;
using System.Security.Cryptography;
using System.Text;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Platform.Idempotency;
using ErzyCall.Api.Platform.Secrets;
using ErzyCall.IntegrationTests.Conventions;
using ErzyCall.IntegrationTests.Server;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Platform.Secrets;

public sealed class EncryptionTests(TestRun run)
{
    private readonly Encryption _encryption = run.Shared.Services.GetRequiredService<Encryption>();

    /// <summary>Purposes are part of what is stored: under another name nobody could read it any more.</summary>
    [Fact]
    public async Task What_was_stored_by_earlier_versions_is_read()
    {
        var secret = WebhookSecret.Generate();
        Assert.Equal(secret, WebhookSecret.Decrypt(As("webhooks", "secret").Protect(secret.Text), _encryption));

        var tenant = await run.Shared.CreateTenantAsync();
        var account = WhatsAppAccount.Create(tenant.Organization.Id, Guid.CreateVersion7().ToString("N"), tenant.Now);
        account.Connect("222", "+14155559999", "Acme Dental", new AccountSecrets(
            As("whatsapp", "access-token").Protect("access"), As("whatsapp", "app-secret").Protect("app"), As("whatsapp", "verify-token").Protect("verify")));
        Assert.Equal("access", AccountSecrets.AccessTokenOf(account, _encryption));
        Assert.Equal("app", AccountSecrets.AppSecretOf(account, _encryption));
        Assert.Equal("verify", AccountSecrets.VerifyTokenOf(account, _encryption));

        var made = (await tenant.Api.PostAsync("/api-keys", new { name = "Another", scopes = new[] { "calls:read" } }, "one")).ShouldBe(HttpStatusCode.Created);
        var stored = await run.Shared.InDatabaseAsync(db => db.IdempotencyRecords.SingleAsync(record => record.OrganizationId == tenant.Organization.Id));
        Assert.True(stored.HoldsSecret);
        Assert.Equal(made.Text, Encoding.UTF8.GetString(As("kept-response").Unprotect(stored.Body)));
    }

    [Fact]
    public void A_secret_in_the_place_of_another_kind_is_unreadable()
    {
        var encrypted = _encryption.Encrypt("room/one", "secret");

        Assert.Equal("secret", _encryption.Decrypt("room/one", encrypted));
        Assert.All(["room/other", "room", "one"], other => Assert.ThrowsAny<CryptographicException>(() => _encryption.Decrypt(other, encrypted)));
    }

    [Fact]
    public void Nothing_else_encrypts() =>
        Assert.Equal(
            ["Encryption.cs"],
            SourceCode.Lines()
                .Where(line => line.Line.Contains("IDataProtectionProvider", StringComparison.Ordinal)
                    || line.Line.Contains("IDataProtector", StringComparison.Ordinal))
                .Select(line => Path.GetFileName(line.File))
                .Distinct());

    private IDataProtector As(string purpose, params string[] more) =>
        run.Shared.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector(purpose, more);
}
