using ErzyCall.Api.Platform.Ids;

namespace ErzyCall.UnitTests.Platform.Ids;

/// <summary>The vectors are those of the TypeID specification (<c>spec/valid.yml</c> and <c>spec/invalid.yml</c>), as far as they have a prefix of ours.</summary>
public sealed class TypeIdTests
{
    [Theory]
    [InlineData("00000000000000000000000000", "00000000-0000-0000-0000-000000000000")]
    [InlineData("00000000000000000000000001", "00000000-0000-0000-0000-000000000001")]
    [InlineData("0000000000000000000000000a", "00000000-0000-0000-0000-00000000000a")]
    [InlineData("0000000000000000000000000g", "00000000-0000-0000-0000-000000000010")]
    [InlineData("00000000000000000000000010", "00000000-0000-0000-0000-000000000020")]
    [InlineData("7zzzzzzzzzzzzzzzzzzzzzzzzz", "ffffffff-ffff-ffff-ffff-ffffffffffff")]
    [InlineData("0123456789abcdefghjkmnpqrs", "0110c853-1d09-52d8-d73e-1194e95b5f19")]
    [InlineData("01h455vb4pex5vsknk084sn02q", "01890a5d-ac96-774b-bcce-b302099a8057")]
    public void A_published_vector_reads_and_writes_as_its_uuid(string suffix, string uuid)
    {
        Assert.True(TypeId.TryParse("prefix", $"prefix_{suffix}", out var value));
        Assert.Equal(Guid.Parse(uuid), value);
        Assert.Equal($"prefix_{suffix}", TypeId.Format("prefix", value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("prefix")]
    [InlineData("prefix_")]
    [InlineData("01h455vb4pex5vsknk084sn02q")]
    [InlineData("_01h455vb4pex5vsknk084sn02q")]
    [InlineData("PREFIX_01h455vb4pex5vsknk084sn02q")]
    [InlineData("prefi_01h455vb4pex5vsknk084sn02q")]
    [InlineData("prefix-01h455vb4pex5vsknk084sn02q")]
    [InlineData("prefixx01h455vb4pex5vsknk084sn02q")]
    [InlineData(" prefix_01h455vb4pex5vsknk084sn02q")]
    [InlineData("prefix_01h455vb4pex5vsknk084sn02q ")]
    [InlineData("prefix_01h455vb4pex5vsknk084sn02q\n")]
    [InlineData("prefix_1234567890123456789012345")]
    [InlineData("prefix_123456789012345678901234567")]
    [InlineData("prefix_1234567890123456789012345 ")]
    [InlineData("prefix_0123456789ABCDEFGHJKMNPQRS")]
    [InlineData("prefix_123456789-123456789-123456")]
    [InlineData("prefix_ooooooiiiiiiuuuuuuulllllll")]
    [InlineData("prefix_i23456789ol23456789oi23456")]
    [InlineData("prefix_8zzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("prefix_01h455vb4pex5vsknk084sn02\u0661")]
    public void Anything_else_is_no_id(string text) => Assert.False(TypeId.TryParse("prefix", text, out _));

    [Fact]
    public void Later_ids_sort_after_earlier_ones_as_text()
    {
        var start = DateTimeOffset.UnixEpoch.AddYears(56);
        var ids = Enumerable.Range(0, 1000).Select(i => TypeId.Format("call", Guid.CreateVersion7(start.AddMilliseconds(i * 37)))).ToArray();
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
    }
}
