using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;

namespace ErzyCall.UnitTests.Features.WebhookEndpoints;

public sealed class WebhookSignatureTests
{
    private static readonly DateTimeOffset s_at = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    /// <summary>The test vector of the Standard Webhooks libraries.</summary>
    private static readonly WebhookSecret s_published = new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    private const string PublishedSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static readonly Gen<WebhookSecret> s_secret = Gen.Byte.Array[32].Select(bytes => new WebhookSecret($"whsec_{Convert.ToBase64String(bytes)}"));

    /// <summary>Any JSON under any secret: what is delivered, and a receiver's own reading of it.</summary>
    private static readonly Gen<Delivered> s_delivered =
        from secret in s_secret
        from previous in s_secret.Null()
        from id in Gen.Guid
        from at in AnyEvent.Time
        from type in AnyEvent.Text
        from data in Gen.OneOf(AnyEvent.Json, AnyEvent.Frozen)
        select Delivered.Of(secret, previous, $"{id}", at, WebhookBody.Of(type, at, data));

    [Fact]
    public void Every_delivery_verifies_with_every_secret_that_signs_it() => s_delivered.Sample(
        delivered =>
        {
            Assert.Equal((true, true), (delivered.VerifiesOurs(delivered.Secret), delivered.VerifiesStandard(delivered.Secret)));
            if (delivered.Previous is { } previous)
            {
                Assert.Equal((true, true), (delivered.VerifiesOurs(previous), delivered.VerifiesStandard(previous)));
            }
        },
        iter: 2_000);

    [Fact]
    public void The_published_vector_of_Standard_Webhooks_is_met() =>
        Assert.Equal(PublishedSignature, WebhookSignature.Standard(s_published, "msg_p5jXN8AQM9LWM0D4loKWxJek", s_at.ToUnixTimeSeconds(), """{"test": 2432232314}"""u8));

    /// <summary>The expectations are of <c>openssl dgst -sha256 -hmac whsec_…</c>.</summary>
    [Theory]
    [InlineData("""{"test": 2432232314}""", "sha256=80ec8a89ce3cd22133a1066caecb4d04fea7467657c8514d717ec42c38a5c94c")]
    [InlineData("", "sha256=da5f5865984e699a69cfec62ce49a76daf8ae4601b54a781fa13f3b2d3b2088a")]
    [InlineData("""{"name":"Zoë 😀"}""", "sha256=b39e10075d42a251f87215df57ec67933e99d3cf6b6bd84bd9d315e04d0e9f02")]
    public void The_body_is_signed_with_the_whole_text_of_the_secret(string body, string signature) =>
        Assert.Equal(signature, WebhookSignature.OfBody(s_published, Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void One_secret_signs_once_in_each_header() =>
        Assert.Equal(
            [
                ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
                ("webhook-timestamp", "1614265330"),
                ("webhook-signature", PublishedSignature),
                ("X-Webhook-Signature", WebhookSignature.OfBody(s_published, """{"test": 2432232314}"""u8)),
            ],
            WebhookSignature.Headers(s_published, previous: null, "msg_p5jXN8AQM9LWM0D4loKWxJek", s_at.AddMilliseconds(999), """{"test": 2432232314}"""u8));

    [Fact]
    public void During_a_rotation_both_secrets_sign_and_the_newest_comes_first()
    {
        var newest = WebhookSecret.Generate();
        var body = """{"test": 2432232314}"""u8.ToArray();

        var headers = WebhookSignature.Headers(newest, s_published, "msg_p5jXN8AQM9LWM0D4loKWxJek", s_at, body).ToDictionary(header => header.Name, header => header.Value);

        Assert.Equal($"{WebhookSignature.Standard(newest, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)} {PublishedSignature}", headers["webhook-signature"]);
        Assert.Equal(WebhookSignature.OfBody(newest, body), headers["X-Webhook-Signature"]);
        Assert.Equal(WebhookSignature.OfBody(s_published, body), headers["X-Webhook-Signature-Previous"]);
        Assert.NotEqual(headers["X-Webhook-Signature"], headers["X-Webhook-Signature-Previous"]);
    }

    [Fact]
    public void What_is_signed_is_the_id_the_attempts_time_and_the_body()
    {
        var secret = WebhookSecret.Generate();
        var expected = HMACSHA256.HashData(Convert.FromBase64String(secret.Text["whsec_".Length..]), "evt_1.1614265330.{}"u8);
        Assert.Equal($"v1,{Convert.ToBase64String(expected)}", WebhookSignature.Standard(secret, "evt_1", 1614265330, "{}"u8));
    }

    [Fact]
    public void A_secret_is_32_random_bytes_that_Standard_Webhooks_libraries_can_read()
    {
        var secrets = Enumerable.Range(0, 100).Select(_ => WebhookSecret.Generate()).ToList();
        Assert.Equal(100, secrets.Select(secret => secret.Text).Distinct().Count());
        Assert.All(secrets, secret =>
        {
            Assert.Matches(@"^whsec_[A-Za-z0-9+/]{43}=\z", secret.Text);
            Assert.Equal(32, secret.Bytes().Length);
        });
    }

    [Fact]
    public void A_secret_does_not_show_itself()
    {
        var secret = WebhookSecret.Generate();
        Assert.DoesNotContain(secret.Text["whsec_".Length..], $"{secret} {new WebhookRequest(new Uri("https://example.com"), "ping", "evt_1", default, secret, secret)}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_not base 64")]
    public void A_text_that_is_no_secret_signs_nothing(string text) =>
        Assert.Throws<FormatException>(() => WebhookSignature.Standard(new WebhookSecret(text), "evt_1", 0, default));

    /// <summary>A delivery as its receiver has it. Verified from the published rules alone: HMAC is RFC 2104, the headers are read as Standard Webhooks and our documentation say.</summary>
    private sealed record Delivered(WebhookSecret Secret, WebhookSecret? Previous, Dictionary<string, string> Headers, byte[] Body)
    {
        private const int BlockLength = 64;

        public static Delivered Of(WebhookSecret secret, WebhookSecret? previous, string id, DateTimeOffset at, byte[] body) =>
            new(secret, previous, WebhookSignature.Headers(secret, previous, id, at, body).ToDictionary(header => header.Name, header => header.Value), body);

        public bool VerifiesOurs(WebhookSecret secret)
        {
            var expected = $"sha256={string.Concat(Hmac(Encoding.ASCII.GetBytes(secret.Text), Body).Select(value => value.ToString("x2", CultureInfo.InvariantCulture)))}";
            return expected == Headers["X-Webhook-Signature"] || expected == Headers.GetValueOrDefault("X-Webhook-Signature-Previous");
        }

        public bool VerifiesStandard(WebhookSecret secret)
        {
            byte[] signed = [.. Encoding.ASCII.GetBytes($"{Headers["webhook-id"]}.{Headers["webhook-timestamp"]}."), .. Body];
            var expected = Hmac(Convert.FromBase64String(secret.Text["whsec_".Length..]), signed);
            return Headers["webhook-signature"].Split(' ').Any(signature =>
                signature.Split(',') is ["v1", var given] && Convert.FromBase64String(given).SequenceEqual(expected));
        }

        public override string ToString() => $"{Encoding.UTF8.GetString(Body)} signed with {Secret.Text} {Previous?.Text}: {string.Join(" ", Headers)}";

        // No key of ours is longer than a block.
        private static byte[] Hmac(byte[] key, byte[] text)
        {
            var padded = key.Concat(new byte[BlockLength - key.Length]).ToArray();
            var inner = SHA256.HashData([.. padded.Select(value => (byte)(value ^ 0x36)), .. text]);
            return SHA256.HashData([.. padded.Select(value => (byte)(value ^ 0x5c)), .. inner]);
        }
    }
}
