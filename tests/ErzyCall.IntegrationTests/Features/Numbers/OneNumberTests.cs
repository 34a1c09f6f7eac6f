using System.Net;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Features.Numbers;

/// <summary>
/// A number is one number, in whatever form it is written; and of a length that its country uses wherever it is written anew.
/// </summary>
public sealed class OneNumberTests(TestRun run)
{
    public static TheoryData<string, string> Forms { get; } = new()
    {
        { "+442071234567", "+4402071234567" },
        { "+14155550199", "+114155550199" },
        { "+541123456789", "+5491123456789" },
        { "+5491123456789", "+54111523456789" },
        { "+525512345678", "+5215512345678" },
        { "+551187654321", "+5511987654321" },
        { "+22996001100", "+2290196001100" },
        { "+22507234567", "+2250707234567" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Entered_in_one_form_it_is_found_shown_and_refused_in_the_other(string one, string other)
    {
        foreach (var (entered, asked) in new[] { (one, other), (other, one) })
        {
            var tenant = await run.Shared.CreateTenantAsync();
            var contact = await tenant.CreateAsync("/contacts", new { title = "Ada", phone = asked });
            var entry = (await tenant.Api.PostAsync("/do-not-call", new { phone = entered, reason = "By letter" })).ShouldBe(HttpStatusCode.Created);
            Assert.Equal(contact, entry.Data.GetProperty("contactId").GetString());

            (await tenant.Api.PostAsync("/calls", new { to = asked, from = Tenant.From })).ShouldBeError(403, "CONTACT_OPTED_OUT");
            Assert.Equal("By letter", (await tenant.Api.GetAsync($"/contacts/{contact}")).Data.GetProperty("optOut").GetProperty("reason").GetString());
            Assert.Equal("By letter", Assert.Single((await tenant.Api.GetAsync("/contacts")).Data.EnumerateArray()).GetProperty("optOut").GetProperty("reason").GetString());
            Assert.Equal(entry.Text, (await tenant.Api.GetAsync($"/do-not-call/{asked}")).ShouldBe(HttpStatusCode.OK).Text);
            Assert.Equal(entered, Assert.Single((await tenant.Api.GetAsync($"/do-not-call?phone={Uri.EscapeDataString(asked)}")).Data.EnumerateArray()).GetProperty("phone").GetString());
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
            (await tenant.Api.GetAsync($"/do-not-call/{entered}")).ShouldBeError(404, "NOT_FOUND");
            (await tenant.Api.PostAsync("/calls", new { to = entered, from = Tenant.From })).ShouldBe(HttpStatusCode.Created);
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task It_is_one_contact_s(string one, string other)
    {
        foreach (var (first, second) in new[] { (one, other), (other, one) })
        {
            var tenant = await run.Shared.CreateTenantAsync();
            var contact = await tenant.CreateAsync("/contacts", new { title = "Ada", phone = first });
            (await tenant.Api.PostAsync("/contacts", new { title = "Grace", phone = second })).ShouldBeError(409, "CONFLICT", "phone");
            var grace = await tenant.CreateAsync("/contacts", new { title = "Grace", phone = "+14155550123" });
            (await tenant.Api.PatchAsync($"/contacts/{grace}", new { phone = second })).ShouldBeError(409, "CONFLICT", "phone");

            var batch = (await tenant.Api.PostAsync("/contacts/batch", new { contacts = new[] { new { title = "Ada L.", phone = second } }, onConflict = "update" })).ShouldBe(HttpStatusCode.Created);
            var updated = Assert.Single(batch.Data.EnumerateArray());
            Assert.Equal(
                (200, contact, "Ada L.", first),
                (updated.GetProperty("status").GetInt32(), updated.GetProperty("data").Id(), updated.GetProperty("data").GetProperty("title").GetString(), updated.GetProperty("data").GetProperty("phone").GetString()));

            // The contact itself may be written otherwise.
            (await tenant.Api.PatchAsync($"/contacts/{contact}", new { phone = second })).ShouldBe(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task A_batch_that_has_a_number_twice_finds_it_the_second_time()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var contacts = Forms.SelectMany(row => new[] { row.Data.Item1, row.Data.Item2 }).Select(phone => new { title = "Ada", phone }).ToList();
        var results = (await tenant.Api.PostAsync("/contacts/batch", new { contacts, onConflict = "skip" })).ShouldBe(HttpStatusCode.Created).Data.EnumerateArray().ToList();
        var numbers = contacts.ConvertAll(contact => E164.CanonicalOf(contact.phone));
        Assert.All(results.Index(), result => Assert.Equal(numbers.IndexOf(numbers[result.Index]) == result.Index ? 201 : 200, result.Item.GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task Many_who_make_a_contact_at_once_in_two_forms_make_one()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(turn =>
            tenant.Api.PostAsync("/contacts", new { title = "Ada", phone = turn % 2 == 0 ? "+442071234567" : "+4402071234567" })));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer => answer.ShouldBeError(409, "CONFLICT", "phone"));
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

    [Theory]
    [InlineData("+141555501990", E164.TooLong)]
    [InlineData("+1415555019", E164.TooShort)]
    public async Task A_length_that_no_number_of_its_country_has_is_refused_wherever_it_is_written(string number, string message)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var account = await tenant.ConnectAsync();
        var contact = await tenant.CreateAsync("/contacts", new { title = "Ada", phone = "+14155550123" });
        void Refused(ApiResponse answer, string field)
        {
            answer.ShouldBeError(400, "VALIDATION_ERROR", field);
            Assert.Contains(message, answer.Text, StringComparison.Ordinal);
        }

        Refused(await tenant.Api.PostAsync("/calls", new { to = number, from = Tenant.From }), "to");
        Refused(await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = number }), "from");
        Refused(await tenant.Api.PostAsync("/calls/preview", new { to = number, from = Tenant.From }), "to");
        Refused(await tenant.Api.PostAsync("/contacts", new { title = "Ada", phone = number }), "phone");
        Refused(await tenant.Api.PatchAsync($"/contacts/{contact}", new { phone = number }), "phone");
        Refused(await tenant.Api.PostAsync("/do-not-call", new { phone = number }), "phone");
        Refused(await tenant.Api.PostAsync("/phone-numbers", new { phoneNumber = number }), "phoneNumber");
        Refused(await tenant.Api.PostAsync("/whatsapp/messages", new { integrationId = account.Id.ToString(), to = number, type = "template", template = WhatsAppTenant.Template }), "to");
        foreach (var (path, body) in new (string, object)[]
        {
            ("/calls/batch", new { calls = new[] { new { to = number, from = Tenant.From } } }),
            ("/contacts/batch", new { contacts = new[] { new { title = "Ada", phone = number } } }),
            ("/do-not-call/batch", new { entries = new[] { new { phone = number } } }),
        })
        {
            var item = Assert.Single((await tenant.Api.PostAsync(path, body)).ShouldBe(HttpStatusCode.Created).Data.EnumerateArray());
            Assert.Equal(400, item.GetProperty("status").GetInt32());
            Assert.Contains(message, item.GetRawText(), StringComparison.Ordinal);
        }

        // Who looks for a number or lifts it is told whether it is there.
        (await tenant.Api.GetAsync($"/do-not-call/{number}")).ShouldBeError(404, "NOT_FOUND");
        (await tenant.Api.DeleteAsync($"/do-not-call/{number}")).ShouldBeError(404, "NOT_FOUND");
        Assert.Empty((await tenant.Api.GetAsync($"/do-not-call?phone={Uri.EscapeDataString(number)}")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray());
        Assert.Empty((await tenant.Api.GetAsync($"/calls?phone={Uri.EscapeDataString(number)}")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray());
    }

    [Fact]
    public async Task A_number_that_is_stored_already_or_writes_to_us_is_not_judged()
    {
        const string number = "+141555501990";
        var tenant = await run.Shared.CreateTenantAsync();
        var account = await tenant.ConnectAsync();
        var contact = await tenant.CreateAsync("/contacts", new { title = "Ada", phone = "+14155550123" });
        await run.Shared.ExecuteSqlAsync(
            $"""
             UPDATE contacts SET phone = '{number}', canonical_number = '{number}' WHERE organization_id = '{tenant.Organization.Id.Value}';
             UPDATE phone_numbers SET phone_number = '+99' WHERE organization_id = '{tenant.Organization.Id.Value}' AND phone_number = '{Tenant.From}'
             """);

        (await tenant.Api.PatchAsync($"/contacts/{contact}", new { title = "Ada L.", phone = number })).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = "+99" })).ShouldBe(HttpStatusCode.Created);

        var conversation = await tenant.HearAsync(account, "Hello", from: number);
        Assert.Equal(contact, (await tenant.GetConversationAsync(conversation)).GetProperty("contactId").GetString());
        await tenant.SendTextAsync(conversation);
        await tenant.SendTemplateAsync(account, number);
        await tenant.HearAsync(account, "STOP", from: number);
        Assert.Equal("whatsapp", (await tenant.Api.GetAsync($"/do-not-call/{number}")).ShouldBe(HttpStatusCode.OK).Data.GetProperty("source").GetString());
        (await tenant.Api.DeleteAsync($"/do-not-call/{number}")).ShouldBe(HttpStatusCode.NoContent);
    }
}
