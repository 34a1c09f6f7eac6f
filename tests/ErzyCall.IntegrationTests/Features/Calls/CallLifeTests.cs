using System.Net;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Calls.Dispatch.Simulation;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.Calls;

public sealed class CallLifeTests(TestRun run)
{
    [Fact]
    public async Task A_call_goes_from_new_through_processing_to_ended_with_a_transcript_of_its_own_script()
    {
        await using var server = await run.StartServerAsync();
        var tenant = await server.CreateTenantAsync();
        var created = await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From, firstMessage = "Hello from {{me}}", variableValues = new { me = "us" } });
        created.ShouldBe(HttpStatusCode.Created);
        Assert.Equal("new", created.Data.GetProperty("status").GetString());
        var id = created.Data.GetProperty("id").GetString()!;

        await server.RunAsync<CallDispatchJob>();
        Assert.Equal("processing", (await tenant.GetCallAsync(id)).GetProperty("status").GetString());

        await server.RunAsync<SimulatedCarrierJob>();
        var ended = await tenant.GetCallAsync(id);
        Assert.Equal("ended", ended.GetProperty("status").GetString());
        Assert.Equal("Hello from us", ended.GetProperty("transcript")[0].GetProperty("message").GetString());
    }
}
