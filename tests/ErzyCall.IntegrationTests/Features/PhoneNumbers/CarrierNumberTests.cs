using System.Net;
using System.Text.Json;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.PhoneNumbers;

/// <summary>Numbers of a live organization belong to its carrier accounts.</summary>
public sealed class CarrierNumberTests(TestRun run)
{
    [Fact]
    public async Task A_number_belongs_to_the_account_that_has_it()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var account = engine.Account.Id.ToString();
        var api = engine.Tenant.Api;

        var number = (await api.GetAsync("/phone-numbers")).Data.EnumerateArray().Single(phone => phone.GetProperty("phoneNumber").GetString() == VapiEngine.Number);
        Assert.Equal(("vapi", account), (number.GetProperty("provider").GetString(), number.GetProperty("carrierAccountId").GetString()));
        (await api.PostAsync("/phone-numbers", new { phoneNumber = "+4930901821", carrierAccountId = account })).ShouldBeError(400, "VALIDATION_ERROR", "phoneNumber");
        (await api.PostAsync("/phone-numbers", new { phoneNumber = VapiEngine.Number, carrierAccountId = account, provider = "twilio" })).ShouldBeError(400, "VALIDATION_ERROR", "provider");
        (await api.PostAsync("/phone-numbers", new { phoneNumber = VapiEngine.Number, provider = "vapi" })).ShouldBeError(400, "VALIDATION_ERROR", "carrierAccountId");
        (await api.PostAsync("/phone-numbers", new { phoneNumber = VapiEngine.Number, carrierAccountId = "x" })).ShouldBeError(400, "INVALID_ID", "carrierAccountId");

        // What stays as it is asks nobody; what changes is asked for.
        var path = $"/phone-numbers/{number.GetProperty("id").GetString()}";
        engine.Vapi.Requests.Clear();
        (await api.PatchAsync(path, new { label = "Main", provider = "vapi", carrierAccountId = account })).ShouldBe(HttpStatusCode.OK);
        Assert.Empty(engine.Vapi.Requests);
        var second = await engine.ConnectAsync("Second", privateKey: "another key");
        (await api.PatchAsync(path, new { carrierAccountId = second.Id.ToString() })).ShouldBeError(422, "CARRIER_UNAVAILABLE");
        (await api.PatchAsync(path, new { carrierAccountId = (string?)null })).ShouldBeError(400, "VALIDATION_ERROR", "carrierAccountId");
        Assert.Equal(account, (await api.GetAsync("/phone-numbers")).Data.EnumerateArray().Single(phone => phone.GetProperty("phoneNumber").GetString() == VapiEngine.Number).GetProperty("carrierAccountId").GetString());
    }

    [Fact]
    public async Task An_account_whose_carrier_does_not_answer_takes_no_number_now()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        await engine.Server.ExecuteSqlAsync("UPDATE carrier_accounts SET base_address = 'http://127.0.0.1:1'");

        (await engine.Tenant.Api.PostAsync("/phone-numbers", new { phoneNumber = "+4930901821", carrierAccountId = engine.Account.Id.ToString() })).ShouldBeError(503, "SERVICE_UNAVAILABLE");
    }

    [Fact]
    public async Task Accounts_are_listed_without_their_secrets_to_their_own_organization()
    {
        await using var engine = await VapiEngine.StartAsync(run);
        var stranger = await engine.Server.CreateTenantAsync(new TenantOptions { Mode = OrganizationMode.Live });

        var listed = Assert.Single((await engine.Tenant.Api.GetAsync("/carrier-accounts")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray());
        Assert.Equal(["id", "provider", "name", "status", "statusMessage", "createdAt"], listed.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("vapi", "Main line", "active", JsonValueKind.Null), (listed.GetProperty("provider").GetString(), listed.GetProperty("name").GetString(), listed.GetProperty("status").GetString(), listed.GetProperty("statusMessage").ValueKind));
        Assert.Empty((await stranger.Api.GetAsync("/carrier-accounts")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray());
        (await stranger.Api.PostAsync("/phone-numbers", new { phoneNumber = VapiEngine.Number, carrierAccountId = engine.Account.Id.ToString() })).ShouldBeError(404, "NOT_FOUND");
        var (_, other) = await engine.Tenant.AddKeyAsync(["calls:read"]);
        (await other.GetAsync("/carrier-accounts")).ShouldBeError(403, "INSUFFICIENT_SCOPE");
    }
}
