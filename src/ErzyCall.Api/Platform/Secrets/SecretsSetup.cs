using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.KeyManagement.Internal;

namespace ErzyCall.Api.Platform.Secrets;

internal static class SecretsSetup
{
    public static void AddSecrets(this IServiceCollection services)
    {
        services.AddSingleton<IKeyRingProvider, KeyRing>().AddSingleton<Encryption>();
        services.AddDataProtection().SetApplicationName("ErzyCall");
        services.AddOptions<KeyManagementOptions>()
            .Configure<IServiceScopeFactory>((options, scopes) => options.XmlRepository = new KeyStore(scopes));
    }

    /// <summary>
    /// Whether what was to be decrypted was not encrypted here, or has been changed. The framework wraps whatever happens meanwhile in the
    /// same exception, and a database that could not be asked for a key says nothing about what was to be decrypted.
    /// </summary>
    public static bool IsUnreadable(this CryptographicException failure) => !DatabaseFailure.IsUnreachable(failure);
}
