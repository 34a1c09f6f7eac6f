using System.IO.Compression;
using System.Net;
using System.Text;
using ErzyCall.Api.Features.WhatsApp.Meta;
using ErzyCall.IntegrationTests.Conventions;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Platform.Http;

/// <summary>A compressed body is neither inflated nor read as it is.</summary>
public sealed class EncodedBodyTests(TestRun run)
{
    private const string Refusal = """{"error":{"code":"UNSUPPORTED_MEDIA_TYPE","message":"Request body must be uncompressed application/json in UTF-8"}}""";

    [Fact]
    public async Task Every_route_that_may_be_sent_a_body_refuses_a_compressed_one()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var routes = RouteTable.Of(run.Shared).Where(route => route.Method != HttpMethod.Get).ToList();
        Assert.NotEmpty(routes);
        foreach (var route in routes)
        {
            var path = route.PathWith(TenantIsolationTests.NobodysIdOf);
            foreach (var body in new[] { Gzip("{}"), "{}"u8.ToArray() })
            {
                var refused = await tenant.Api.SendAsync(route.Method, path, body, ("Content-Encoding", "gzip"));
                Assert.Equal((route, Refusal), (route, refused.Text));
                refused.ShouldBeError(415, "UNSUPPORTED_MEDIA_TYPE");
            }
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("zstd")]
    [InlineData("GZIP")]
    [InlineData("gzip, identity")]
    [InlineData("gzip, gzip")]
    [InlineData("utf-8")]
    public async Task Any_content_coding_is_refused_under_an_idempotency_key_too_and_leaves_it_free(string coding)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var body = $$"""{"to":"+14155550100","from":"{{Tenant.From}}"}""";
        foreach (var path in new[] { "/calls", "/calls/batch" })
        {
            (await tenant.Api.PostAsync(path, body, ("Content-Encoding", coding), ("Idempotency-Key", "one"))).ShouldBeError(415, "UNSUPPORTED_MEDIA_TYPE");
        }

        (await tenant.Api.PostAsync("/calls", body, ("Content-Encoding", "Identity"), ("Idempotency-Key", "one"))).ShouldBe(HttpStatusCode.Created);
        Assert.Single((await tenant.Api.GetAsync("/calls")).Data.EnumerateArray());
    }

    [Fact]
    public async Task A_request_without_a_body_may_say_what_it_likes_about_it()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var contact = await tenant.CreateContactAsync();
        var server = await run.Deployed;
        using var client = server.CreateClient(tenant.Secret);
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"/api/v1/contacts/{contact}") { Content = new ByteArrayContent([]) };
        request.Content.Headers.Add("Content-Encoding", "gzip");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_bomb_does_not_go_off(bool inChunks)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        using var client = (await run.Deployed).CreateClient(tenant.Secret);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/contacts/batch") { Content = new ByteArrayContent(Gzip(new string(' ', 64 * 1024 * 1024))) };
        request.Content.Headers.Add("Content-Encoding", "gzip");
        request.Content.Headers.Add("Content-Type", "application/json");
        request.Headers.TransferEncodingChunked = inChunks;
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, Refusal), (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task A_compressed_transfer_is_refused_as_a_compressed_body_is()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        using var connection = await (await run.Deployed).ConnectAsync();
        var answer = await connection.SendAsync(
            $"POST /api/v1/calls/preview HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-API-Key: {tenant.Secret}\r\nContent-Type: application/json\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n");
        Assert.Equal(415, answer.Status);
        Assert.Contains(Refusal, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_callback_of_the_platform_is_refused_too()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var account = await tenant.ConnectAsync(simulated: false);
        var body = Gzip("{}");
        var answer = await run.Shared.CreateApiClient().SendAsync(
            HttpMethod.Post, $"/hooks/whatsapp/{account.Id}", body, ("Content-Encoding", "gzip"), (CallbackSignature.Header, CallbackSignature.Of(body, WhatsAppTenant.AppSecret)));
        answer.ShouldBeError(415, "UNSUPPORTED_MEDIA_TYPE");
    }

    private static byte[] Gzip(string text)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return compressed.ToArray();
    }
}
