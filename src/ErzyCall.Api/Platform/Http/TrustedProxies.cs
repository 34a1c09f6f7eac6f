using Microsoft.AspNetCore.HttpOverrides;

namespace ErzyCall.Api.Platform.Http;

internal static class TrustedProxies
{
    private const string Setting = "Http:TrustedProxies";

    /// <summary>
    /// Takes the client's address from <c>X-Forwarded-For</c> when the connection comes from one of the networks in
    /// <c>Http:TrustedProxies</c> (CIDR, comma-separated), and through any number of such proxies in a row: the first address from the
    /// right that is not in any of the networks is the client's. None is trusted by default: anybody can write that header.
    /// </summary>
    public static void AddTrustedProxies(this IServiceCollection services, IConfiguration configuration)
    {
        var networks = (configuration[Setting] ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(text => System.Net.IPNetwork.TryParse(text, out var network)
                ? network
                : throw new OperatorException($"{Setting}: '{text}' is not a network in CIDR notation."))
            .ToList();
        services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = networks.Count == 0
                ? ForwardedHeaders.None
                : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedPrefix;

            // Any number of proxies in a row, as long as they are in the networks.
            options.ForwardLimit = null;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            networks.ForEach(options.KnownIPNetworks.Add);
        });
    }
}
