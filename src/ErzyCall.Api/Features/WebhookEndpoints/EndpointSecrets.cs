using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using Microsoft.AspNetCore.DataProtection;

namespace ErzyCall.Api.Features.WebhookEndpoints;

/// <summary>Encrypts and decrypts what deliveries are signed with.</summary>
internal sealed class EndpointSecrets(IDataProtectionProvider dataProtection)
{
    private readonly IDataProtector _protector = dataProtection.CreateProtector("webhooks", "secret");

    public string Protect(WebhookSecret secret) => _protector.Protect(secret.Text);

    public WebhookSecret Unprotect(string secret) => new(_protector.Unprotect(secret));
}
