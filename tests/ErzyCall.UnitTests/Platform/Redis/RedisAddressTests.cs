using System.Net;
using ErzyCall.Api.Platform;
using ErzyCall.Api.Platform.Redis;

namespace ErzyCall.UnitTests.Platform.Redis;

public sealed class RedisAddressTests
{
    [Theory]
    [InlineData("redis://user:pass@host:6380/2", "host", 6380, "user", "pass", 2, false)]
    [InlineData("rediss://:p%40ss@host", "host", 6379, null, "p@ss", null, true)]
    [InlineData("redis://default:a/b?c#d@e@host.example:6379/0", "host.example", 6379, "default", "a/b?c#d@e", 0, false)]
    [InlineData("redis://host/", "host", 6379, null, null, null, false)]
    [InlineData("REDIS://host", "host", 6379, null, null, null, false)]
    [InlineData("host:6380,user=user,password=pass,ssl=true", "host", 6380, "user", "pass", null, true)]
    public void Addresses_and_lists_are_understood(string text, string host, int port, string? user, string? password, int? database, bool tls)
    {
        var options = RedisAddress.Parse(text);

        var endPoint = Assert.IsType<DnsEndPoint>(Assert.Single(options.EndPoints));
        Assert.Equal((host, port, user, password, database, tls), (endPoint.Host, endPoint.Port, options.User, options.Password, options.DefaultDatabase, options.Ssl));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("http://:secret@host:6379")]
    [InlineData("redis://")]
    [InlineData("redis://:secret@host:port")]
    [InlineData("redis://:secret@host:99999")]
    [InlineData("redis://:secret@host:6379/first")]
    [InlineData("redis://:secret@ho st:6379")]
    [InlineData("host,passwort=secret")]
    [InlineData("host,password=secret,ssl=perhaps")]
    [InlineData("password=secret")]
    [InlineData("user:secret@host:6379")]
    [InlineData("secret secret")]
    public void What_cannot_be_understood_is_one_sentence_without_a_value(string? text)
    {
        var refusal = Assert.Throws<OperatorException>(() => RedisAddress.Parse(text));

        Assert.StartsWith("ConnectionStrings:Redis ", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }
}
