using System.Text;
using ErzyCall.Api.Platform.Json;

namespace ErzyCall.UnitTests.Platform.Json;

public sealed class JsonFieldPathTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("$", "")]
    [InlineData("$.to", "to")]
    [InlineData("$.optOut.reason", "optOut.reason")]
    [InlineData("$.tags[3]", "tags[3]")]
    [InlineData("$[0]", "[0]")]
    [InlineData("$.calls[12].metadata['a b']", "calls[12].metadata.a b")]
    [InlineData("$['a.b'].c", "a.b.c")]
    [InlineData("$.metadata['it']s']", "metadata.it']s")]
    [InlineData("$.metadata['a']b'].c", "metadata.a']b.c")]
    [InlineData("$.", "")]
    public void A_path_of_the_serializer_becomes_one_that_a_client_would_write(string? path, string field) =>
        Assert.Equal(field, JsonFieldPath.Format(JsonFieldPath.Parse(path)));

    [Theory]
    [InlineData("""{"to":"a","to":"b"}""", "$.to", true)]
    [InlineData("""{"to":"a","\u0074o":"b"}""", "$.to", true)]
    [InlineData("""{"to":"a","To":"b"}""", "$.to", false)]
    [InlineData("""{"metadata":{"k":"a","k":"b"}}""", "$.metadata.k", true)]
    [InlineData("""{"metadata":{"k":"a"},"k":"b"}""", "$.metadata.k", false)]
    [InlineData("""{"calls":[{"to":1},{"to":1,"to":2}]}""", "$.calls[1].to", true)]
    [InlineData("""{"calls":[{"to":1},{"to":1,"to":2}]}""", "$.calls[0].to", false)]
    [InlineData("""{"calls":[]}""", "$.calls[0].to", false)]
    [InlineData("""{"calls":"text"}""", "$.calls[0].to", false)]
    [InlineData("""{"metadata":"text"}""", "$.metadata.k", false)]
    public void A_field_is_found_to_be_repeated_only_where_it_is(string body, string path, bool repeated) =>
        Assert.Equal(repeated, JsonFieldPath.IsRepeated(JsonFieldPath.Parse(path), Encoding.UTF8.GetBytes(body)));
}
