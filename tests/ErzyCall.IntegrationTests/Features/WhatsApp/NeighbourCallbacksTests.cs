using System.Net;
using ErzyCall.Api.Features.WhatsApp.Conversations;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ErzyCall.IntegrationTests.Features.WhatsApp;

/// <summary>
/// What Meta tells twice at once, of a customer whose number is written in two forms, is told once and never refused.
/// </summary>
public sealed class NeighbourCallbacksTests(TestRun run)
{
    private const string Ours = "+22996001100";
    private const string Theirs = "2290196001100";

    [Fact]
    public async Task Two_deliveries_of_a_message_that_lock_two_conversations_are_both_answered()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var engine = await WhatsAppEngine.StartLiveAsync(run, new Uri("http://127.0.0.1:9/"));

        // No rule tells that this is the number that Meta calls by another one.
        await engine.Tenant.SendTemplateAsync(engine.Account, "+68512345");
        var body = WhatsAppTenant.Callback(engine.Account, WhatsAppTenant.TextMessage("wamid.twice", "Hello", engine.Tenant.Now, from: "6857012345"));

        // Nothing is stored before both have looked.
        await using var database = NpgsqlDataSource.Create(engine.Server.Services.GetRequiredService<IConfiguration>().GetConnectionString("Postgres")!);
        await using var holder = await database.OpenConnectionAsync(cancellationToken);
        await using var hold = await holder.BeginTransactionAsync(cancellationToken);
        await using (var take = new NpgsqlCommand("LOCK TABLE messages IN SHARE MODE", holder, hold))
        {
            await take.ExecuteNonQueryAsync(cancellationToken);
        }

        var first = engine.Server.CallBackAsync(engine.Account, body);
        await WaitingAsync(database, 1);
        await engine.Server.ExecuteSqlAsync("UPDATE conversations SET wa_id = '6857012345' WHERE wa_user_phone = '+68512345'");
        var second = engine.Server.CallBackAsync(engine.Account, body);
        await WaitingAsync(database, 2);
        await hold.RollbackAsync(cancellationToken);

        (await first).ShouldBe(HttpStatusCode.OK);
        (await second).ShouldBe(HttpStatusCode.OK);
        Assert.Equal(1, await engine.Server.InDatabaseAsync(db => db.Messages.CountAsync(message => message.MetaId == "wamid.twice")));
    }

    [Fact]
    public async Task A_customer_in_two_forms_has_one_conversation_whoever_begins_it()
    {
        await using var engine = await WhatsAppEngine.StartLiveAsync(run, new Uri("http://127.0.0.1:9/"));
        for (var turn = 0; turn < 8; turn++)
        {
            var (ours, theirs) = ($"{Ours[..^1]}{turn}", $"{Theirs[..^1]}{turn}");
            string Told(string from) => WhatsAppTenant.Callback(engine.Account, WhatsAppTenant.TextMessage($"wamid.{turn}", "Hello", engine.Tenant.Now, from));
            var callbacks = new[] { theirs, ours[1..], theirs, ours[1..] }.Select(from => engine.Server.CallBackAsync(engine.Account, Told(from))).ToList();
            await engine.Tenant.SendTemplateAsync(engine.Account, ours);
            Assert.All(await Task.WhenAll(callbacks), answer => answer.ShouldBe(HttpStatusCode.OK));
        }

        Assert.Equal(8, await engine.Server.InDatabaseAsync(db => db.Conversations.CountAsync()));
        Assert.Equal(8, await engine.Server.InDatabaseAsync(db => db.Messages.CountAsync(message => message.Direction == "inbound")));
    }

    [Fact]
    public async Task A_stop_from_the_new_form_of_a_number_stops_the_old_one_and_the_other_way_round()
    {
        await using var engine = await WhatsAppEngine.StartLiveAsync(run, new Uri("http://127.0.0.1:9/"));
        foreach (var (from, other) in new[] { ("22996001100", "+2290196001100"), ("2290197001100", "+22997001100") })
        {
            (await engine.Server.CallBackAsync(engine.Account, WhatsAppTenant.Callback(engine.Account, WhatsAppTenant.TextMessage($"wamid.{from}", "STOP", engine.Tenant.Now, from))))
                .ShouldBe(HttpStatusCode.OK);
            (await engine.Tenant.Api.PostAsync("/calls", new { to = other, from = Tenant.From })).ShouldBeError(403, "CONTACT_OPTED_OUT");
            (await engine.Tenant.Api.PostAsync("/whatsapp/messages", new { integrationId = engine.Account.Id.ToString(), to = other, type = "template", template = WhatsAppTenant.Template }))
                .ShouldBeError(403, "CONTACT_OPTED_OUT");
        }
    }

    [Fact]
    public async Task A_status_under_the_meta_id_of_a_message_that_the_customer_wrote_is_of_the_message_that_it_names()
    {
        await using var engine = await WhatsAppEngine.StartLiveAsync(run, new Uri("http://127.0.0.1:9/"));
        await engine.Tenant.HearAsync(engine.Account, metaId: "wamid.theirs");
        var ours = await engine.Tenant.SendTemplateAsync(engine.Account);
        (await engine.Server.CallBackAsync(engine.Account, WhatsAppTenant.Callback(engine.Account, WhatsAppTenant.Status("wamid.theirs", "delivered", engine.Tenant.Now, ours))))
            .ShouldBe(HttpStatusCode.OK);
        Assert.Equal("delivered", (await engine.Tenant.StateOfAsync(ours)).Status);
    }

    private static Task WaitingAsync(NpgsqlDataSource database, int count) => Patience.UntilAsync($"{count} wait to store the message", async () =>
    {
        await using var waiting = database.CreateCommand("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'messages'::regclass");
        return (long)(await waiting.ExecuteScalarAsync())! >= count;
    });
}
