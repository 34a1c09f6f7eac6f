using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

internal static class WebhookSenderSetup
{
    private static readonly Oid s_serverAuthentication = new("1.3.6.1.5.5.7.3.1");

    public static void AddWebhookSender(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddOptions<WebhookOptions>()
            .Configure(options => options.AllowPrivateTargets = environment.IsDevelopment())
            .Bind(configuration.GetSection(WebhookOptions.Section))
            .ValidateOnStart();
        services.AddSingleton<PublicAddressOnly>(
            provider => new PublicAddressOnly(provider.GetRequiredService<IOptions<WebhookOptions>>()));

        // There is no resilience handler: the delivery decides when an attempt is repeated, and each one is recorded.
        services.AddHttpClient<WebhookSender>(http => http.Timeout = Timeout.InfiniteTimeSpan)

            // The client's loggers would write the headers of requests, and so signatures.
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(provider => Handler(provider.GetRequiredService<PublicAddressOnly>()))

            // One pool for the life of the process; connections are given up one by one instead.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
    }

    public static SocketsHttpHandler Handler(PublicAddressOnly addresses) => new()
    {
        ConnectCallback = (context, cancellationToken) => addresses.ConnectAsync(context.DnsEndPoint, cancellationToken),
        ConnectTimeout = TimeSpan.FromSeconds(10),

        // A connection is checked when it is made, so a name's new addresses count after this at the latest.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),

        // Less than the five seconds after which Node, the most common receiver, closes an idle connection, perhaps while a request is on
        // its way.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(4),

        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = System.Net.DecompressionMethods.None,

        // No traceparent: how this server is traced is nobody else's business.
        ActivityHeadersPropagator = null,

        // In KiB.
        MaxResponseHeadersLength = 16,

        // The rest of an answer is read, so that the connection can be used again, only when it is short; else the connection is closed.
        MaxResponseDrainSize = 16 * 1024,
        ResponseDrainTimeout = TimeSpan.FromSeconds(1),

        SslOptions = new SslClientAuthenticationOptions
        {
            // A certificate names addresses where its issuer and its revocation are to be had: they would be fetched from wherever the
            // receiver says.
            CertificateChainPolicy = new X509ChainPolicy
            {
                DisableCertificateDownloads = true,
                RevocationMode = X509RevocationMode.NoCheck,
                ApplicationPolicy = { s_serverAuthentication },
            },
            RemoteCertificateValidationCallback = static (_, _, _, errors) =>
                errors == SslPolicyErrors.None ? true : throw new CertificateRefusedException(errors),
        },
    };
}
