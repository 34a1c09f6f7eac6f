using System.Net;
using System.Net.Sockets;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using Microsoft.Extensions.Options;

namespace ErzyCall.UnitTests.Features.WebhookEndpoints;

public sealed class PublicAddressOnlyTests
{
    private static readonly IPAddress s_public = IPAddress.Parse("93.184.215.14");

    /// <summary>The first and the last address of every range, and what other notations of such addresses come to.</summary>
    [Theory]
    [InlineData("0.0.0.0", "0.255.255.255")]
    [InlineData("10.0.0.0", "10.255.255.255")]
    [InlineData("100.64.0.0", "100.127.255.255")]
    [InlineData("127.0.0.0", "127.0.0.1", "127.255.255.255")]
    [InlineData("168.63.129.16")]
    [InlineData("169.254.0.0", "169.254.169.254", "169.254.255.255")]
    [InlineData("172.16.0.0", "172.31.255.255")]
    [InlineData("192.0.0.0", "192.0.0.192", "192.0.0.255")]
    [InlineData("192.0.2.0", "192.0.2.255")]
    [InlineData("192.88.99.0", "192.88.99.255")]
    [InlineData("192.168.0.0", "192.168.255.255")]
    [InlineData("198.18.0.0", "198.19.255.255")]
    [InlineData("198.51.100.0", "198.51.100.255")]
    [InlineData("203.0.113.0", "203.0.113.255")]
    [InlineData("224.0.0.0", "239.255.255.255")]
    [InlineData("240.0.0.0", "255.255.255.254", "255.255.255.255")]
    [InlineData("::", "::1", "0:0:0:0:0:0:0:1", "::2")]
    [InlineData("::127.0.0.1", "::10.0.0.1", "::8.8.8.8")] // IPv4-compatible: nobody uses them, whatever they carry
    [InlineData("::ffff:0.0.0.0", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:192.168.0.1", "::ffff:255.255.255.255")] // IPv4-mapped
    [InlineData("::ffff:0:127.0.0.1", "::ffff:0:8.8.8.8")] // IPv4-translated
    [InlineData("64:ff9b::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b::0.0.0.0")] // NAT64
    [InlineData("64:ff9b:1::", "64:ff9b:1::8.8.8.8", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff")] // NAT64 of a network of its own
    [InlineData("64:ff9b::1:0:0", "64:ff9b:0:1::", "64:ff9a:ffff:ffff:ffff:ffff:808:808")] // beside the NAT64 prefixes, given out to nobody
    [InlineData("100::", "100::ffff:ffff:ffff:ffff", "100:0:0:1::")]
    [InlineData("2001::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff")] // Teredo
    [InlineData("2001:1::1", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("2001:10::", "2001:1f:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("2001:20::", "2001:2f:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("2001:db8::", "2001:db8::1", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("2002:0:0::", "2002:7f00:1::", "2002:7f00:1::1", "2002:a00:1::1", "2002:a9fe:a9fe::", "2002:c0a8:1::1", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff")] // 6to4
    [InlineData("2606:4700::5efe:127.0.0.1", "2606:4700::200:5efe:10.0.0.1", "2606:4700::5efe:a9fe:a9fe")] // ISATAP
    [InlineData("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "4000::", "5f00::1")] // beside the global unicast addresses
    [InlineData("fc00::", "fd00:ec2::254", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("fe80::", "fe80::1", "fe80::1%1", "fe80::1%lo", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("ff00::", "ff02::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    public void An_address_that_is_not_on_the_public_Internet_is_refused(params string[] addresses) =>
        Assert.All(addresses, address => Assert.False(PublicAddressOnly.IsPublic(IPAddress.Parse(address)), address));

    [Theory]
    [InlineData("1.0.0.0", "9.255.255.255", "11.0.0.0")]
    [InlineData("100.63.255.255", "100.128.0.0")]
    [InlineData("126.255.255.255", "128.0.0.0")]
    [InlineData("168.63.129.15", "168.63.129.17")]
    [InlineData("169.253.255.255", "169.255.0.0")]
    [InlineData("172.15.255.255", "172.32.0.0")]
    [InlineData("191.255.255.255", "192.0.1.0", "192.0.1.255", "192.0.3.0")]
    [InlineData("192.88.98.255", "192.88.100.0")]
    [InlineData("192.167.255.255", "192.169.0.0")]
    [InlineData("198.17.255.255", "198.20.0.0")]
    [InlineData("198.51.99.255", "198.51.101.0")]
    [InlineData("203.0.112.255", "203.0.114.0")]
    [InlineData("223.255.255.255")]
    [InlineData("8.8.8.8", "93.184.215.14", "192.31.196.1", "192.175.48.1")]
    [InlineData("::ffff:8.8.8.8", "::ffff:11.0.0.0")]
    [InlineData("64:ff9b::8.8.8.8", "64:ff9b::808:808")]
    [InlineData("2000::", "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::", "2001:4860:4860::8888")]
    [InlineData("2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::")]
    [InlineData("2002:808:808::1", "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::")]
    [InlineData("2606:4700::5efe:8.8.8.8", "2606:4700::5eff:127.0.0.1", "2606:4700::127.0.0.1", "2606:4700::100:5efe:127.0.0.1")]
    [InlineData("3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    public void An_address_on_the_public_Internet_is_allowed(params string[] addresses) =>
        Assert.All(addresses, address => Assert.True(PublicAddressOnly.IsPublic(IPAddress.Parse(address)), address));

    /// <summary>Through the client that delivers, so that what it makes of a host is what is judged.</summary>
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("2130706433")]
    [InlineData("0177.0.0.1")]
    [InlineData("0177.0.0.01")]
    [InlineData("017700000001")]
    [InlineData("0x7f.1")]
    [InlineData("0x7f000001")]
    [InlineData("0X7F.0x0.0x0.0x1")]
    [InlineData("127.1")]
    [InlineData("127.0.1")]
    [InlineData("127.0.0.1.")]
    [InlineData("0")]
    [InlineData("0x0")]
    [InlineData("１２７.０.０.１")]
    [InlineData("127。0。0。1")]
    [InlineData("①②⑦.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("2852039166")]
    [InlineData("0xa9fea9fe")]
    [InlineData("0251.0376.0251.0376")]
    [InlineData("[::]")]
    [InlineData("[::1]")]
    [InlineData("[0:0:0:0:0:0:0:1]")]
    [InlineData("[0000:0000:0000:0000:0000:0000:0000:0001]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::ffff:7f00:1]")]
    [InlineData("[::127.0.0.1]")]
    [InlineData("[64:ff9b::7f00:1]")]
    [InlineData("[2002:7f00:1::]")]
    [InlineData("[fe80::1%25lo]")]
    [InlineData("[fd00:ec2::254]")]
    [InlineData("localhost")]
    [InlineData("LOCALHOST.")]
    public async Task A_host_that_is_this_machine_or_its_network_is_not_connected_to_however_it_is_written(string host)
    {
        var dialled = new List<IPEndPoint>();
        var addresses = new PublicAddressOnly(Options.Create(new WebhookOptions())) { Dial = Refusing(dialled) };

        var error = await ErrorOfGetAsync(addresses, $"http://{host}/");

        Assert.Empty(dialled);

        // What is no address to anybody is a name that does not exist.
        Assert.True(error is TargetRefusedException { Message: PublicAddressOnly.NotPublic } or SocketException { SocketErrorCode: not SocketError.ConnectionRefused }, error.ToString());
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("2130706433")]
    [InlineData("0177.0.0.1")]
    [InlineData("0x7f.1")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::1]")]
    [InlineData("localhost")]
    public async Task Such_a_host_is_refused_for_its_address_and_not_for_its_spelling(string host) =>
        Assert.Equal(
            PublicAddressOnly.NotPublic,
            Assert.IsType<TargetRefusedException>(await ErrorOfGetAsync(new PublicAddressOnly(Options.Create(new WebhookOptions())) { Dial = Refusing([]) }, $"http://{host}/")).Message);

    [Fact]
    public async Task A_name_is_looked_up_once_and_only_the_address_that_was_checked_is_connected_to()
    {
        var lookUps = 0;
        var dialled = new List<IPEndPoint>();
        var addresses = new PublicAddressOnly(Options.Create(new WebhookOptions()))
        {
            Resolve = (_, _) => Task.FromResult<IPAddress[]>([lookUps++ == 0 ? s_public : IPAddress.Loopback]),
            Dial = Refusing(dialled),
        };

        Assert.IsType<SocketException>(await ErrorOfGetAsync(addresses, "http://rebinding.example/"));
        Assert.Equal(1, lookUps);
        Assert.Equal([new IPEndPoint(s_public, 80)], dialled);

        // The next connection looks it up anew, and is refused.
        Assert.IsType<TargetRefusedException>(await ErrorOfGetAsync(addresses, "http://rebinding.example/"));
        Assert.Equal(2, lookUps);
        Assert.Single(dialled);
    }

    [Theory]
    [InlineData("127.0.0.1", "93.184.215.14")]
    [InlineData("93.184.215.14", "127.0.0.1")]
    [InlineData("93.184.215.14", "2606:4700::1111", "::1")]
    [InlineData("93.184.215.14", "64:ff9b::7f00:1")]
    public async Task A_name_with_one_address_that_is_refused_is_refused(params string[] answer)
    {
        var dialled = new List<IPEndPoint>();
        var addresses = Answering(dialled, answer);
        Assert.IsType<TargetRefusedException>(await ErrorOfGetAsync(addresses, "http://mixed.example/"));
        Assert.Empty(dialled);
    }

    [Fact]
    public async Task Every_address_of_a_name_is_tried_in_turn()
    {
        var dialled = new List<IPEndPoint>();
        Assert.IsType<SocketException>(await ErrorOfGetAsync(Answering(dialled, "2606:4700::1111", "93.184.215.14"), "https://example.com:8443/"));
        Assert.Equal([new IPEndPoint(IPAddress.Parse("2606:4700::1111"), 8443), new IPEndPoint(s_public, 8443)], dialled);
    }

    [Fact]
    public async Task A_name_without_addresses_is_not_found() =>
        Assert.Equal(SocketError.HostNotFound, Assert.IsType<SocketException>(await ErrorOfGetAsync(Answering([]), "http://nothing.example/")).SocketErrorCode);

    [Theory]
    [InlineData(22, 25, 465, 587, 23, 21, 110, 143, 445, 993, 995, 53, 389, 2049)]
    [InlineData(3306, 5432, 6379, 11211, 27017, 9200, 2375, 6443, 0, -1, 65536)]
    public async Task A_port_that_no_receiver_listens_on_is_refused_even_where_private_targets_are_allowed(params int[] ports)
    {
        foreach (var port in ports)
        {
            Assert.False(PublicAddressOnly.IsAllowedPort(port), $"{port}");
        }

        foreach (var options in new[] { new WebhookOptions(), new WebhookOptions { AllowPrivateTargets = true } })
        {
            var dialled = new List<IPEndPoint>();
            var addresses = new PublicAddressOnly(Options.Create(options)) { Dial = Refusing(dialled) };
            Assert.Equal(
                PublicAddressOnly.PortRefused,
                Assert.IsType<TargetRefusedException>(await ErrorOfGetAsync(addresses, $"http://93.184.215.14:{ports[0]}/")).Message);
            Assert.Empty(dialled);
        }
    }

    [Theory]
    [InlineData(80, 443, 3000, 4000, 4443, 5000, 5001, 5080, 7071, 8000, 8080, 8081, 8443, 8888, 9000, 9443, 49152, 65535)]
    public void A_port_that_receivers_listen_on_is_allowed(params int[] ports) =>
        Assert.All(ports, port => Assert.True(PublicAddressOnly.IsAllowedPort(port), $"{port}"));

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("[::1]", "::1")]
    [InlineData("192.168.1.20", "192.168.1.20")]
    public async Task Where_private_targets_are_allowed_they_are_connected_to(string host, string address)
    {
        var dialled = new List<IPEndPoint>();
        var addresses = new PublicAddressOnly(Options.Create(new WebhookOptions { AllowPrivateTargets = true })) { Dial = Refusing(dialled) };
        Assert.IsType<SocketException>(await ErrorOfGetAsync(addresses, $"http://{host}:3000/"));
        Assert.Equal([new IPEndPoint(IPAddress.Parse(address), 3000)], dialled);
    }

    private static PublicAddressOnly Answering(List<IPEndPoint> dialled, params string[] answer) => new(Options.Create(new WebhookOptions()))
    {
        Resolve = (_, _) => Task.FromResult<IPAddress[]>([.. answer.Select(IPAddress.Parse)]),
        Dial = Refusing(dialled),
    };

    /// <summary>Writes down what it is asked to connect to.</summary>
    private static Func<IPEndPoint, CancellationToken, Task<Stream>> Refusing(List<IPEndPoint> dialled) => (target, _) =>
    {
        dialled.Add(target);
        return Task.FromException<Stream>(new SocketException((int)SocketError.ConnectionRefused));
    };

    private static async Task<Exception> ErrorOfGetAsync(PublicAddressOnly addresses, string url)
    {
        using var http = new HttpClient(WebhookSenderSetup.Handler(addresses));
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri(url), TestContext.Current.CancellationToken));
        return failure.GetBaseException();
    }
}
