using System.Net;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Platform.Validation;

public sealed class BadQueryTests(TestRun run)
{
    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=-1", "limit")]
    [InlineData("limit=abc", "limit")]
    [InlineData("limit=", "limit")]
    [InlineData("limit", "limit")]
    [InlineData("limit=10.0", "limit")]
    [InlineData("limit=99999999999", "limit")]
    [InlineData("limit=%00", "limit")]
    [InlineData("limit=١", "limit")]
    [InlineData("limit=10&limit=10", "limit")]
    [InlineData("status=new&status=ended", "status")]
    [InlineData("status=NEW", "status")]
    [InlineData("status=", "status")]
    [InlineData("status=new%00", "status")]
    [InlineData("Status=new", "Status")]
    [InlineData("statu=new", "statu")]
    [InlineData("status[]=new", "status[]")]
    [InlineData("=1", "")]
    [InlineData("😀=1", "😀")]
    [InlineData("%00=1", "\0")]
    [InlineData("from=2026-01-15", "from")]
    [InlineData("from=2026-01-15T10:30:00", "from")]
    [InlineData("from=2026-01-15T10:30:00+01:00", "from")]
    [InlineData("to=yesterday", "to")]
    [InlineData("to=%EF%BF%BF", "to")]
    [InlineData("phone=%2B1415", null)]
    [InlineData("phone=+14155550100", "phone")]
    [InlineData("phone=%2B14155550100%00", "phone")]
    [InlineData("endedReason=", "endedReason")]
    [InlineData("endedReason=a%00b", "endedReason")]
    [InlineData("endedReason=a%0Db", "endedReason")]
    [InlineData("metadata=a", "metadata")]
    [InlineData("metadata[]=a", "metadata[]")]
    [InlineData("metadata[1]=a", "metadata[1]")]
    [InlineData("metadata[a%00]=a", "metadata[a\0]")]
    [InlineData("metadata[a]=%00", "metadata[a]")]
    [InlineData("metadata[a]=1&metadata[a]=2", "metadata[a]")]
    [InlineData("metadata[a]=1&metadata[A]=2", null)]
    [InlineData("metadata%5Ba%5D=", null)]
    [InlineData("metadata[a]=%22%5C%27%7B%7D😀", null)]
    [InlineData("endedReason=%27%20OR%201=1--", null)]
    [InlineData("from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59.9999999Z", null)]
    [InlineData("from=2026-01-15T10:30Z&to=2026-01-15T11:30%2B01:00", null)]
    [InlineData("cursor=", "cursor")]
    [InlineData("cursor=abc", "cursor")]
    [InlineData("cursor=%00", "cursor")]
    [InlineData("cursor=😀", "cursor")]
    [InlineData("cursor=%FF%FE", "cursor")]
    [InlineData("cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "cursor")]
    [InlineData("endedReason=%ED%A0%80", "endedReason")]
    [InlineData("endedReason=%FF", "endedReason")]
    [InlineData("&&", null)]
    [InlineData("limit=0&status=x&from=x&phone=x&contactId=x&z=1", "status,contactId,from,phone,limit,z")]
    public async Task A_query_is_read_strictly(string query, string? refused)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var response = await tenant.Api.GetAsync($"/calls?{query}");
        if (refused is null)
        {
            response.ShouldBe(HttpStatusCode.OK);
        }
        else
        {
            response.ShouldBeError(400, "VALIDATION_ERROR", refused.Split(','));
        }
    }

    [Theory]
    [InlineData("contactId=1", "contactId")]
    [InlineData("contactId=", "contactId")]
    [InlineData("contactId=case_01h455vb4pex5vsknk084sn02q", "contactId")]
    [InlineData("caseId=contact_01h455vb4pex5vsknk084sn02q", "caseId")]
    [InlineData("caseId=case_01h455vb4pex5vsknk084sn02q%00", "caseId")]
    [InlineData("contactId=1&caseId=2", "contactId,caseId")]
    public async Task Malformed_ids_alone_have_a_code_of_their_own(string query, string fields)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        (await tenant.Api.GetAsync($"/calls?{query}")).ShouldBeError(400, "INVALID_ID", fields.Split(','));
    }

    [Fact]
    public async Task Routes_that_take_no_parameters_refuse_any()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        (await tenant.Api.PostAsync("/calls?dryRun=true", new { to = "+14155550100", from = Tenant.From })).ShouldBeError(400, "VALIDATION_ERROR", "dryRun");
        Assert.Empty((await tenant.Api.GetAsync("/calls")).Data.EnumerateArray());
    }
}
