using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Pagination;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http;

namespace ErzyCall.UnitTests.Platform.Validation;

public sealed class QueryReaderTests
{
    [Theory]
    [InlineData("", 25, null)]
    [InlineData("?limit=1", 1, null)]
    [InlineData("?limit=100&cursor=abc", 100, "abc")]
    public void A_page_has_a_default_size_and_no_cursor(string query, int size, string? cursor) =>
        Assert.Equal(new PageRequest(size, cursor, "cursor"), Read(query, reader => reader.Page()));

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=101")]
    [InlineData("?limit=-1")]
    [InlineData("?limit=abc")]
    [InlineData("?limit=")]
    [InlineData("?limit=1.0")]
    [InlineData("?limit=+5")]
    [InlineData("?limit=%205")]
    [InlineData("?limit=1e1")]
    [InlineData("?limit=99999999999999999999")]
    [InlineData("?limit=5&limit=5")]
    public void A_page_of_another_size_is_refused(string query) =>
        Assert.Equal("limit", Assert.Single(Refusal(query, reader => reader.Page()).Details!).Field);

    [Fact]
    public void What_can_be_no_cursor_is_refused_before_anything_is_looked_up()
    {
        foreach (var cursor in (string[])["", "%00", new string('a', 1_001)])
        {
            Assert.Equal("cursor", Assert.Single(Refusal($"?cursor={cursor}", reader => reader.Page()).Details!).Field);
        }
    }

    [Fact]
    public void A_parameter_that_nobody_asked_for_is_refused_by_its_own_name() =>
        Assert.Equal(["Status", "x"], Refusal("?Status=a&x", reader => reader.Read("status", Constraints.OneOf(["a"]))).Details!.Select(error => error.Field));

    [Fact]
    public void Entries_of_a_map_differ_by_case()
    {
        var map = Read("?metadata[a]=1&metadata[A]=2", ReadMetadata);
        Assert.Equal(new Dictionary<string, string> { ["a"] = "1", ["A"] = "2" }, map);
    }

    [Theory]
    [InlineData("?metadata[]=1", "metadata[]")]
    [InlineData("?metadata[1a]=1", "metadata[1a]")]
    [InlineData("?metadata[a]=1&metadata[a]=2", "metadata[a]")]
    [InlineData("?metadata=1", "metadata")]
    [InlineData("?metadata[a=1", "metadata[a")]
    [InlineData("?metadata[a]=%00", "metadata[a]")]
    [InlineData("?metadata[a%00]=1", "metadata[a\0]")]
    public void A_problem_of_a_map_is_named_as_it_was_written(string query, string field) =>
        Assert.Equal(field, Assert.Single(Refusal(query, ReadMetadata).Details!).Field);

    private static IReadOnlyDictionary<string, string> ReadMetadata(QueryReader reader) =>
        reader.ReadMap("metadata", CreateCallValidator.Metadata);

    private static ApiError Refusal<T>(string query, Func<QueryReader, T> read) => Assert.Throws<ApiException>(() => Read(query, read)).Error;

    private static T Read<T>(string query, Func<QueryReader, T> read)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString(query);
        return QueryReader.Read(context, read);
    }
}
