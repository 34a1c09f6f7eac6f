using System.Security.Cryptography;
using System.Text;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;

namespace ErzyCall.UnitTests.Features.WebhookEndpoints;

public sealed class WebhookSignatureTests
{
    private static readonly DateTimeOffset s_at = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    /// <summary>The test vector of the Standard Webhooks libraries.</summary>
    private static readonly WebhookSecret s_published = new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    private const string PublishedSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

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
}
