using System.Text.Json;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Json;

namespace ErzyCall.UnitTests.Platform.Json;

public sealed class GivenTests
{
    private const string Contact = "contact_01h455vb4pex5vsknk084sn02q";

    [Fact]
    public void Text_becomes_what_it_stands_for()
    {
        Assert.Equal(Contact, Read<Id<Contact>>($"\"{Contact}\"").Value.ToString());
        Assert.Equal("+14155550123", Read<E164>("\"+14155550123\"").Value.Text);
        Assert.Equal(new DateTimeOffset(2026, 1, 15, 8, 30, 0, TimeSpan.Zero), Read<DateTimeOffset>("\"2026-01-15T10:30:00+02:00\"").Value);
    }

    [Fact]
    public void Text_that_is_none_is_kept_as_that()
    {
        Assert.True(Read<Id<Contact>>("\"call_01h455vb4pex5vsknk084sn02q\"").IsMalformed);
        Assert.True(Read<E164>("\"0415 555 0123\"").IsMalformed);

        // What the type's own parser would take.
        Assert.True(Read<DateTimeOffset>("\"2026-01-15\"").IsMalformed);
        Assert.True(Given<int>.Parse(" +5").IsMalformed);
        Assert.Throws<InvalidOperationException>(() => Read<E164>("\"\"").Value);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("[]")]
    public void What_is_no_text_is_another_shape(string json) => Assert.Throws<JsonException>(() => Read<E164>(json));

    private static Given<T> Read<T>(string json)
        where T : struct, IParsable<T> =>
        JsonSerializer.Deserialize<Given<T>>(json, JsonSettings.Default)!;
}
