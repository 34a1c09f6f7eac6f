using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>A connection that is not made because of where it would go.</summary>
internal sealed class TargetRefusedException(string message) : Exception(message);

/// <summary>
/// Makes the connections of deliveries, and only to the public Internet: whoever may name an endpoint must not reach what only the server
/// can. The host's name is looked up here, once, and the connection goes to an address that was checked; so a name that answers differently
/// the next time gains nothing, and neither does an address written in another way. A name of which one address is refused is refused as a
/// whole: no honest receiver has such a name, and which of the addresses is tried first is not left to whoever answers for it.
/// </summary>
internal sealed class PublicAddressOnly(IOptions<WebhookOptions> options)
{
    /// <summary>
    /// The message about an address that is not public. It does not say which address a name has, which in a network with its own names
    /// would be telling.
    /// </summary>
    public const string NotPublic = "Address is not public";

    public const string PortRefused = "Port is not allowed";

    /// <summary>
    /// The time for which one address is tried while there are others: a host whose IPv6 leads nowhere is still reached by IPv4 in time.
    /// </summary>
    private static readonly TimeSpan s_perAddress = TimeSpan.FromSeconds(3);

    // These are from the IANA special-purpose address registries; one that is not listed there says so.
    private static readonly IPNetwork[] s_notPublic4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), // this network; 0.0.0.0 is this machine on Linux
        IPNetwork.Parse("10.0.0.0/8"), // private
        IPNetwork.Parse("100.64.0.0/10"), // shared by carrier-grade NAT, and used inside clouds
        IPNetwork.Parse("127.0.0.0/8"), // loopback
        IPNetwork.Parse("168.63.129.16/32"), // not of IANA: Azure's platform, which answers only its own machines
        IPNetwork.Parse("169.254.0.0/16"), // link-local, and the metadata service of most clouds
        IPNetwork.Parse("172.16.0.0/12"), // private
        IPNetwork.Parse("192.0.0.0/24"), // IETF protocol assignments
        IPNetwork.Parse("192.0.2.0/24"), // documentation (TEST-NET-1)
        IPNetwork.Parse("192.88.99.0/24"), // 6to4 relays, deprecated
        IPNetwork.Parse("192.168.0.0/16"), // private
        IPNetwork.Parse("198.18.0.0/15"), // benchmarks
        IPNetwork.Parse("198.51.100.0/24"), // documentation (TEST-NET-2)
        IPNetwork.Parse("203.0.113.0/24"), // documentation (TEST-NET-3)
        IPNetwork.Parse("224.0.0.0/4"), // multicast
        IPNetwork.Parse("240.0.0.0/4"), // reserved, and the broadcast address
    ];

    // All that IANA gives out of IPv6 is in here. Outside are ::, ::1, IPv4-compatible and IPv4-translated addresses, the local NAT64
    // prefix (64:ff9b:1::/48), discard-only (100::/64), segment routing (5f00::/16), unique-local (fc00::/7), link-local (fe80::/10),
    // site-local (fec0::/10) and multicast (ff00::/8).
    private static readonly IPNetwork s_globalUnicast6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] s_notPublic6 =
    [
        // IETF protocol assignments: Teredo (2001::/32), benchmarks (2001:2::/48), ORCHID (2001:10::/28, 2001:20::/28), …
        IPNetwork.Parse("2001::/23"),
        IPNetwork.Parse("2001:db8::/32"), // documentation
        IPNetwork.Parse("3fff::/20"), // documentation
    ];

    private static readonly IPNetwork s_nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork s_sixToFour = IPNetwork.Parse("2002::/16");

    // No HTTP server is behind these ports, and what is there might take a line of a body for a command. They are, from the "bad ports" of
    // the Fetch standard, those of remote shells, mail, names, files and directories, and those of the stores and machines that a server
    // has in its own network.
    private static readonly FrozenSet<int> s_refusedPorts = FrozenSet.Create(
        7, 9, 19, // echo, discard, chargen
        20, 21, 69, 115, 989, 990, // FTP, TFTP, SFTP
        22, 23, 992, 512, 513, 514, // SSH, Telnet, remote shells
        25, 465, 587, // mail: SMTP
        109, 110, 143, 220, 993, 995, // mail: POP and IMAP
        53, 123, 161, 162, 179, // DNS, NTP, SNMP, BGP
        111, 135, 137, 138, 139, 445, 548, 873, 2049, // RPC, NetBIOS, SMB, AFP, rsync, NFS
        88, 389, 636, 3268, 3269, // Kerberos, LDAP
        119, 515, 554, 563, 631, 5060, 5061, // news, printers, RTSP, SIP
        1433, 1521, 3306, 5432, // SQL Server, Oracle, MySQL, PostgreSQL
        2375, 2376, 2379, 2380, 3389, 5900, 6443, 10250, // Docker, etcd, remote desktops, Kubernetes
        4369, 5672, 6379, 9042, 9092, 9200, 9300, 11211, 27017); // Erlang, AMQP, Redis, Cassandra, Kafka, Elasticsearch, memcached, MongoDB

    /// <summary>Looks up the addresses of a host.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>Connects to an address that has been checked.</summary>
    public Func<IPEndPoint, CancellationToken, Task<Stream>> Dial { get; init; } = DialAsync;

    /// <summary>
    /// Whether a delivery may go to a port. This holds also where private addresses may be reached, whose databases are to stay out of
    /// reach.
    /// </summary>
    public static bool IsAllowedPort(int port) => port is > 0 and <= IPEndPoint.MaxPort && !s_refusedPorts.Contains(port);

    /// <summary>
    /// Whether an address is on the public Internet. One that carries an IPv4 address is public only when that address is, too.
    /// </summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return !s_notPublic4.Any(network => network.Contains(address));
        }

        var bytes = address.GetAddressBytes();
        if (address.IsIPv4MappedToIPv6 || s_nat64.Contains(address))
        {
            return IsPublic(new IPAddress(bytes.AsSpan(12)));
        }

        return s_globalUnicast6.Contains(address)
            && !s_notPublic6.Any(network => network.Contains(address))
            && (!s_sixToFour.Contains(address) || IsPublic(new IPAddress(bytes.AsSpan(2, 4))))
            && (!IsIsatap(bytes) || IsPublic(new IPAddress(bytes.AsSpan(12))));
    }

    /// <summary>Connects to a host, as <see cref="SocketsHttpHandler.ConnectCallback"/> asks for.</summary>
    /// <exception cref="TargetRefusedException">The port, or an address of the host, is refused.</exception>
    public async ValueTask<Stream> ConnectAsync(DnsEndPoint target, CancellationToken cancellationToken)
    {
        if (!IsAllowedPort(target.Port))
        {
            throw new TargetRefusedException(PortRefused);
        }

        var addresses = IPAddress.TryParse(target.Host, out var literal) ? [literal] : await Resolve(target.Host, cancellationToken);
        if (!options.Value.AllowPrivateTargets && !addresses.All(IsPublic))
        {
            throw new TargetRefusedException(NotPublic);
        }

        foreach (var address in addresses.SkipLast(1))
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(s_perAddress);
            try
            {
                return await Dial(new IPEndPoint(address, target.Port), limit.Token);
            }
            catch (Exception failure)
                when (failure is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                // The next address may answer; what the last one says is what is told.
            }
        }

        return addresses is [.., var last]
            ? await Dial(new IPEndPoint(last, target.Port), cancellationToken)
            : throw new SocketException((int)SocketError.HostNotFound);
    }

    /// <summary>
    /// Whether an address has an interface identifier of RFC 5214: <c>0:5efe</c>, or <c>200:5efe</c>, and an IPv4 address.
    /// </summary>
    private static bool IsIsatap(byte[] bytes) => bytes is [_, _, _, _, _, _, _, _, 0 or 2, 0, 0x5e, 0xfe, ..];

    private static async Task<Stream> DialAsync(IPEndPoint target, CancellationToken cancellationToken)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(target, cancellationToken);
            var stream = new NetworkStream(socket, ownsSocket: true);
            socket = null;
            return stream;
        }
        finally
        {
            socket?.Dispose();
        }
    }
}
