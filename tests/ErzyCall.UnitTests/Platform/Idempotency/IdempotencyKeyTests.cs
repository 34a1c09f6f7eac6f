using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Idempotency.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace ErzyCall.UnitTests.Platform.Idempotency;

public sealed class IdempotencyKeyTests
{
    private static readonly string s_longest = new('k', 255);

    public static TheoryData<string, string> Keys => new()
    {
        { "a", "a" },
        { " ~", " ~" },
        { "a\"b", "a\"b" },
        { "a\\b", "a\\b" },
        { s_longest, s_longest },
        { "\"a\"", "a" },
        { "\" \"", " " },
        { "\"a\\\"b\\\\c\"", "a\"b\\c" },
        { $"\"{s_longest}\"", s_longest },
        { $"\"{s_longest[1..]}\\\\\"", $"{s_longest[1..]}\\" },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_key_is_the_header_without_the_quotes_of_its_quoted_form(string header, string key) => Assert.Equal(key, KeyOf(header));

    public static TheoryData<string[]> BadKeys =>
    [
        (string[])[""],
        (string[])["k" + s_longest],
        (string[])[$"\"k{s_longest}\""],
        (string[])["\""],
        (string[])["\"\""],
        (string[])["\"a"],
        (string[])["\"a\"b"],
        (string[])["\"a\";p=1"],
        (string[])["\"a\\\""],
        (string[])["\"a\\n\""],
        (string[])["\"a\\"],
        (string[])["a\tb"],
        (string[])["a\u007f"],
        (string[])["ä"],
        (string[])["\"ä\""],
        (string[])["a", "b"],
        (string[])["a", "a"],
    ];

    [Theory]
    [MemberData(nameof(BadKeys))]
    public void Anything_else_is_refused(string[] headers)
    {
        var refusal = Assert.Throws<ApiException>(() => KeyOf(headers)).Error;

        Assert.Equal("VALIDATION_ERROR", refusal.Code);
        Assert.Equal("Idempotency-Key", Assert.Single(refusal.Details!).Field);
    }

    [Fact]
    public void No_header_is_no_key() => Assert.Null(KeyedHttpRequest.KeyOf(new DefaultHttpContext().Request));

    private static string? KeyOf(params string[] headers)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers[KeyedHttpRequest.Header] = new StringValues(headers);
        return KeyedHttpRequest.KeyOf(request);
    }
}
