using System.Text.Json;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.Calls.Dispatch;

public sealed class SimulatedCarrierTests(TestRun run)
{
    [Theory]
    [InlineData("0001", "ended", "customer-did-not-answer", "customer", true, null, 0)]
    [InlineData("0002", "ended", "customer-busy", "customer", true, null, 0)]
    [InlineData("0003", "ended", "voicemail", "customer", true, null, 0)]
    [InlineData("0004", "ended", "silence-timed-out", "customer", true, 16, 1)]
    [InlineData("0005", "ended", "customer-ended-call", "none", false, 5, 1)]
    [InlineData("0006", "error", "carrier-rejected", "carrier", false, null, 0)]
    [InlineData("0007", "error", "deadline-exceeded", "carrier", false, null, 0)]
    [InlineData("0008", "ended", "customer-ended-call", "none", false, 10, 3)]
    [InlineData("0009", "ended", "assistant-ended-call", "none", false, 17, 5)]
    [InlineData("5555", "ended", "assistant-ended-call", "none", false, 17, 5)]
    public async Task The_last_four_digits_decide_the_outcome(
        string digits, string status, string reason, string fault, bool retryable, int? duration, int turns)
    {
        await using var engine = await CallEngine.StartAsync(run);
        var id = await engine.Tenant.PlaceCallAsync($"+1415555{digits}");

        await engine.RunAllAsync();
        engine.Clock.Advance(TimeSpan.FromSeconds(2));
        await engine.RunAllAsync();

        var call = await engine.Tenant.GetCallAsync(id);
        Assert.Equal(
            (status, reason, fault, retryable),
            (call.GetProperty("status").GetString(), call.GetProperty("endedReason").GetString(), call.GetProperty("fault").GetString(), call.GetProperty("retryable").GetBoolean()));
        Assert.Equal(duration, call.GetProperty("duration").Deserialize<int?>());
        Assert.Equal(turns, call.GetProperty("transcript").GetArrayLength());
        if (turns > 0)
        {
            var first = call.GetProperty("transcript")[0];
            Assert.Equal(["role", "message", "offset"], first.EnumerateObject().Select(property => property.Name));
            Assert.Equal(("assistant", call.GetProperty("firstMessage").GetString()), (first.GetProperty("role").GetString(), first.GetProperty("message").GetString()));
        }

        Assert.Equal([id], engine.Dialled);
        Assert.Equal(["call.started", status == "ended" ? "call.ended" : "call.failed"], (await engine.EventsOfAsync(id)).Select(happened => happened.Type));
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 60)]
    [InlineData(20, 3)]
    public async Task A_number_that_never_reports_ends_at_a_deadline_by_the_speed(double speed, int seconds)
    {
        await using var engine = await CallEngine.StartAsync(run, speed: speed);
        var id = await engine.Tenant.PlaceCallAsync("+14155550007");
        await engine.RunAllAsync();

        engine.Clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        await engine.RunAllAsync();
        Assert.Equal(("processing", null), await engine.StateOfAsync(id));

        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await engine.RunAllAsync();
        Assert.Equal(("error", "deadline-exceeded"), await engine.StateOfAsync(id));
    }

    [Fact]
    public async Task At_speed_one_a_call_rings_and_talks_as_long_as_in_life()
    {
        await using var engine = await CallEngine.StartAsync(run, speed: 1);
        var id = await engine.Tenant.PlaceCallAsync();
        await engine.RunAllAsync();
        engine.Clock.Advance(TimeSpan.FromSeconds(3));
        await engine.RunAllAsync();
        engine.Clock.Advance(TimeSpan.FromSeconds(17) - TimeSpan.FromMilliseconds(1));
        await engine.RunAllAsync();
        Assert.Equal(("processing", null), await engine.StateOfAsync(id));

        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await engine.RunAllAsync();

        var call = await engine.Tenant.GetCallAsync(id);
        Assert.Equal("ended", call.GetProperty("status").GetString());
        Assert.Equal("2026-06-01T10:00:00.000Z", call.GetProperty("startedAt").GetString());
        Assert.Equal("2026-06-01T10:00:20.000Z", call.GetProperty("endedAt").GetString());
        Assert.Equal(17, call.GetProperty("duration").GetInt32());
    }

    [Fact]
    public async Task Who_asks_not_to_be_called_again_is_on_the_ledger_with_the_call_s_end()
    {
        const string To = "+14155550008";
        await using var engine = await CallEngine.StartAsync(run);
        var contact = await engine.Tenant.AddAsync(engine.Tenant.NewContact("Ada", To));
        var call = (await engine.Tenant.Api.PostAsync("/calls", new { to = To, from = Tenant.From, contactId = contact.Id.ToString() })).Data;
        await engine.DispatchAsync();
        Assert.Null(await engine.Tenant.LedgerEntryAsync(To));

        await engine.RunAllAsync();

        var entry = await engine.Tenant.LedgerEntryAsync(To);
        Assert.Equal(("call", contact.Id), (entry!.Source, entry.ContactId));
        Assert.Equal(("ended", "customer-ended-call"), await engine.StateOfAsync(call.GetProperty("id").GetString()!));
        (await engine.Tenant.Api.PostAsync("/calls", new { to = To, from = Tenant.From })).ShouldBeError(403, "CONTACT_OPTED_OUT");
        (await engine.Tenant.Api.PostAsync("/calls", new { to = "+14155550108", from = Tenant.From })).ShouldBe(System.Net.HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_wish_that_cannot_be_entered_leaves_the_call_unended()
    {
        await using var engine = await CallEngine.StartAsync(run, new ScriptedCarrier());
        var id = await engine.Tenant.PlaceCallAsync();
        await engine.DispatchAsync();
        await engine.Server.ExecuteSqlAsync("ALTER TABLE do_not_call_entries ADD CONSTRAINT none CHECK (false) NOT VALID");

        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => engine.ReportEndAsync(id, asksNotToBeCalled: true));

        Assert.Equal(("processing", null), await engine.StateOfAsync(id));
        Assert.Single(await engine.EventsOfAsync(id));
        await engine.Server.ExecuteSqlAsync("ALTER TABLE do_not_call_entries DROP CONSTRAINT none");
        await engine.ReportEndAsync(id, asksNotToBeCalled: true);
        Assert.Equal(("ended", "customer-ended-call"), await engine.StateOfAsync(id));
        Assert.NotNull(await engine.Tenant.LedgerEntryAsync("+14155550100"));
    }

    [Fact]
    public async Task Who_asked_not_to_be_called_again_is_heeded_also_when_the_call_is_cancelled_after_it()
    {
        const string To = "+14155550008";
        await using var engine = await CallEngine.StartAsync(run, speed: 1);
        var id = await engine.Tenant.PlaceCallAsync(To);
        await engine.DispatchAsync();
        engine.Clock.Advance(TimeSpan.FromSeconds(3));
        await engine.SimulateAsync();
        engine.Clock.Advance(TimeSpan.FromSeconds(5));
        (await engine.Tenant.Api.PostAsync($"/calls/{id}/cancel", null)).ShouldBe(System.Net.HttpStatusCode.OK);

        await engine.RunAllAsync();

        Assert.Equal(("ended", "manually-canceled"), await engine.StateOfAsync(id));
        (await engine.Tenant.Api.PostAsync("/calls", new { to = To, from = Tenant.From })).ShouldBeError(403, "CONTACT_OPTED_OUT");
    }

    [Theory]
    [InlineData("UPDATE phone_numbers SET is_active = false")]
    [InlineData("UPDATE phone_numbers SET capabilities = ARRAY['inbound']")]
    [InlineData("UPDATE organizations SET mode = 'Live'")]
    public async Task A_number_that_can_no_longer_dial_when_its_time_comes_is_not_dialled_from(string change)
    {
        await using var engine = await CallEngine.StartAsync(run);
        var id = await engine.Tenant.PlaceCallAsync();
        await engine.Server.ExecuteSqlAsync(change);

        await engine.RunAllAsync();

        Assert.Equal(("error", "carrier-failed-to-connect"), await engine.StateOfAsync(id));
        Assert.Equal(["call.failed"], (await engine.EventsOfAsync(id)).Select(happened => happened.Type));
        Assert.Equal(JsonValueKind.Null, (await engine.Tenant.GetCallAsync(id)).GetProperty("startedAt").ValueKind);
        Assert.Empty(engine.Dialled);
    }

    [Theory]
    [InlineData(false, "simulator")]
    [InlineData(true, "acme")]
    public async Task A_test_organization_never_reaches_a_real_carrier_whatever_its_numbers_say(bool isLive, string dialledBy)
    {
        var acme = new ScriptedCarrier("acme");
        var simulator = new ScriptedCarrier("simulator");
        await using var engine = await CallEngine.StartAsync(run, [acme, simulator], new TenantOptions { Mode = isLive ? Api.Features.Organizations.OrganizationMode.Live : Api.Features.Organizations.OrganizationMode.Test });
        var phone = engine.Tenant.NewPhoneNumber("+14155558888");
        phone.Provider = "acme";
        await engine.Tenant.AddAsync(phone);
        (await engine.Tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = phone.Number })).ShouldBe(System.Net.HttpStatusCode.Created);

        await engine.DispatchAsync();

        Assert.Equal([dialledBy], ((ScriptedCarrier[])[acme, simulator]).Where(carrier => !carrier.Placed.IsEmpty).Select(carrier => carrier.Name));
    }

    [Fact]
    public async Task A_call_for_a_carrier_that_the_server_does_not_have_fails_to_connect()
    {
        await using var engine = await CallEngine.StartAsync(run, new ScriptedCarrier("acme"));
        var id = await engine.Tenant.PlaceCallAsync();

        await engine.Server.RunAsync<CallDispatchJob>();

        Assert.Equal(("error", "carrier-failed-to-connect"), await engine.StateOfAsync(id));
    }
}
