using System.Globalization;
using System.Text;
using System.Text.Json;
using ErzyCall.Api.Platform.Json;

namespace ErzyCall.UnitTests.Platform.Json;

/// <summary>The rule is ECMAScript's QuoteJSONString: quote, backslash and what is below U+0020 are escaped, and nothing else.</summary>
public sealed class StringifyEncoderTests
{
    private static readonly JsonSerializerOptions s_options = new() { Encoder = StringifyEncoder.Instance };

    [Fact]
    public void Every_character_of_every_plane_is_written_as_JavaScript_writes_it()
    {
        for (var start = 0; start <= 0x10FFFF; start += 0x100)
        {
            var text = new StringBuilder();
            var expected = new StringBuilder("\"");
            foreach (var rune in Enumerable.Range(start, 0x100).Where(Rune.IsValid).Select(scalar => new Rune(scalar)))
            {
                text.Append(rune);
                expected.Append(Stringified(rune));
            }

            Assert.Equal(expected.Append('"').ToString(), JsonSerializer.Serialize(text.ToString(), s_options));
        }
    }

    [Fact]
    public void Each_character_alone_is_written_as_JavaScript_writes_it()
    {
        for (var scalar = 0; scalar < 0x1000; scalar++)
        {
            var rune = new Rune(scalar);
            Assert.Equal($"\"{Stringified(rune)}\"", JsonSerializer.Serialize(rune.ToString(), s_options));
        }
    }

    /// <summary>No request can bring one in; were one there all the same, what is signed must still be text that survives parsing and writing again.</summary>
    [Theory]
    [InlineData("\uD800")]
    [InlineData("\uDFFF")]
    [InlineData("a\uD83Db")]
    [InlineData("\uDE00\uD83D")]
    public void A_lone_surrogate_becomes_text_that_parses_and_writes_again_as_the_same_bytes(string text)
    {
        var written = JsonSerializer.SerializeToUtf8Bytes(text, s_options);
        var again = JsonSerializer.SerializeToUtf8Bytes(JsonSerializer.Deserialize<string>(written, s_options), s_options);
        Assert.Equal(written, again);
        Assert.Equal(JsonSerializer.Serialize(string.Concat(text.EnumerateRunes()), s_options), Encoding.UTF8.GetString(written));
    }

    [Fact]
    public void Names_of_fields_are_escaped_like_values() =>
        Assert.Equal("{\"<é\\\"😀>\":\"'&+\"}", JsonSerializer.Serialize(new Dictionary<string, string> { ["<é\"😀>"] = "'&+" }, s_options));

    private static string Stringified(Rune rune) => rune.Value switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        8 => "\\b",
        9 => "\\t",
        10 => "\\n",
        12 => "\\f",
        13 => "\\r",
        < 0x20 => "\\u" + rune.Value.ToString("x4", CultureInfo.InvariantCulture),
        _ => rune.ToString(),
    };
}
