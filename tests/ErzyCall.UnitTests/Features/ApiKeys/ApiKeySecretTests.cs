using ErzyCall.Api.Features.ApiKeys;
using ErzyCall.Api.Features.Organizations;

namespace ErzyCall.UnitTests.Features.ApiKeys;

public sealed class ApiKeySecretTests
{
    [Fact]
    public void A_new_secret_bears_the_mode_of_its_organization_and_is_well_formed_and_new()
    {
        var live = Enumerable.Range(0, 500).Select(_ => ApiKeySecret.Generate(OrganizationMode.Live).Text).ToArray();
        var test = Enumerable.Range(0, 500).Select(_ => ApiKeySecret.Generate(OrganizationMode.Test).Text).ToArray();
        Assert.All(live, text => Assert.Matches("^ek_live_[0-9A-Za-z]{43}$", text));
        Assert.All(test, text => Assert.Matches("^ek_test_[0-9A-Za-z]{43}$", text));
        Assert.All(live.Concat(test), text => Assert.True(ApiKeySecret.IsWellFormed(text)));
        Assert.Equal(1000, live.Concat(test).Select(text => text[8..]).Distinct().Count());
    }

    [Fact]
    public void Every_digit_occurs_in_every_place_that_32_bytes_reach()
    {
        var secrets = Enumerable.Range(0, 5000).Select(_ => ApiKeySecret.Generate(OrganizationMode.Test).Text[8..]).ToArray();
        Assert.All(Enumerable.Range(1, 42), place => Assert.Equal(62, secrets.Select(secret => secret[place]).Distinct().Count()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ek_test_")]
    [InlineData("ek_test_000000000000000000000000000000000000000000")]
    [InlineData("ek_test_00000000000000000000000000000000000000000000")]
    [InlineData("ek_demo_0000000000000000000000000000000000000000000")]
    [InlineData("EK_TEST_0000000000000000000000000000000000000000000")]
    [InlineData("ek_test_000000000000000000000000000000000000000000-")]
    [InlineData("ek_test_000000000000000000000000000000000000000000é")]
    [InlineData(" ek_test_000000000000000000000000000000000000000000")]
    public void Anything_else_is_not_well_formed(string text) => Assert.False(ApiKeySecret.IsWellFormed(text));

    [Fact]
    public void What_is_stored_is_the_SHA_256_of_the_whole_secret() =>
        Assert.Equal(
            "DEBF5E9B2802A211863AE0CADC9458C44BB3610F56853168E39FA9134251251B", Convert.ToHexString(new ApiKeySecret("ek_test_0000000000000000000000000000000000000000000").Hash()));

    [Fact]
    public void A_secret_does_not_show_itself_in_text() =>
        Assert.DoesNotContain("0000", $"{new ApiKeySecret("ek_test_0000000000000000000000000000000000000000000")}", StringComparison.Ordinal);
}
