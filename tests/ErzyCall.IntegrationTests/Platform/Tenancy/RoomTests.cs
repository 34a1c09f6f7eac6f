using System.Net;
using ErzyCall.Api.Features.ApiKeys;
using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.PhoneNumbers;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Platform.Tenancy;

/// <summary>What lists show whole, and keys, an organization cannot have without end.</summary>
public sealed class RoomTests(TestRun run)
{
    private const int AtOnce = 4;

    private static readonly Dictionary<string, (int Most, string Message, Func<Tenant, int, object> Row, Func<int, object> Body)> s_kinds = new()
    {
        ["/api-keys"] = (
            ApiKey.MaxActive,
            "An organization has at most 1000 active API keys",
            static (tenant, _) => ApiKey.Create(tenant.Organization.Id, "Another", ApiKeySecret.Generate(tenant.Organization.Mode), ["*"], RateLimits.Default, expiresAt: null, tenant.Now),
            static _ => new { name = "One more", scopes = new[] { "*" } }),
        ["/assistants/inbound"] = (
            InboundAssistant.MaxCount,
            "An organization has at most 1000 inbound assistants",
            static (tenant, _) => new InboundAssistant { Id = Id<InboundAssistant>.New(tenant.Now), OrganizationId = tenant.Organization.Id, Name = "Another", CreatedAt = tenant.Now },
            static _ => new { name = "One more" }),
        ["/assistants/outbound"] = (
            OutboundAssistant.MaxCount,
            "An organization has at most 1000 outbound assistants",
            static (tenant, _) => tenant.NewAssistant("Another"),
            static _ => new { name = "One more", voice = new { }, model = new { }, isDefault = true }),
        ["/phone-numbers"] = (
            PhoneNumber.MaxCount,
            "An organization has at most 1000 phone numbers",
            static (tenant, number) => tenant.NewPhoneNumber($"+1415556{number:D4}"),
            static number => new { phoneNumber = $"+1415557{number:D4}" }),
    };

    public static TheoryData<string> Kinds => [.. s_kinds.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Of_requests_at_once_for_the_last_place_one_gets_it_and_a_place_that_is_given_back_is_free(string path)
    {
        var (most, message, row, body) = s_kinds[path];
        var tenant = await run.Shared.CreateTenantAsync();
        var had = (await tenant.Api.GetAsync(path)).Data.GetArrayLength();
        await run.Shared.InDatabaseAsync(db =>
        {
            db.AddRange(Enumerable.Range(0, most - 1 - had).Select(number => row(tenant, number)));
            return db.SaveChangesAsync();
        });

        var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(number => tenant.Api.PostAsync(path, body(number))));

        var created = Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.All(answers.Except([created]), answer => Assert.Contains(message, answer.ShouldBeError(422, "INVALID_STATE").Text, StringComparison.Ordinal));
        Assert.Equal(most, (await tenant.Api.GetAsync(path)).Data.GetArrayLength());

        // Another organization has its own places.
        (await (await run.Shared.CreateTenantAsync()).Api.PostAsync(path, body(0))).ShouldBe(HttpStatusCode.Created);

        (await tenant.Api.DeleteAsync($"{path}/{created.Data.GetProperty("id").GetString()}")).ShouldBe(HttpStatusCode.NoContent);
        (await tenant.Api.PostAsync(path, body(AtOnce))).ShouldBe(HttpStatusCode.Created);
    }
}
