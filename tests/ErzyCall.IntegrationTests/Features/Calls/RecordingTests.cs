using System.Net;
using System.Net.Http.Headers;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.IntegrationTests.Server;
using ErzyCall.VapiStandIn;
using Microsoft.AspNetCore.Mvc.Testing;

namespace ErzyCall.IntegrationTests.Features.Calls;

public sealed class RecordingTests(TestRun run)
{
    [Fact]
    public async Task A_recording_is_passed_on_whole_and_in_parts_and_the_carriers_address_is_told_to_nobody()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var id = await RecordedAsync(engine);

        using var whole = await GetAsync(engine, id);
        Assert.Equal((HttpStatusCode.OK, "audio/wav"), (whole.StatusCode, whole.Content.Headers.ContentType!.MediaType));
        Assert.Equal(Recordings.Wav, await whole.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal("bytes", Assert.Single(whole.Headers.AcceptRanges));
        Assert.Null(whole.Headers.Location);

        using var part = await GetAsync(engine, id, new RangeHeaderValue(4, 11));
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(Recordings.Wav[4..12], await part.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal($"bytes 4-11/{Recordings.Wav.Length}", part.Content.Headers.ContentRange!.ToString());

        using var beyond = await GetAsync(engine, id, new RangeHeaderValue(Recordings.Wav.Length + 10, null));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
    }

    [Fact]
    public async Task There_is_no_recording_of_a_call_that_has_none_or_is_another_organizations()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var recorded = await RecordedAsync(engine);
        var (going, _) = await engine.DialAsync("+14155550101");
        var stranger = await engine.Server.CreateTenantAsync(new TenantOptions { Mode = OrganizationMode.Live });

        (await engine.Tenant.Api.GetAsync($"/calls/{going}/recording")).ShouldBeError(404, "NOT_FOUND");
        (await stranger.Api.GetAsync($"/calls/{recorded}/recording")).ShouldBeError(404, "NOT_FOUND");
        var (_, reader) = await engine.Tenant.AddKeyAsync(["contacts:read"]);
        (await reader.GetAsync($"/calls/{recorded}/recording")).ShouldBeError(403, "INSUFFICIENT_SCOPE");
        engine.Vapi.Calls[recorded].HasRecording = false;
        (await engine.Tenant.Api.GetAsync($"/calls/{recorded}/recording")).ShouldBeError(404, "NOT_FOUND");
    }

    [Fact]
    public async Task A_carrier_that_does_not_give_the_recording_is_unavailable()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var id = await RecordedAsync(engine);
        await engine.ConnectAsync("Other", privateKey: "another key");
        await engine.Server.ExecuteSqlAsync("UPDATE carrier_accounts SET secrets = (SELECT secrets FROM carrier_accounts WHERE name = 'Other')");

        (await engine.Tenant.Api.GetAsync($"/calls/{id}/recording")).ShouldBeError(503, "SERVICE_UNAVAILABLE");

        // Whose account is disconnected has its secrets erased with it.
        await engine.Server.ExecuteSqlAsync("UPDATE carrier_accounts SET status = 'disconnected', secrets = NULL");
        (await engine.Tenant.Api.GetAsync($"/calls/{id}/recording")).ShouldBeError(503, "SERVICE_UNAVAILABLE");
    }

    private static async Task<string> RecordedAsync(VapiEngine engine)
    {
        var (id, call) = await engine.DialAsync();
        await engine.Vapi.AnswerAsync(call);
        await engine.Vapi.EndAsync(call, "customer-ended-call");
        call.HasRecording = true;
        await engine.Vapi.ReportAsync(call);
        return id;
    }

    private static async Task<HttpResponseMessage> GetAsync(VapiEngine engine, string id, RangeHeaderValue? range = null)
    {
        using var client = engine.Server.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        client.DefaultRequestHeaders.Add("X-API-Key", engine.Tenant.Secret);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/calls/{id}/recording");
        request.Headers.Range = range;
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
