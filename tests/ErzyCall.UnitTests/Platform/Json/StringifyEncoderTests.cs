using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using ErzyCall.Api.Platform.Json;
using ErzyCall.UnitTests.Features.WebhookEndpoints;

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

    /// <summary>
    /// No request can bring in half a surrogate pair; were one there all the same, what is signed must still be text that survives parsing and writing again: it is
    /// written as U+FFFD, as UTF-8 has no form of it.
    /// </summary>
    [Fact]
    public void Any_text_is_written_as_JavaScript_writes_it_and_parses_and_writes_again_as_the_same_bytes() => AnyEvent.Text.Sample(
        text =>
        {
            var written = JsonSerializer.SerializeToUtf8Bytes(text, s_options);

            Assert.Equal($"\"{string.Concat(text.EnumerateRunes().Select(Stringified))}\"", Encoding.UTF8.GetString(written));
            Assert.Equal(written, JsonSerializer.SerializeToUtf8Bytes(JsonSerializer.Deserialize<string>(written, s_options), s_options));
        },
        iter: 20_000);

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
