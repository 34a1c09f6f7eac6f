using System.Data.Common;
using System.Net;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Features.Contacts;

public sealed class CreateContactsTests(TestRun run)
{
    [Fact]
    public async Task Each_item_is_judged_alone()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var stranger = await run.Shared.CreateTenantAsync();
        var group = await tenant.CreateAsync("/contact-groups", new { name = "Customers" });
        var foreign = await stranger.CreateAsync("/contact-groups", new { name = "Customers" });
        await tenant.CreateAsync("/contacts", new { title = "There already", phone = "+14155550100" });

        var answer = (await tenant.Api.PostAsync("/contacts/batch", $$$"""
            {"contacts":[
              {"title":"Ada","phone":"+14155550101","groupIds":["{{{group}}}"],"tags":["a","a"],"optOut":{"optedOut":true,"reason":"By letter"}},
              {"title":"Grace","phone":"0123"},
              {"title":"Alan","phone":"+14155550100"},
              {"title":"Unknown field","phone":"+14155550102","nickname":"x"},
              {"title":"Twice","title":"Twice","phone":"+14155550103"},
              {"title":"Foreign group","phone":"+14155550104","groupIds":["{{{foreign}}}"]},
              {"title":"Bad id","phone":"+14155550105","groupIds":["x"]},
              {"title":"Inside","phone":"+14155550106","optOut":{"optedOut":"yes"}},
              7,
              null,
              {"title":"Edsger","phone":"+14155550107"},
              {"title":"Edsger again","phone":"+14155550107"}
            ]}
            """)).ShouldBe(HttpStatusCode.Created);
        Assert.Null(answer.Header("Location"));
        var results = answer.Data.EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(0, 12), results.Select(result => result.GetProperty("index").GetInt32()));
        Assert.Equal([201, 400, 409, 400, 400, 404, 400, 400, 400, 400, 201, 409], results.Select(result => result.GetProperty("status").GetInt32()));
        Assert.All(results, result => Assert.Equal(result.GetProperty("status").GetInt32() < 400 ? ["index", "status", "data"] : ["index", "status", "error"], result.EnumerateObject().Select(property => property.Name)));
        Assert.Equal(
            [null, "phone", "phone", "nickname", "title", null, "groupIds[0]", "optOut.optedOut", null, null, null, "phone"],
            results.Select(result => result.TryGetProperty("error", out var error) && error.TryGetProperty("details", out var details) ? details[0].GetProperty("field").GetString() : null));
        Assert.Equal("INVALID_ID", results[6].GetProperty("error").GetProperty("code").GetString());

        var ada = results[0].GetProperty("data");
        var listed = (await tenant.Api.GetAsync("/contacts")).Data.EnumerateArray().Single(contact => contact.GetProperty("title").GetString() == "Ada");
        Assert.Equal(listed.GetRawText(), ada.GetRawText());
        Assert.Equal(("[\"a\"]", $"[\"{group}\"]", "import"), (ada.GetProperty("tags").GetRawText(), ada.GetProperty("groupIds").GetRawText(), ada.GetProperty("optOut").GetProperty("source").GetString()));
        Assert.Equal(["Edsger", "Ada", "There already"], (await tenant.Api.GetAsync("/contacts")).Data.EnumerateArray().Select(contact => contact.GetProperty("title").GetString()).OrderByDescending(title => title == "Edsger").ThenByDescending(title => title == "Ada"));
    }

    [Theory]
    [InlineData("skip", 200, "Old", "old@example.com", "[\"old\"]")]
    [InlineData("update", 200, "New", "old@example.com", "[\"new\"]")]
    [InlineData("fail", 409, "Old", "old@example.com", "[\"old\"]")]
    public async Task What_becomes_of_a_phone_that_is_there_is_as_was_asked(string onConflict, int status, string title, string email, string tags)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var id = await tenant.CreateAsync("/contacts", new { title = "Old", phone = "+14155550100", email = "old@example.com", tags = new[] { "old" } });
        var result = (await tenant.Api.PostAsync("/contacts/batch", new { contacts = new[] { new { title = "New", phone = "+14155550100", tags = new[] { "new" } } }, onConflict })).ShouldBe(HttpStatusCode.Created).Data[0];
        Assert.Equal(status, result.GetProperty("status").GetInt32());

        var contact = (await tenant.Api.GetAsync($"/contacts/{id}")).Data;
        Assert.Equal((title, email, tags), (contact.GetProperty("title").GetString(), contact.GetProperty("email").GetString(), contact.GetProperty("tags").GetRawText()));
        if (status == 200)
        {
            Assert.Equal((await tenant.Api.GetAsync("/contacts")).Data[0].GetRawText(), result.GetProperty("data").GetRawText());
        }

        var events = await run.Shared.InDatabaseAsync(db => db.Events.Where(happened => happened.OrganizationId == tenant.Organization.Id).OrderBy(happened => happened.Position).Select(happened => happened.Type).ToListAsync());
        Assert.Equal(onConflict == "update" ? ["contact.created", "contact.updated"] : ["contact.created"], events);
    }

    [Theory]
    [InlineData("skip")]
    [InlineData("update")]
    public async Task An_opt_out_is_entered_also_for_a_contact_that_is_there(string onConflict)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        await tenant.CreateAsync("/contacts", new { title = "Old", phone = "+14155550100" });
        var body = new { contacts = new[] { new { title = "New", phone = "+14155550100", optOut = new { optedOut = true, reason = "By letter" } } }, onConflict };
        var result = (await tenant.Api.PostAsync("/contacts/batch", body)).ShouldBe(HttpStatusCode.Created).Data[0];
        Assert.Equal("By letter", result.GetProperty("data").GetProperty("optOut").GetProperty("reason").GetString());
        (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From })).ShouldBeError(403, "CONTACT_OPTED_OUT");
    }

    [Fact]
    public async Task A_phone_that_comes_twice_is_updated_by_its_second_item()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var results = (await tenant.Api.PostAsync("/contacts/batch", """
            {"onConflict":"update","contacts":[
              {"title":"First","phone":"+14155550100","email":"ada@example.com"},
              {"title":"Other","phone":"+14155550101"},
              {"title":"Second","phone":"+14155550100"}]}
            """)).ShouldBe(HttpStatusCode.Created).Data.EnumerateArray().ToList();
        Assert.Equal([201, 201, 200], results.Select(result => result.GetProperty("status").GetInt32()));
        Assert.Equal(("Second", "ada@example.com"), (results[2].GetProperty("data").GetProperty("title").GetString(), results[2].GetProperty("data").GetProperty("email").GetString()));
        Assert.Equal(results[0].GetProperty("data").GetProperty("id").GetString(), results[2].GetProperty("data").GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("""{}""", "contacts")]
    [InlineData("""{"contacts":[]}""", "contacts")]
    [InlineData("""{"contacts":[{}],"onConflict":"merge"}""", "onConflict")]
    [InlineData("""{"contacts":{}}""", "contacts")]
    [InlineData("""{"contacts":[{}],"more":1}""", "more")]
    public async Task A_batch_that_is_none_is_refused_whole(string body, string field)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        (await tenant.Api.PostAsync("/contacts/batch", body)).ShouldBeError(400, "VALIDATION_ERROR", field);
    }

    [Fact]
    public async Task A_thousand_contacts_take_as_many_statements_as_ten()
    {
        var counter = new CommandCounter();
        await using var server = await run.StartServerAsync(new TestServerOptions { Services = services => services.ConfigureDbContext<ErzyCallDbContext>(db => db.AddInterceptors(counter)) });
        var tenant = await server.CreateTenantAsync();
        var ten = await CountAsync(0, 10);
        var thousand = await CountAsync(10, 1_000);

        // The events are added rows, of which a round trip holds a part; everything else is one statement however many contacts there are.
        Assert.InRange(thousand, 1, ten + 5);
        (await tenant.Api.PostAsync("/contacts/batch", new { contacts = Enumerable.Repeat(new { title = "x", phone = "+14155550100" }, 1_001) })).ShouldBeError(400, "VALIDATION_ERROR", "contacts");

        async Task<int> CountAsync(int from, int count)
        {
            var contacts = Enumerable.Range(from, count).Select(n => new { title = $"Contact {n}", phone = $"+1415555{n:0000}", optOut = new { optedOut = true } });
            counter.Count = 0;
            var answer = (await tenant.Api.PostAsync("/contacts/batch", new { contacts })).ShouldBe(HttpStatusCode.Created);
            Assert.All(answer.Data.EnumerateArray(), result => Assert.Equal(201, result.GetProperty("status").GetInt32()));
            return counter.Count;
        }
    }

    [Fact]
    public async Task A_retried_batch_is_made_once()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var body = new { contacts = Enumerable.Range(0, 50).Select(n => new { title = $"Contact {n}", phone = $"+1415555{n:0000}" }) };
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => tenant.Api.PostAsync("/contacts/batch", body, "batch-1")));
        Assert.Single(answers.Select(answer => answer.ShouldBe(HttpStatusCode.Created).Text).Distinct());
        Assert.Equal(50, (await tenant.Api.GetAsync("/contacts?limit=100")).Data.GetArrayLength());
    }

    [Fact]
    public async Task Imports_of_the_same_contacts_at_once_do_not_lock_each_other_out()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var contacts = Enumerable.Range(0, 200).Select(n => new { title = $"Contact {n}", phone = $"+1415555{n:0000}" }).ToList();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(turn => tenant.Api.PostAsync(
            "/contacts/batch", new { contacts = turn % 2 == 0 ? contacts : Enumerable.Reverse(contacts), onConflict = "update" })));
        var statuses = answers.SelectMany(answer => answer.ShouldBe(HttpStatusCode.Created).Data.EnumerateArray().Select(result => result.GetProperty("status").GetInt32())).ToList();
        Assert.Equal((200, 600), (statuses.Count(status => status == 201), statuses.Count(status => status == 200)));
    }

    private sealed class CommandCounter : DbCommandInterceptor
    {
        private int _count;

        public int Count { get => _count; set => _count = value; }

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _count);
            return base.ReaderExecutingAsync(command, eventData, result, cancellationToken);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _count);
            return base.NonQueryExecutingAsync(command, eventData, result, cancellationToken);
        }
    }
}
