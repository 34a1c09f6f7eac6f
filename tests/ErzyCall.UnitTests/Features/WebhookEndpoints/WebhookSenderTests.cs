using System.IO.Compression;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.UnitTests.Features.WebhookEndpoints;

public sealed class WebhookSenderTests
{
    private const string Answered200 = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static readonly DateTimeOffset s_now = new(2026, 1, 15, 10, 30, 0, TimeSpan.Zero);

    private static readonly WebhookSecret s_secret = new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    private readonly FakeTimeProvider _clock = new(s_now);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_attempt_is_one_signed_request()
    {
        await using var receiver = new Receiver(Answered200);
        var previous = WebhookSecret.Generate();
        var body = WebhookBody.Of("call.ended", s_now, """{"title":"Zoë 😀"}""");

        var answer = await SendAsync(new WebhookRequest(receiver.Url, "call.ended", "evt_01h455vb4pex5vsknk084sn02q", body, s_secret, previous));

        Assert.Equal(new WebhookAnswer(200, Error: null, TimeSpan.Zero, "ok", RetryAfter: null), answer);
        Assert.True(answer.IsSuccess);
        var signatures = WebhookSignature.Headers(s_secret, previous, "evt_01h455vb4pex5vsknk084sn02q", s_now, body).Select(header => $"{header.Name}: {header.Value}");
        string[] expected =
        [
            "POST /hooks?a=b%20c HTTP/1.1",
            $"Host: 127.0.0.1:{receiver.Port}",
            "User-Agent: ErzyCall-Webhooks/1.0",
            "X-Webhook-Event: call.ended",
            .. signatures,
            "Content-Type: application/json",
            $"Content-Length: {body.Length}",
        ];
        var request = Assert.Single(receiver.Requests).Split("\r\n\r\n");

        // These and no others: no cookie, no trace, no encoding that would have to be decoded.
        Assert.Equal(expected.Order(StringComparer.Ordinal), request[0].Split("\r\n").Order(StringComparer.Ordinal));
        Assert.Equal(Encoding.Latin1.GetString(body), request[1]);
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", 204, "")]
    [InlineData("HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 202, "abc")]
    [InlineData("HTTP/1.1 410 Gone\r\nContent-Length: 4\r\n\r\ngone", 410, "gone")]
    [InlineData("HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\n\r\noops", 500, "oops")]
    [InlineData("HTTP/1.1 599 \r\nContent-Length: 0\r\n\r\n", 599, "")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nold", 200, "old")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", 201, "")]
    public async Task The_status_and_the_body_of_the_answer_are_told(string sent, int status, string body)
    {
        await using var receiver = new Receiver(sent);
        var answer = await SendAsync(receiver.Url);
        Assert.Equal(new WebhookAnswer(status, Error: null, TimeSpan.Zero, body, RetryAfter: null), answer);
        Assert.Equal(status is >= 200 and < 300, answer.IsSuccess);
        Assert.Equal(status == 410, answer.IsGone);
    }

    [Theory]
    [InlineData("301 Moved Permanently")]
    [InlineData("302 Found")]
    [InlineData("307 Temporary Redirect")]
    [InlineData("308 Permanent Redirect")]
    public async Task A_redirect_is_an_answer_and_is_not_followed(string status)
    {
        await using var other = new Receiver(Answered200);
        await using var receiver = new Receiver($"HTTP/1.1 {status}\r\nLocation: {other.Url}\r\nContent-Length: 0\r\n\r\n");
        var answer = await SendAsync(receiver.Url);
        Assert.Equal(int.Parse(status.AsSpan(0, 3), System.Globalization.CultureInfo.InvariantCulture), answer.StatusCode);
        Assert.False(answer.IsSuccess);
        Assert.Empty(other.Requests);
    }

    [Theory]
    [InlineData(429, "120", "00:02:00")]
    [InlineData(503, "0", "00:00:00")]
    [InlineData(429, "Thu, 15 Jan 2026 11:30:00 GMT", "01:00:00")]
    [InlineData(503, "Thu, 15 Jan 2026 10:29:00 GMT", "00:00:00")]
    [InlineData(429, "864000", "10.00:00:00")]
    [InlineData(429, "soon", null)]
    [InlineData(429, "-5", null)]
    [InlineData(429, "", null)]
    [InlineData(500, "120", null)]
    [InlineData(200, "120", null)]
    public async Task Retry_After_is_read_in_both_forms_where_the_receiver_is_too_busy(int status, string header, string? expected)
    {
        await using var receiver = new Receiver($"HTTP/1.1 {status} X\r\nRetry-After: {header}\r\nContent-Length: 0\r\n\r\n");
        var answer = await SendAsync(receiver.Url);
        Assert.Equal((status, expected), (answer.StatusCode, answer.RetryAfter?.ToString()));
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_is_given_15_seconds()
    {
        var asked = new TaskCompletionSource();
        await using var receiver = new Receiver(async (connection, cancellationToken) =>
        {
            await connection.WriteAsync("HTTP/1.1 20", cancellationToken);
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        });
        var sending = SendAsync(receiver.Url);
        await asked.Task;

        _clock.Advance(WebhookSender.Limit - TimeSpan.FromMilliseconds(1));
        Assert.False(sending.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(new WebhookAnswer(StatusCode: null, "Timed out after 15 s", TimeSpan.FromSeconds(15), Body: null, RetryAfter: null), await sending);
    }

    [Fact]
    public async Task A_name_that_is_not_resolved_in_time_is_a_timeout()
    {
        var asked = new TaskCompletionSource();
        var addresses = new PublicAddressOnly(Options.Create(new WebhookOptions()))
        {
            Resolve = async (_, cancellationToken) =>
            {
                asked.SetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return [];
            },
        };
        var sending = SendAsync(new Uri("https://slow.example/"), addresses);
        await asked.Task;
        _clock.Advance(WebhookSender.Limit);
        Assert.Equal("Timed out after 15 s", (await sending).Error);
    }

    /// <summary>A receiver that has said 200 has taken the delivery; sending it again would be a duplicate.</summary>
    [Fact]
    public async Task A_status_counts_when_the_body_does_not_end_in_time()
    {
        await using var receiver = new Receiver(async (connection, cancellationToken) =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        });
        var answered = new TaskCompletionSource();
        using var inner = WebhookSenderSetup.Handler(Anywhere());
        using var signalling = new Signalling(answered) { InnerHandler = inner };
        using var http = new HttpClient(signalling);
        var sending = new WebhookSender(http, _clock).SendAsync(Delivery(receiver.Url));
        await answered.Task;

        _clock.Advance(WebhookSender.Limit);

        var answer = await sending;
        Assert.Equal((200, null, TimeSpan.FromSeconds(15)), (answer.StatusCode, answer.Error, answer.Duration));
        Assert.True(answer.Body is "" or "a");
    }

    /// <summary>The status decides, so nobody waits long for the rest.</summary>
    [Fact]
    public async Task A_body_that_drips_takes_up_no_more_of_the_time()
    {
        await using var receiver = new Receiver(async (connection, cancellationToken) =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\na", cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        });
        using var inner = WebhookSenderSetup.Handler(Anywhere());
        using var http = new HttpClient(inner);
        var sending = new WebhookSender(http, _clock).SendAsync(Delivery(receiver.Url));

        // When the status has been heard cannot be seen from here: the time goes on until it has been.
        while (await Task.WhenAny(sending, Task.Delay(TimeSpan.FromMilliseconds(200), Cancellation)) != sending)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        var answer = await sending;
        Assert.Equal((200, null), (answer.StatusCode, answer.Error));
        Assert.True(answer.Duration < WebhookSender.Limit);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc", "abc")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n5\r\nab", "abcde")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n", "")]
    public async Task A_status_counts_when_the_body_breaks_off(string sent, string start)
    {
        await using var receiver = new Receiver(sent);
        var answer = await SendAsync(receiver.Url);
        Assert.Equal((200, null), (answer.StatusCode, answer.Error));
        Assert.StartsWith(start, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_without_an_end_is_cut_at_2_KiB_and_the_connection_given_up()
    {
        var hungUp = new TaskCompletionSource();
        await using var receiver = new Receiver(async (connection, cancellationToken) =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", cancellationToken);
            try
            {
                while (true)
                {
                    await connection.WriteAsync("400\r\n" + new string('x', 0x400) + "\r\n", cancellationToken);
                }
            }
            catch (IOException)
            {
                hungUp.SetResult();
            }
        });

        var answer = await SendAsync(receiver.Url);

        Assert.Equal((200, null, new string('x', WebhookSender.KeptBody)), (answer.StatusCode, answer.Error, answer.Body));
        await hungUp.Task;
    }

    public static TheoryData<byte[], string> Bodies => new()
    {
        { Repeated("x", 2048), new string('x', 2048) },
        { Repeated("x", 2049), new string('x', 2048) },
        { [.. Repeated("x", 2047), .. "é"u8], new string('x', 2047) }, // cut in the middle of a character
        { [.. Repeated("x", 2045), .. "😀"u8], new string('x', 2045) },
        { [.. Repeated("x", 2044), .. "😀"u8], new string('x', 2044) + "😀" },
        { [.. Repeated("x", 2044), .. "😀y"u8], new string('x', 2044) + "😀" },
        { [.. "a"u8, 0, .. "b"u8], "ab" }, // PostgreSQL's text cannot hold it
        { [.. "a"u8, 0xff, .. "b"u8], "a\ufffdb" },
        { [.. "a"u8, 0xc3], "a\ufffd" }, // the receiver's own unfinished character
        { [0xed, 0xa0, 0x80], "\ufffd\ufffd\ufffd" }, // half a surrogate pair
        { new byte[4096], "" },
        { Enumerable.Repeat((byte)0x80, 4096).ToArray(), new string('\ufffd', 2048) },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_is_kept_as_text_that_ends_with_a_whole_character(byte[] sent, string kept)
    {
        await using var receiver = new Receiver(async (connection, cancellationToken) =>
        {
            await connection.WriteAsync($"HTTP/1.1 400 Bad Request\r\nContent-Length: {sent.Length}\r\n\r\n", cancellationToken);
            await connection.Stream.WriteAsync(sent, cancellationToken);
        });
        Assert.Equal(kept, (await SendAsync(receiver.Url)).Body);
    }

    [Fact]
    public async Task A_compressed_body_is_not_unpacked()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await gzip.WriteAsync(Repeated("x", 10_000_000), Cancellation);
        }

        await using var receiver = new Receiver(async (connection, cancellationToken) =>
        {
            await connection.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n", cancellationToken);
            await connection.Stream.WriteAsync(packed.ToArray(), cancellationToken);
        });
        var answer = await SendAsync(receiver.Url);
        Assert.Equal(200, answer.StatusCode);
        Assert.DoesNotContain("xxx", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain('\0', answer.Body!);
    }

    [Fact]
    public async Task A_cookie_is_not_sent_back()
    {
        await using var receiver = new Receiver("HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\n\r\n");
        using var http = new HttpClient(WebhookSenderSetup.Handler(Anywhere()));
        var sender = new WebhookSender(http, _clock);
        await sender.SendAsync(Delivery(receiver.Url));
        await sender.SendAsync(Delivery(receiver.Url));
        Assert.Equal(2, receiver.Requests.Count);
        Assert.All(receiver.Requests, request => Assert.DoesNotContain("Cookie", request, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n", "Answer is not HTTP")]
    [InlineData("220 mail.example ESMTP\r\n\r\n", "Answer is not HTTP")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n", "Answer is not HTTP")]
    [InlineData("HTTP/1.1 abc OK\r\n\r\n", "Answer is not HTTP")]
    [InlineData("HTTP/1.1 200 OK\r\nno header\r\n\r\n", "Answer is not HTTP")]
    [InlineData("", "Connection closed before the answer")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-", "Connection closed before the answer")]
    public async Task What_is_no_answer_is_told_as_what_it_is(string sent, string error)
    {
        await using var receiver = new Receiver(sent);
        Assert.Equal(new WebhookAnswer(StatusCode: null, error, TimeSpan.Zero, Body: null, RetryAfter: null), await SendAsync(receiver.Url));
    }

    [Fact]
    public async Task Headers_without_an_end_are_given_up()
    {
        await using var receiver = new Receiver("HTTP/1.1 200 OK\r\nX: " + new string('x', 64 * 1024) + "\r\n\r\n");
        Assert.Equal("Headers of the answer are too long", (await SendAsync(receiver.Url)).Error);
    }

    [Fact]
    public async Task A_connection_that_is_reset_is_told()
    {
        await using var receiver = new Receiver((connection, _) =>
        {
            connection.Reset();
            return Task.CompletedTask;
        });
        Assert.Equal("Connection closed before the answer", (await SendAsync(receiver.Url)).Error);
    }

    [Fact]
    public async Task A_port_that_nobody_listens_on_is_told()
    {
        Uri url;
        await using (var receiver = new Receiver(""))
        {
            url = receiver.Url;
        }

        Assert.Equal("Connection refused", (await SendAsync(url)).Error);
    }

    [Theory]
    [InlineData(SocketError.HostNotFound, "Host not found")]
    [InlineData(SocketError.NoData, "Host not found")]
    [InlineData(SocketError.TryAgain, "Host not found")]
    [InlineData(SocketError.NetworkUnreachable, "Host cannot be reached")]
    [InlineData(SocketError.HostUnreachable, "Host cannot be reached")]
    [InlineData(SocketError.TimedOut, "Timed out connecting")]
    [InlineData(SocketError.TooManyOpenSockets, "Connection failed")]
    public async Task A_connection_that_is_not_made_is_told_without_a_word_about_this_server(SocketError error, string told)
    {
        var addresses = new PublicAddressOnly(Options.Create(new WebhookOptions())) { Resolve = (_, _) => throw new SocketException((int)error) };
        Assert.Equal(told, (await SendAsync(new Uri("https://secret-name.example/"), addresses)).Error);
    }

    [Fact]
    public async Task A_target_that_is_not_public_is_refused_before_anything_is_sent()
    {
        await using var receiver = new Receiver(Answered200);
        var addresses = new PublicAddressOnly(Options.Create(new WebhookOptions()));
        Assert.Equal("Address is not public", (await SendAsync(receiver.Url, addresses)).Error);
        Assert.Equal("Port is not allowed", (await SendAsync(new Uri("https://example.com:22/"), addresses)).Error);
        Assert.Empty(receiver.Requests);
    }

    [Theory]
    [InlineData("localhost", "TLS: certificate is not trusted or has expired")]
    [InlineData("other.example", "TLS: certificate is not valid for this host")]
    public async Task A_certificate_that_does_not_hold_is_told(string name, string error)
    {
        var port = new TaskCompletionSource<int>();
        var serving = ServeTlsAsync(name, port);
        var answer = await SendAsync(new Uri($"https://localhost:{await port.Task}/"));
        Assert.Equal(error, answer.Error);
        Assert.False(await serving);
    }

    /// <summary>They would be requests of this server to an address that was not checked.</summary>
    [Fact]
    public async Task What_a_certificate_points_to_is_not_fetched()
    {
        await using var elsewhere = new Receiver(Answered200);
        var port = new TaskCompletionSource<int>();
        var serving = ServeTlsAsync("localhost", port, issuer: elsewhere.Url);
        var answer = await SendAsync(new Uri($"https://localhost:{await port.Task}/"));
        Assert.Equal("TLS: certificate is not trusted or has expired", answer.Error);
        Assert.False(await serving);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task A_receiver_that_does_not_speak_TLS_is_told()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(
            async () =>
            {
                using var client = await listener.AcceptTcpClientAsync(Cancellation);
                await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), Cancellation);
            },
            Cancellation);
        Assert.Equal("TLS: no secure connection could be agreed on", (await SendAsync(new Uri($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"))).Error);
        await serving;
    }

    [Theory]
    [InlineData("Development", null, true)]
    [InlineData("Production", null, false)]
    [InlineData("Development", "false", false)]
    [InlineData("Production", "true", true)]
    public async Task Private_targets_are_allowed_by_default_in_Development_only(string environment, string? setting, bool allowed)
    {
        await using var receiver = new Receiver(Answered200);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddWebhookSender(
            new ConfigurationBuilder().AddInMemoryCollection(setting is null ? [] : [KeyValuePair.Create("Webhooks:AllowPrivateTargets", (string?)setting)]).Build(),
            new HostingEnvironment { EnvironmentName = environment });
        await using var provider = services.BuildServiceProvider();

        var answer = await provider.GetRequiredService<WebhookSender>().SendAsync(Delivery(receiver.Url));

        Assert.Equal(allowed ? (200, null) : (null, "Address is not public"), (answer.StatusCode, answer.Error));
    }

    private async Task<WebhookAnswer> SendAsync(WebhookRequest delivery, PublicAddressOnly? addresses = null)
    {
        using var http = new HttpClient(WebhookSenderSetup.Handler(addresses ?? Anywhere()));
        return await new WebhookSender(http, _clock).SendAsync(delivery);
    }

    private Task<WebhookAnswer> SendAsync(Uri url, PublicAddressOnly? addresses = null) => SendAsync(Delivery(url), addresses);

    private static WebhookRequest Delivery(Uri url) => new(url, "ping", "evt_1", WebhookBody.Of("ping", s_now, "{}"), s_secret, Previous: null);

    private static PublicAddressOnly Anywhere() => new(Options.Create(new WebhookOptions { AllowPrivateTargets = true }));

    private static byte[] Repeated(string text, int times) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(text, times)));

    /// <param name="issuer">Where the certificate that it is signed with is to be had; without, it is signed with itself.</param>
    private static X509Certificate2 Certificate(string name, Uri? issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        if (issuer is null)
        {
            return request.CreateSelfSigned(from, to);
        }

        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(ocspUris: [issuer.AbsoluteUri], caIssuersUris: [issuer.AbsoluteUri]));
        using var issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var unsent = request.Create(new X500DistinguishedName("CN=Issuer"), X509SignatureGenerator.CreateForECDsa(issuerKey), from, to, [1]);
        return unsent.CopyWithPrivateKey(key);
    }

    /// <summary>Whether a byte of a request came through.</summary>
    private static async Task<bool> ServeTlsAsync(string name, TaskCompletionSource<int> port, Uri? issuer = null)
    {
        using var certificate = Certificate(name, issuer);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port.SetResult(((IPEndPoint)listener.LocalEndpoint).Port);
        using var client = await listener.AcceptTcpClientAsync(Cancellation);
        await using var tls = new SslStream(client.GetStream());
        try
        {
            // Offline: the server would fetch what its certificate points to as well.
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true) },
                Cancellation);
            return await tls.ReadAsync(new byte[1], Cancellation) > 0;
        }
        catch (Exception failure) when (failure is IOException or System.Security.Authentication.AuthenticationException)
        {
            return false;
        }
    }

    private sealed class Signalling(TaskCompletionSource answered) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            answered.SetResult();
            return response;
        }
    }
}
