using System.Globalization;
using System.Net;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.Calls;

/// <summary>Nobody's phone rings for several items of one batch at once.</summary>
public sealed class BatchDuplicatesTests(TestRun run)
{
    private const string To = "+5491123456789";
    private const string ToInItsOtherForm = "+541123456789";

    [Theory]
    [InlineData("now now now", "201 409 409")]
    [InlineData("60 119 121 180", "201 409 201 409")]

    // The second was not accepted, so the third is compared with the first.
    [InlineData("60 100 130", "201 409 201")]

    // An item stands behind those before it, however early it is due.
    [InlineData("200 141 140 now", "201 409 201 201")]
    [InlineData("180 60 121", "201 201 409")]
    [InlineData("60 120", "201 201")]
    [InlineData("now other", "201 409")]
    [InlineData("now invalid missing now", "201 400 404 409")]
    [InlineData("silent now", "422 201")]
    [InlineData("now silent", "201 409")]
    [InlineData("stopped stopped now", "403 403 201")]
    public async Task A_number_is_called_once_in_an_hour_by_one_batch(string items, string statuses)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        await tenant.BlockAsync("+14155550199");
        var start = tenant.Now;
        object Item(string item) => item switch
        {
            "now" => new { to = To },
            "other" => new { to = ToInItsOtherForm },
            "invalid" => new { to = To, firstMessage = "" },
            "missing" => new { to = To, contactId = "contact_01h455vb4pex5vsknk084sn02q" },
            "silent" => new { to = To, from = "+14155551111" },
            "stopped" => new { to = "+14155550199" },
            _ => new { to = To, scheduledAt = start.AddMinutes(int.Parse(item, CultureInfo.InvariantCulture)).ToString("O", CultureInfo.InvariantCulture) },
        };
        var calls = items.Split(' ').Select(Item);

        var answer = (await tenant.Api.PostAsync("/calls/batch", new { defaults = new { from = Tenant.From }, calls })).ShouldBe(HttpStatusCode.Created);

        Assert.Equal(statuses, string.Join(' ', answer.Data.EnumerateArray().Select(result => result.GetProperty("status").GetInt32())));
        Assert.All(
            answer.Data.EnumerateArray().Where(result => result.GetProperty("status").GetInt32() == 409),
            result => Assert.Equal("CONFLICT", result.GetProperty("error").GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("true", 201)]
    [InlineData("false", 409)]
    [InlineData("null", 409)]
    public async Task Whoever_means_it_may_call_a_number_again(string allowed, int status)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var answer = (await tenant.Api.PostAsync("/calls/batch", $$"""
            {"allowDuplicates":{{allowed}},"defaults":{"to":"{{To}}","from":"{{Tenant.From}}"},"calls":[{},{},{"to":"{{ToInItsOtherForm}}"}]}
            """)).ShouldBe(HttpStatusCode.Created);
        Assert.Equal([201, status, status], answer.Data.EnumerateArray().Select(result => result.GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task Two_batches_know_nothing_of_each_other()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var answer = await tenant.Api.PostAsync("/calls/batch", new { calls = new[] { new { to = To, from = Tenant.From } } });
            Assert.Equal(201, answer.ShouldBe(HttpStatusCode.Created).Data[0].GetProperty("status").GetInt32());
        }
    }
}
