using System.Net;
using ErzyCall.Api.Features;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Conventions;

/// <summary>No organization can see or touch what another one has, through any route that there is.</summary>
public sealed class TenantIsolationTests(TestRun run)
{
    /// <summary>How to make the resource that a route parameter names. A route with a new parameter fails until it has a line here.</summary>
    private static readonly Dictionary<string, (string Prefix, Func<Tenant, Task<string>> MakeAsync)> s_resources = new()
    {
        ["callId"] = ("call", tenant => tenant.PlaceCallAsync()),
        ["contactId"] = ("contact", tenant => tenant.CreateContactAsync()),
        ["groupId"] = ("group", tenant => tenant.CreateAsync("/contact-groups", new { name = $"Group {Interlocked.Increment(ref s_numbers)}" })),
        ["phone"] = ("phone number", async tenant => (await tenant.Api.PostAsync("/do-not-call", new { phone = "+14155550197" })).Data.GetProperty("phone").GetString()!),
        ["promptId"] = ("prompt", tenant => tenant.CreateAsync("/prompts", new { name = "A prompt", text = "Be kind" })),
        ["caseId"] = ("case", MakeCaseAsync),
        ["inboundAssistantId"] = ("asst", MakeInboundAssistantAsync),
        ["outboundAssistantId"] = ("asst", MakeOutboundAssistantAsync),
        ["phoneNumberId"] = ("phone", MakePhoneNumberAsync),
        ["conversationId"] = ("conv", async tenant => await tenant.HearAsync(await tenant.ConnectAsync())),
        ["webhookEndpointId"] = ("wh", MakeWebhookEndpointAsync),
        ["deliveryId"] = ("dlv", MakeDeliveryAsync),
        ["carrierAccountId"] = ("carr", MakeCarrierAccountAsync),
        ["keyId"] = ("key", async tenant => (await tenant.AddKeyAsync([Scopes.CallsRead])).Key.Id.ToString()),
    };

    /// <summary>What must be in every list of the tenant that owns it: one of everything that a list shows.</summary>
    private static readonly Dictionary<string, Func<Tenant, Task<string>>> s_listed = new()
    {
        ["/api/v1/calls/"] = tenant => tenant.PlaceCallAsync(),
        ["/api/v1/api-keys/"] = tenant => Task.FromResult(tenant.Key.Id.ToString()),
        ["/api/v1/contacts/"] = tenant => tenant.CreateContactAsync(),
        ["/api/v1/contacts/search?q=a%20contact"] = tenant => tenant.CreateContactAsync(),
        ["/api/v1/contact-groups/"] = tenant => tenant.CreateAsync("/contact-groups", new { name = $"Group {Interlocked.Increment(ref s_numbers)}" }),
        ["/api/v1/do-not-call/"] = async tenant => (await tenant.Api.PostAsync("/do-not-call", new { phone = "+14155550198" })).Data.GetProperty("phone").GetString()!,
        ["/api/v1/calling-policy/"] = async tenant =>
            (await tenant.Api.PatchAsync("/calling-policy", new { fallbackTimeZone = "Pacific/Kiritimati" }))
                .Data.GetProperty("fallbackTimeZone").GetString()!,
        ["/api/v1/phone-numbers/"] = MakePhoneNumberAsync,
        ["/api/v1/carrier-accounts/"] = MakeCarrierAccountAsync,
        ["/api/v1/cases/"] = MakeCaseAsync,
        ["/api/v1/assistants/inbound/"] = MakeInboundAssistantAsync,
        ["/api/v1/assistants/outbound/"] = MakeOutboundAssistantAsync,
        ["/api/v1/usage/"] = FinishCallAsync,
        ["/api/v1/prompts/"] = tenant => tenant.CreateAsync("/prompts", new { name = "A prompt", text = "Be kind" }),
        ["/api/v1/whatsapp/accounts"] = async tenant => (await tenant.ConnectAsync()).Id.ToString(),
        ["/api/v1/whatsapp/conversations"] = async tenant => await tenant.HearAsync(await tenant.ConnectAsync()),
        ["/api/v1/events/"] = PublishContactAsync,
        ["/api/v1/webhooks/"] = MakeWebhookEndpointAsync,
        ["/api/v1/me/"] = tenant => Task.FromResult(tenant.Organization.Id.ToString()),
    };

    /// <summary>Makes the resource that a route parameter names, and answers its id.</summary>
    internal static Task<string> MakeAsync(string parameter, Tenant tenant) => s_resources[parameter].MakeAsync(tenant);

    /// <summary>A well-formed id that no organization has.</summary>
    public static string NobodysIdOf(string parameter) =>
        !s_resources.TryGetValue(parameter, out var resource) ? throw new InvalidOperationException($"No resource is known for the route parameter '{parameter}'.")
        : resource.Prefix is "phone number" ? "+14155550000"
        : $"{resource.Prefix}_01h455vb4pex5vsknk084sn02q";

    private static int s_numbers;

    private static Task<string> MakeCaseAsync(Tenant tenant) => tenant.CreateAsync("/cases", new { title = "A case", prompt = "Be kind" });

    private static Task<string> MakeInboundAssistantAsync(Tenant tenant) => tenant.CreateAsync("/assistants/inbound", new { name = "Reception" });

    private static Task<string> MakeOutboundAssistantAsync(Tenant tenant) => tenant.CreateAsync("/assistants/outbound", new { name = "Emma", voice = new { }, model = new { } });

    private static Task<string> MakePhoneNumberAsync(Tenant tenant) =>
        tenant.CreateAsync("/phone-numbers", new { phoneNumber = $"+1415556{Interlocked.Increment(ref s_numbers):D4}" });

    /// <summary>The one that there is, if there is one: an organization has a few at most.</summary>
    private static async Task<string> MakeWebhookEndpointAsync(Tenant tenant) =>
        (await tenant.Api.GetAsync("/webhooks")).Data.EnumerateArray().Select(endpoint => endpoint.GetProperty("id").GetString()).FirstOrDefault()
            ?? await tenant.CreateAsync("/webhooks", new { url = "https://example.com/hooks", events = new[] { "call.ended" } });

    /// <summary>To the endpoint that there is.</summary>
    private static async Task<string> MakeDeliveryAsync(Tenant tenant) =>
        (await tenant.Api.PostAsync($"/webhooks/{await MakeWebhookEndpointAsync(tenant)}/test", null)).ShouldBe(HttpStatusCode.OK).Data.GetProperty("id").GetString()!;

    private static async Task<string> MakeCarrierAccountAsync(Tenant tenant)
    {
        var account = CarrierAccount.Create(tenant.Organization.Id, "vapi", $"Account {Interlocked.Increment(ref s_numbers)}", tenant.Now);
        account.Disconnect(erases: true);
        return (await tenant.AddAsync(account)).Id.ToString();
    }

    /// <summary>A call that ended for a reason of its own; the reason.</summary>
    private static async Task<string> FinishCallAsync(Tenant tenant)
    {
        var call = Id<Call>.Parse(await tenant.PlaceCallAsync());
        var reason = $"reason-{call.Value}";
        await tenant.Server.ExecuteSqlAsync($"UPDATE calls SET status = 'error', ended_at = created_at, ended_reason = '{reason}', fault = 'none', retryable = false WHERE id = '{call.Value}'");
        return reason;
    }

    /// <summary>A contact whose event is in the feed.</summary>
    private static async Task<string> PublishContactAsync(Tenant tenant)
    {
        var contact = await tenant.CreateContactAsync();
        await tenant.Server.RunAsync<PublishEventsJob>();
        return contact;
    }

    /// <summary>Lists of what a query parameter names; that it is the caller's own is a test of theirs.</summary>
    private static readonly string[] s_namesItsOwner = ["/api/v1/whatsapp/templates"];

    [Fact]
    public async Task Another_organizations_id_is_not_found_on_any_route()
    {
        var owner = await run.Shared.CreateTenantAsync();
        var stranger = await run.Shared.CreateTenantAsync();
        var routes = RouteTable.Of(run.Shared).Where(route => route.Parameters.Count > 0).ToList();
        Assert.NotEmpty(routes);
        Assert.Empty(routes.SelectMany(route => route.Parameters).Distinct().Except(s_resources.Keys));
        var contact = await owner.CreateContactAsync();
        foreach (var route in routes)
        {
            var ids = new Dictionary<string, string>();
            foreach (var name in route.Parameters)
            {
                ids[name] = await s_resources[name].MakeAsync(owner);
            }

            var path = route.PathWith(name => ids[name]);
            var foreign = await RouteTable.SendFittingAsync(stranger.Api, route, path, contact);
            Assert.True(foreign.Status is HttpStatusCode.NotFound, $"{route}: {foreign.Status} {foreign.Text}");
            foreign.ShouldBeError(404, "NOT_FOUND");

            // An id that nobody has gets the same answer: nobody can find out which ids exist.
            var nowhere = await RouteTable.SendFittingAsync(stranger.Api, route, route.PathWith(NobodysIdOf), contact);
            Assert.Equal((nowhere.Status, nowhere.Text), (foreign.Status, foreign.Text));

            // What is recorded is with a carrier, and this server has none (RecordingTests).
            if (route.Pattern.EndsWith("/recording", StringComparison.Ordinal))
            {
                continue;
            }

            // The stranger has changed nothing, and for the owner the same request finds it.
            var own = await RouteTable.SendFittingAsync(owner.Api, route, path, contact);
            Assert.True(own.Status is not HttpStatusCode.NotFound && (int)own.Status < 500, $"{route}: {own.Status} {own.Text}");
        }
    }

    [Fact]
    public async Task No_list_shows_what_another_organization_has()
    {
        var owner = await run.Shared.CreateTenantAsync();
        var stranger = await run.Shared.CreateTenantAsync();
        var lists = RouteTable.Of(run.Shared).Where(route => route.Method == HttpMethod.Get && route.Parameters.Count == 0 && !s_namesItsOwner.Contains(route.Pattern)).ToList();
        Assert.NotEmpty(lists);
        Assert.Equal(lists.Select(route => route.Pattern).Order(), s_listed.Keys.Select(path => path.Split('?')[0]).Order());
        foreach (var (path, makeAsync) in s_listed)
        {
            var id = await makeAsync(owner);
            var own = (await owner.Api.GetAsync(path)).ShouldBe(HttpStatusCode.OK);
            Assert.Contains(id, own.Text, StringComparison.Ordinal);
            var foreign = (await stranger.Api.GetAsync(path)).ShouldBe(HttpStatusCode.OK);
            Assert.DoesNotContain(id, foreign.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(owner.Organization.Id.ToString(), foreign.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("contactId")]
    [InlineData("caseId")]
    [InlineData("assistantConfigId")]
    public async Task A_call_cannot_refer_to_what_another_organization_has(string field)
    {
        var owner = await run.Shared.CreateTenantAsync();
        var stranger = await run.Shared.CreateTenantAsync();
        var id = field switch
        {
            "contactId" => (await owner.AddAsync(owner.NewContact("Ada", "+14155550123"))).Id.ToString(),
            "caseId" => (await owner.AddAsync(owner.NewCase("Be kind"))).Id.ToString(),
            _ => (await owner.AddAsync(owner.NewAssistant("Ada"))).Id.ToString(),
        };
        var body = new Dictionary<string, string> { ["to"] = "+14155550100", ["from"] = Tenant.From, [field] = id };
        (await stranger.Api.PostAsync("/calls", body)).ShouldBeError(404, "NOT_FOUND");
        (await owner.Api.PostAsync("/calls", body)).ShouldBe(HttpStatusCode.Created);
        if (field is not "assistantConfigId")
        {
            Assert.Single((await owner.Api.GetAsync($"/calls?{field}={id}")).Data.EnumerateArray());
            (await stranger.Api.GetAsync($"/calls?{field}={id}")).ShouldBeError(404, "NOT_FOUND");
        }
    }

    [Fact]
    public async Task A_call_cannot_be_placed_from_another_organizations_number()
    {
        var owner = await run.Shared.CreateTenantAsync();
        var stranger = await run.Shared.CreateTenantAsync();
        await owner.AddAsync(owner.NewPhoneNumber("+14155557777"));
        var body = new { to = "+14155550100", from = "+14155557777" };
        (await stranger.Api.PostAsync("/calls", body)).ShouldBeError(422, "INVALID_PHONE");
        (await owner.Api.PostAsync("/calls", body)).ShouldBe(HttpStatusCode.Created);
    }
}
