using System.Net;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ErzyCall.IntegrationTests.Features.DoNotCall;

/// <summary>A number is one number, in whatever form it is written.</summary>
public sealed class PhoneFormsTests(TestRun run)
{
    public static TheoryData<string, string> Forms { get; } = new()
    {
        { "+541123456789", "+5491123456789" },
        { "+525512345678", "+5215512345678" },
        { "+551187654321", "+5511987654321" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Entered_in_one_form_it_is_shown_and_refused_in_the_other(string one, string other)
    {
        foreach (var (entered, asked) in new[] { (one, other), (other, one) })
        {
            var tenant = await run.Shared.CreateTenantAsync();
            var contact = await tenant.CreateAsync("/contacts", new { title = "Ada", phone = asked });
            (await tenant.Api.PostAsync("/do-not-call", new { phone = entered, reason = "By letter" })).ShouldBe(HttpStatusCode.Created);

            (await tenant.Api.PostAsync("/calls", new { to = asked, from = Tenant.From })).ShouldBeError(403, "CONTACT_OPTED_OUT");
            Assert.Equal("By letter", (await tenant.Api.GetAsync($"/contacts/{contact}")).Data.GetProperty("optOut").GetProperty("reason").GetString());
            Assert.Equal("By letter", Assert.Single((await tenant.Api.GetAsync("/contacts")).Data.EnumerateArray()).GetProperty("optOut").GetProperty("reason").GetString());
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task It_has_one_entry_and_is_lifted_in_either_form(string one, string other)
    {
        foreach (var (entered, asked) in new[] { (one, other), (other, one) })
        {
            var tenant = await run.Shared.CreateTenantAsync();
            var entry = (await tenant.Api.PostAsync("/do-not-call", new { phone = entered })).ShouldBe(HttpStatusCode.Created);
            Assert.Equal(entry.Text, (await tenant.Api.PostAsync("/do-not-call", new { phone = asked })).ShouldBe(HttpStatusCode.OK).Text);
            Assert.Equal(entered, Assert.Single((await tenant.Api.GetAsync("/do-not-call")).Data.EnumerateArray()).GetProperty("phone").GetString());

            (await tenant.Api.DeleteAsync($"/do-not-call/{asked}")).ShouldBe(HttpStatusCode.NoContent);
            (await tenant.Api.PostAsync("/calls", new { to = entered, from = Tenant.From })).ShouldBe(HttpStatusCode.Created);
        }
    }

    [Fact]
    public async Task Whoever_clears_a_contact_clears_its_number()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var contact = await tenant.CreateAsync("/contacts", new { title = "Ada", phone = "+5511987654321" });
        (await tenant.Api.PostAsync("/do-not-call", new { phone = "+551187654321" })).ShouldBe(HttpStatusCode.Created);

        var cleared = (await tenant.Api.PatchAsync($"/contacts/{contact}", new { optOut = new { optedOut = false } })).ShouldBe(HttpStatusCode.OK);

        Assert.Null(cleared.Data.GetProperty("optOut").GetString());
        (await tenant.Api.PostAsync("/calls", new { to = "+5511987654321", from = Tenant.From })).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_database_knows_the_same_forms()
    {
        var random = new Random(20260115);
#pragma warning disable CA5394 // Numbers for a test that can be run again, not secrets.
        var phones = new[] { "+54", "+549", "+52", "+521", "+55", "+551", "+5511", "+55119", "+5511987", "+1", "+49" }
            .SelectMany(prefix => Enumerable.Range(0, 300).Select(length => prefix + string.Concat(Enumerable.Range(0, (length % 12) + 1).Select(_ => random.Next(10)))))
            .Where(phone => phone.Length <= 16)
            .Distinct()
            .ToList();
#pragma warning restore CA5394

        await using var ask = run.Shared.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            "SELECT array_agg(canonical_phone(phone) ORDER BY place) FROM unnest(@phones) WITH ORDINALITY AS asked (phone, place)");
        ask.Parameters.AddWithValue("phones", phones);
        var canonical = (string[])(await ask.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;

        Assert.Equal(phones.Select(PhoneForms.Canonical), canonical);
        Assert.All(phones, phone => Assert.Single(PhoneForms.Of(phone).Select(PhoneForms.Canonical).Distinct()));
        Assert.Contains(phones, phone => PhoneForms.Of(phone).Count > 1);
    }
}
