using System.Net;

namespace ErzyCall.Api.Platform.Http;

/// <summary>The addresses that the server listens on, as operators write them.</summary>
internal static class ListeningAddress
{
    /// <param name="urls">The addresses, separated by semicolons as in <c>--urls</c>.</param>
    /// <exception cref="OperatorException">One is no address to listen on.</exception>
    public static IReadOnlyList<BindingAddress> Parse(string urls) =>
        [.. urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(ParseOne)];

    private static BindingAddress ParseOne(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            if (address.IsUnixPipe || address.IsNamedPipe || (IsHost(address.Host) && address.Port is >= 0 and <= IPEndPoint.MaxPort))
            {
                return address;
            }
        }
        catch (FormatException)
        {
        }

        throw new OperatorException($"'{url}' is not an address to listen on. Name one such as http://localhost:5080 with --urls.");
    }

    /// <summary>
    /// Whether this is the name or the address of a host. A port that is no number is read as a part of the name, for which Kestrel would
    /// listen on port 80 of every network.
    /// </summary>
    private static bool IsHost(string host) => host is ['[', .., ']'] || (host.Length > 0 && !host.Contains(':', StringComparison.Ordinal));
}
