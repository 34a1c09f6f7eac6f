using System.Net;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.PhoneNumbers;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Features.PhoneNumbers;

public sealed class PhoneNumberRoutesTests(TestRun run)
{
    private const int Rounds = 30;

    private static readonly string[] s_fields =
        ["id", "phoneNumber", "label", "country", "provider", "carrierAccountId", "capabilities", "isActive", "isDefault", "inboundAssistantId", "createdAt"];

    [Fact]
    public async Task A_number_lives_from_its_creation_to_its_deletion()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var api = tenant.Api;
        var reception = await tenant.CreateAsync("/assistants/inbound", new { name = "Reception" });

        var created = (await api.PostAsync("/phone-numbers", new { phoneNumber = "+442071234567" })).ShouldBe(HttpStatusCode.Created);
        var phone = created.ShouldHave(s_fields);
        var path = $"/phone-numbers/{phone.GetProperty("id").GetString()}";
        Assert.Equal($"/api/v1{path}", created.Header("Location"));
        Assert.Contains(
            """
            "phoneNumber":"+442071234567","label":null,"country":"GB","provider":"simulator","carrierAccountId":null,"capabilities":["inbound","outbound"],"isActive":true,"isDefault":false,"inboundAssistantId":null,
            """,
            phone.GetRawText(),
            StringComparison.Ordinal);
        Assert.Equal(phone.GetRawText(), (await api.GetAsync("/phone-numbers")).ShouldBe(HttpStatusCode.OK).Data[0].GetRawText());

        var changed = (await api.PatchAsync(path, new
        {
            label = "London",
            country = "IE",
            provider = "simulator",
            capabilities = new[] { "whatsapp", "inbound" },
            isActive = false,
            isDefault = true,
            inboundAssistantId = reception,
        })).ShouldBe(HttpStatusCode.OK).ShouldHave(s_fields);
        Assert.Contains(
            $$"""
            "phoneNumber":"+442071234567","label":"London","country":"IE","provider":"simulator","carrierAccountId":null,"capabilities":["whatsapp","inbound"],"isActive":false,"isDefault":true,"inboundAssistantId":"{{reception}}",
            """,
            changed.GetRawText(),
            StringComparison.Ordinal);
        Assert.Equal(changed.GetRawText(), (await api.GetAsync("/phone-numbers")).Data[0].GetRawText());
        var cleared = (await api.PatchAsync(path, """{"label":null,"inboundAssistantId":null,"capabilities":[]}""")).ShouldBe(HttpStatusCode.OK).Data;
        Assert.Equal((null, null, "[]"), (cleared.GetProperty("label").GetString(), cleared.GetProperty("inboundAssistantId").GetString(), cleared.GetProperty("capabilities").GetRawText()));

        (await api.PostAsync("/phone-numbers", new { phoneNumber = "+442071234567" })).ShouldBeError(409, "CONFLICT", "phoneNumber");
        (await api.GetAsync(path)).ShouldBeError(405, "METHOD_NOT_ALLOWED");
        Assert.Equal("", (await api.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent).Text);
        (await api.PatchAsync(path, new { label = "Too late" })).ShouldBeError(404, "NOT_FOUND");
        (await api.DeleteAsync(path)).ShouldBeError(404, "NOT_FOUND");
        Assert.Equal([Tenant.From], (await api.GetAsync("/phone-numbers")).Data.EnumerateArray().Select(row => row.GetProperty("phoneNumber").GetString()));
        (await api.PostAsync("/phone-numbers", new { phoneNumber = "+442071234567" })).ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("+4930123456", "DE")]
    [InlineData("+14155550100", "US")]
    [InlineData("+14165550123", "CA")]
    [InlineData("+18765230123", "JM")]
    [InlineData("+24762889", "SH")]
    [InlineData("+38344123456", "XK")]
    [InlineData("+79161234567", "RU")]
    public async Task Its_country_is_that_of_the_number_when_left_out(string phoneNumber, string country)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var phone = (await tenant.Api.PostAsync("/phone-numbers", new { phoneNumber })).ShouldBe(HttpStatusCode.Created).Data;
        Assert.Equal(country, phone.GetProperty("country").GetString());
    }

    [Theory]
    [InlineData("+80012345678")]
    [InlineData("+881612345678")]
    [InlineData("+99")]
    [InlineData("+999123456")]
    public async Task A_number_of_no_country_needs_one_to_be_given(string phoneNumber)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var answer = await tenant.Api.PostAsync("/phone-numbers", new { phoneNumber });
        answer.ShouldBeError(400, "VALIDATION_ERROR", "country");
        Assert.Equal("CH", (await tenant.Api.PostAsync("/phone-numbers", new { phoneNumber, country = "CH" })).ShouldBe(HttpStatusCode.Created).Data.GetProperty("country").GetString());
    }

    public static TheoryData<string, string[]> Problems { get; } = new()
    {
        { """{"country":"us","label":"\u0001"}""", ["label", "country"] },
        { """{"country":"ZZ","provider":""}""", ["country", "provider"] },
        { """{"provider":"acme"}""", ["provider"] },
        { """{"capabilities":["inbound","fax"]}""", ["capabilities[1]"] },
        { """{"capabilities":["inbound",null]}""", ["capabilities[1]"] },
        { """{"capabilities":["inbound","inbound"]}""", ["capabilities[1]"] },
        { """{"capabilities":"inbound"}""", ["capabilities"] },
        { """{"isActive":"yes"}""", ["isActive"] },
        { """{"createdAt":"2026-01-01T00:00:00Z"}""", ["createdAt"] },
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public async Task Every_field_at_fault_is_named(string body, string[] fields)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        (await tenant.Api.PostAsync("/phone-numbers", $$"""{"phoneNumber":"+14155557001",{{body[1..]}}""")).ShouldBeError(400, "VALIDATION_ERROR", fields);
        var path = $"/phone-numbers/{await tenant.CreateAsync("/phone-numbers", new { phoneNumber = "+14155557001" })}";
        (await tenant.Api.PatchAsync(path, body)).ShouldBeError(400, "VALIDATION_ERROR", fields);
    }

    [Fact]
    public async Task The_number_cannot_be_changed_and_what_cannot_be_missing_cannot_be_cleared()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        (await tenant.Api.PostAsync("/phone-numbers", new { })).ShouldBeError(400, "VALIDATION_ERROR", "phoneNumber");
        (await tenant.Api.PostAsync("/phone-numbers", new { phoneNumber = "4155557001", label = new string('x', 101) })).ShouldBeError(400, "VALIDATION_ERROR", "phoneNumber", "label");
        var path = $"/phone-numbers/{await tenant.CreateAsync("/phone-numbers", new { phoneNumber = "+14155557001", label = new string('x', 100) })}";
        (await tenant.Api.PatchAsync(path, new { phoneNumber = "+14155557002" })).ShouldBeError(400, "VALIDATION_ERROR", "phoneNumber");
        (await tenant.Api.PatchAsync(path, """{"country":null,"provider":null,"capabilities":null,"isActive":null,"isDefault":null}"""))
            .ShouldBeError(400, "VALIDATION_ERROR", "country", "provider", "capabilities", "isActive", "isDefault");
    }

    [Fact]
    public async Task Its_inbound_assistant_is_one_of_its_own_organization()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var stranger = await run.Shared.CreateTenantAsync();
        var foreign = await stranger.CreateAsync("/assistants/inbound", new { name = "Reception" });
        var outbound = await tenant.CreateAsync("/assistants/outbound", new { name = "Emma", voice = new { }, model = new { } });
        var path = $"/phone-numbers/{await tenant.CreateAsync("/phone-numbers", new { phoneNumber = "+14155557001" })}";
        foreach (var id in new[] { foreign, outbound })
        {
            (await tenant.Api.PostAsync("/phone-numbers", new { phoneNumber = "+14155557002", inboundAssistantId = id })).ShouldBeError(404, "NOT_FOUND");
            (await tenant.Api.PatchAsync(path, new { inboundAssistantId = id })).ShouldBeError(404, "NOT_FOUND");
        }

        (await tenant.Api.PatchAsync(path, new { inboundAssistantId = "x" })).ShouldBeError(400, "INVALID_ID", "inboundAssistantId");
    }

    [Fact]
    public async Task A_test_organization_calls_with_the_simulated_carrier_only()
    {
        var test = await run.Shared.CreateTenantAsync();
        (await test.Api.PostAsync("/phone-numbers", new { phoneNumber = "+14155557001", provider = "vapi" })).ShouldBeError(400, "VALIDATION_ERROR", "provider");
    }

    [Fact]
    public async Task A_live_number_belongs_to_one_organization_and_a_test_number_to_any()
    {
        await using var server = await StartWithLiveSimulationAsync();
        var live = new TenantOptions { Mode = OrganizationMode.Live };
        var (first, second) = (await server.CreateTenantAsync(live), await server.CreateTenantAsync(live));
        var (third, fourth) = (await server.CreateTenantAsync(), await server.CreateTenantAsync());
        var body = new { phoneNumber = "+14155557003", provider = "simulator" };

        var id = await first.CreateAsync("/phone-numbers", body);
        (await second.Api.PostAsync("/phone-numbers", body)).ShouldBeError(409, "CONFLICT", "phoneNumber");
        (await first.Api.PostAsync("/phone-numbers", body)).ShouldBeError(409, "CONFLICT", "phoneNumber");
        (await third.Api.PostAsync("/phone-numbers", body)).ShouldBe(HttpStatusCode.Created);
        (await fourth.Api.PostAsync("/phone-numbers", body)).ShouldBe(HttpStatusCode.Created);
        (await first.Api.DeleteAsync($"/phone-numbers/{id}")).ShouldBe(HttpStatusCode.NoContent);
        (await second.Api.PostAsync("/phone-numbers", body)).ShouldBe(HttpStatusCode.Created);

        // Whoever writes the row, the organization's mode decides.
        await server.ExecuteSqlAsync($"UPDATE phone_numbers SET is_live = false WHERE organization_id = '{second.Organization.Id.Value}'");
        (await first.Api.PostAsync("/phone-numbers", body)).ShouldBeError(409, "CONFLICT", "phoneNumber");
    }

    [Fact]
    public async Task Of_many_live_organizations_that_add_the_same_number_at_once_one_gets_it()
    {
        await using var server = await StartWithLiveSimulationAsync();
        var tenants = new List<Tenant>();
        for (var number = 0; number < 6; number++)
        {
            tenants.Add(await server.CreateTenantAsync(new TenantOptions { Mode = OrganizationMode.Live }));
        }

        var answers = await Task.WhenAll(tenants.Select(tenant => tenant.Api.PostAsync("/phone-numbers", new { phoneNumber = "+14155557004", provider = "simulator" })));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer => answer.ShouldBeError(409, "CONFLICT", "phoneNumber"));
    }

    [Fact]
    public async Task A_live_organization_has_no_number_that_is_simulated()
    {
        var tenant = await run.Shared.CreateTenantAsync(new TenantOptions { Mode = OrganizationMode.Live });
        foreach (var (body, field) in new (object, string)[]
        {
            (new { phoneNumber = "+14155557005" }, "carrierAccountId"), (new { phoneNumber = "+14155557005", provider = "simulator" }, "provider"),
            (new { phoneNumber = "+14155557005", provider = "no-such" }, "provider"), (new { phoneNumber = "+14155557005", provider = "vapi" }, "carrierAccountId"),
        })
        {
            (await tenant.Api.PostAsync("/phone-numbers", body)).ShouldBeError(400, "VALIDATION_ERROR", field);
        }

        // One that is there already, from before: it shows, it may be given up and renamed, and nothing is called from it.
        var phone = (await tenant.Api.GetAsync("/phone-numbers")).Data.EnumerateArray().Single();
        (await tenant.Api.PatchAsync($"/phone-numbers/{phone.GetProperty("id").GetString()}", new { label = "Old" })).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.PatchAsync($"/phone-numbers/{phone.GetProperty("id").GetString()}", new { provider = "simulator" })).ShouldBeError(400, "VALIDATION_ERROR", "provider");
        var call = new { to = "+14155550100", from = tenant.Number };
        (await tenant.Api.PostAsync("/calls", call)).ShouldBeError(422, "INVALID_PHONE");
        var preview = (await tenant.Api.PostAsync("/calls/preview", call)).ShouldBe(HttpStatusCode.OK).Data;
        Assert.Equal(["INVALID_PHONE"], preview.GetProperty("refusals").EnumerateArray().Select(refusal => refusal.GetProperty("code").GetString()));
        var batch = (await tenant.Api.PostAsync("/calls/batch", new { calls = new[] { call } })).ShouldBe(HttpStatusCode.Created).Data;
        Assert.Equal(422, batch[0].GetProperty("status").GetInt32());
        Assert.Equal(0, (await tenant.Api.GetAsync("/usage")).Data.GetProperty("calls").GetProperty("total").GetInt64());
    }

    [Fact]
    public async Task With_the_switch_a_live_organization_names_the_simulator_itself()
    {
        await using var server = await StartWithLiveSimulationAsync();
        var tenant = await server.CreateTenantAsync(new TenantOptions { Mode = OrganizationMode.Live });
        (await tenant.Api.PostAsync("/phone-numbers", new { phoneNumber = "+14155557006" })).ShouldBeError(400, "VALIDATION_ERROR", "carrierAccountId");
        (await tenant.Api.PostAsync("/phone-numbers", new { phoneNumber = "+14155557006", provider = "simulator" })).ShouldBe(HttpStatusCode.Created);
        (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = "+14155557006" })).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Many_that_set_the_default_at_once_all_succeed_and_one_is_left()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var ids = new List<string>();
        for (var number = 0; number < 4; number++)
        {
            ids.Add(await tenant.CreateAsync("/phone-numbers", new { phoneNumber = $"+1415555701{number}", isDefault = true }));
        }

        Assert.Equal([ids[^1]], await DefaultsAsync(tenant));
        for (var round = 0; round < Rounds; round++)
        {
            var answers = await Task.WhenAll(ids.Select(id => tenant.Api.PatchAsync($"/phone-numbers/{id}", new { isDefault = true })));
            Assert.All(answers, answer => answer.ShouldBe(HttpStatusCode.OK));
            Assert.Single(await DefaultsAsync(tenant));
        }
    }

    [Fact]
    public async Task A_number_that_a_call_waits_to_be_dialled_from_cannot_be_deleted()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var id = await tenant.CreateAsync("/phone-numbers", new { phoneNumber = "+14155557001" });
        var call = await tenant.CreateAsync("/calls", new { to = "+14155550100", from = "+14155557001", scheduledAt = tenant.Now.AddHours(1) });
        (await tenant.Api.DeleteAsync($"/phone-numbers/{id}")).ShouldBeError(409, "CONFLICT");
        (await tenant.Api.PostAsync($"/calls/{call}/cancel", null)).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.DeleteAsync($"/phone-numbers/{id}")).ShouldBe(HttpStatusCode.NoContent);
        Assert.Equal("+14155557001", (await tenant.GetCallAsync(call)).GetProperty("from").GetString());
    }

    [Fact]
    public async Task Of_a_call_placed_and_its_number_deleted_at_once_one_is_refused()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        for (var round = 0; round < Rounds; round++)
        {
            var from = $"+1415555{8000 + round}";
            var id = await tenant.CreateAsync("/phone-numbers", new { phoneNumber = from });
            var calls = Enumerable.Range(0, 2).Select(_ => tenant.Api.PostAsync("/calls", new { to = "+14155550100", from })).ToList();
            var deletion = tenant.Api.DeleteAsync($"/phone-numbers/{id}");
            var answers = await Task.WhenAll(calls);
            var gone = await deletion;

            Assert.All(answers, answer => Assert.True((int)answer.Status is 201 or 404 or 422, answer.Text));
            Assert.True((int)gone.Status is 204 or 409, gone.Text);
            Assert.Equal(gone.Status is HttpStatusCode.Conflict, answers.Any(answer => answer.Status is HttpStatusCode.Created));
        }

        Assert.Equal(0, await run.Shared.InDatabaseAsync(db => db.Calls.CountAsync(call =>
            call.OrganizationId == tenant.Organization.Id && !db.Set<PhoneNumber>().Any(phone => phone.OrganizationId == call.OrganizationId && phone.Number == call.From))));
    }

    private static async Task<string[]> DefaultsAsync(Tenant tenant) =>
        [.. (await tenant.Api.GetAsync("/phone-numbers")).Data.EnumerateArray().Where(row => row.GetProperty("isDefault").GetBoolean()).Select(row => row.GetProperty("id").GetString()!)];

    private Task<TestServer> StartWithLiveSimulationAsync() =>
        run.StartServerAsync(new TestServerOptions { Settings = new Dictionary<string, string> { ["Simulator:AllowLive"] = "true" } });
}
