using System.Text.Json;
using ErzyCall.Api.Features.ApiKeys;
using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Cases;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.PhoneNumbers;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Time;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Server;

internal sealed record TenantOptions
{
    public OrganizationMode Mode { get; init; } = OrganizationMode.Test;

    public int MaxConcurrentCalls { get; init; } = Organization.DefaultMaxConcurrentCalls;

    /// <summary>High enough not to be met by accident.</summary>
    public RateLimits Limits { get; init; } = new(100_000, 1_000_000);
}

/// <summary>An organization of a test's own, with one outbound number and a real key.</summary>
internal sealed class Tenant
{
    /// <summary>The number that a test organization calls from. Test organizations may share numbers.</summary>
    public const string From = "+14155559999";

    private static int s_liveNumbers;

    private Tenant(TestServer server, Organization organization, ApiKey key, string secret)
    {
        (Server, Organization, Key, Secret) = (server, organization, key, secret);
        Number = organization.Mode is OrganizationMode.Test ? From : $"+4930{Interlocked.Increment(ref s_liveNumbers):D7}";
        Api = server.CreateApiClient(secret);
    }

    public TestServer Server { get; }

    public Organization Organization { get; }

    public ApiKey Key { get; }

    public string Secret { get; }

    /// <summary>Its number to call from: <see cref="From"/>, or that of a live organization, which it has to itself.</summary>
    public string Number { get; }

    /// <summary>A client that sends the key.</summary>
    public ApiClient Api { get; }

    /// <summary>Who the server takes this tenant's requests to come from.</summary>
    public Caller Caller => CallerOf(Key);

    /// <summary>By the server's clock.</summary>
    public DateTimeOffset Now => Server.Services.GetRequiredService<TimeProvider>().Now();

    public static async Task<Tenant> CreateAsync(TestServer server, TenantOptions options)
    {
        var now = server.Services.GetRequiredService<TimeProvider>().Now();
        var organization = Organization.Create("Test tenant", options.Mode, now, options.MaxConcurrentCalls);
        var secret = ApiKeySecret.Generate(options.Mode);
        var key = ApiKey.Create(organization.Id, "Test key", secret, ["*"], options.Limits, expiresAt: null, now);
        var tenant = new Tenant(server, organization, key, secret.Text);
        await server.InDatabaseAsync(async db =>
        {
            db.AddRange(organization, key, tenant.NewPhoneNumber(tenant.Number));
            return await db.SaveChangesAsync();
        });
        return tenant;
    }

    /// <summary>Another key of the same organization, and a client that uses it.</summary>
    public async Task<(ApiKey Key, ApiClient Api)> AddKeyAsync(string[] scopes, RateLimits? limits = null, DateTimeOffset? expiresAt = null)
    {
        var secret = ApiKeySecret.Generate(Organization.Mode);
        var key = ApiKey.Create(Organization.Id, "Another key", secret, scopes, limits ?? new RateLimits(100_000, 1_000_000), expiresAt, Now);
        await AddAsync(key);
        return (key, Server.CreateApiClient(secret.Text));
    }

    /// <summary>Sets the limits of all keys of the organization together.</summary>
    public Task<int> LimitAsync(int? perMinute, int? perHour) => Server.InDatabaseAsync(db => db.Organizations
        .Where(row => row.Id == Organization.Id)
        .ExecuteUpdateAsync(row => row.SetProperty(limited => limited.PerMinute, perMinute).SetProperty(limited => limited.PerHour, perHour)));

    public Caller CallerOf(ApiKey key) => new(
        Organization.Id,
        Organization.Name,
        Organization.Mode is OrganizationMode.Live,
        new Id<Caller>(key.Id.Value),
        key.Name,
        key.Scopes,
        new RateLimits(key.PerMinute, key.PerHour),
        new RateLimits(100_000, 1_000_000),
        key.ExpiresAt);

    /// <summary>Puts a row into the database, for resources whose own routes a test is not about.</summary>
    public Task<T> AddAsync<T>(T row)
        where T : class => Server.InDatabaseAsync(async db =>
        {
            db.Add(row);
            await db.SaveChangesAsync();
            return row;
        });

    public PhoneNumber NewPhoneNumber(string number) => new()
    {
        Id = Id<PhoneNumber>.New(Now),
        OrganizationId = Organization.Id,
        Number = number,
        Country = "US",
        Provider = "simulator",
        Capabilities = ["inbound", "outbound"],
        IsActive = true,
        CreatedAt = Now,
    };

    public Contact NewContact(string title, string phone) => new()
    {
        Id = Id<Contact>.New(Now),
        OrganizationId = Organization.Id,
        Title = title,
        Phone = phone,
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    public Case NewCase(string prompt, params CaseVariable[] variables) => new()
    {
        Id = Id<Case>.New(Now),
        OrganizationId = Organization.Id,
        Title = "A case",
        Prompt = prompt,
        Variables = variables,
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    public OutboundAssistant NewAssistant(string name) => new()
    {
        Id = Id<OutboundAssistant>.New(Now),
        OrganizationId = Organization.Id,
        Name = name,
        Voice = JsonElement.Parse("""{"provider":"acme","voiceId":"v1"}"""),
        Model = JsonElement.Parse("""{"provider":"acme","model":"m1"}"""),
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    /// <summary>Makes a resource through its own route and returns its id.</summary>
    public async Task<string> CreateAsync(string path, object body) =>
        (await Api.PostAsync(path, body)).ShouldBe(System.Net.HttpStatusCode.Created).Data.GetProperty("id").GetString()!;

    private int _contacts;

    /// <summary>Makes a contact with a number of its own and returns its id.</summary>
    public Task<string> CreateContactAsync(string title = "A contact") =>
        CreateAsync("/contacts", new { title, phone = $"+1415556{Interlocked.Increment(ref _contacts):0000}" });

    /// <summary>Places a call and returns its id. The last four digits of <paramref name="to"/> decide how the simulated carrier lets it go.</summary>
    public async Task<string> PlaceCallAsync(string to = "+14155550100") =>
        (await Api.PostAsync("/calls", new { to, from = Number })).ShouldBe(System.Net.HttpStatusCode.Created).Data.GetProperty("id").GetString()!;

    public async Task<JsonElement> GetCallAsync(string id) => (await Api.GetAsync($"/calls/{id}")).ShouldBe(System.Net.HttpStatusCode.OK).Data;
}
