using System.Net;
using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.PhoneNumbers;

public sealed class ListPhoneNumbersTests(TestRun run)
{
    [Fact]
    public async Task The_list_shows_every_number_of_the_organization_whole_and_no_other()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        await run.Shared.CreateTenantAsync();
        var reception = await tenant.AddAsync(new InboundAssistant
        {
            Id = Id<InboundAssistant>.New(tenant.Organization.CreatedAt),
            OrganizationId = tenant.Organization.Id,
            Name = "Reception",
            CreatedAt = tenant.Organization.CreatedAt,
        });
        var second = tenant.NewPhoneNumber("+442071234567");
        (second.Label, second.Country, second.Provider, second.Capabilities) = ("London", "GB", "acme", ["inbound", "whatsapp"]);
        (second.IsActive, second.IsDefault, second.InboundAssistantId) = (false, true, reception.Id);
        await tenant.AddAsync(second);

        var answer = (await tenant.Api.GetAsync("/phone-numbers")).ShouldBe(HttpStatusCode.OK);

        Assert.Equal(["data"], answer.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal([second.Number, Tenant.From], answer.Data.EnumerateArray().Select(phone => phone.GetProperty("phoneNumber").GetString()));
        Assert.Equal(
            $$"""{"id":"{{second.Id}}","phoneNumber":"+442071234567","label":"London","country":"GB","provider":"acme","carrierAccountId":null,"capabilities":["inbound","whatsapp"],"isActive":false,"isDefault":true,"inboundAssistantId":"{{reception.Id}}","createdAt":"{{second.CreatedAt:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}"}""",
            answer.Data[0].GetRawText());
        Assert.Contains("\"label\":null,", answer.Data[1].GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_is_not_paged() =>
        (await (await run.Shared.CreateTenantAsync()).Api.GetAsync("/phone-numbers?limit=1")).ShouldBeError(400, "VALIDATION_ERROR", "limit");
}
