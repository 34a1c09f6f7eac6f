using System.Globalization;
using System.Net;
using System.Text.Json;
using CsCheck;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Usage;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Features.WhatsApp.Simulation;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Features.Usage;

/// <summary>Usage is added up and not counted: it must be what a count would give, of every range and at every moment.</summary>
public sealed class UsageSumsTests(TestRun run)
{
    private const int Ranges = 40;

    /// <summary>Calls end as the last four digits of their number have it.</summary>
    private static readonly Gen<string> s_phone = Gen.OneOf("+14155550100", "+14155550101", "+14155550001", "+14155550002", "+14155550006", "+14155550007");

    private static readonly Gen<Step> s_step = Gen.Frequency(
        (6, Gen.Select(s_phone, Gen.Bool, (phone, isLater) => new Step($"place {phone} {isLater}", usage => usage.PlaceAsync(phone, isLater)))),
        (4, Step.Of("dispatch", usage => usage.Engine.DispatchAsync())),
        (4, Step.Of("simulate", usage => usage.Engine.SimulateAsync())),
        (4, Gen.OneOf(1, 999, 60_000, 1_234_567, 3_600_000, 20_000_000, 86_400_000).Select(milliseconds => new Step($"pass {milliseconds}", usage => usage.PassAsync(milliseconds)))),
        (1, Step.Of("deadlines", usage => usage.Engine.Server.RunAsync<CallDeadlineJob>())),
        (1, Gen.Int[0, 50].Select(which => new Step($"cancel {which}", usage => usage.CancelAsync(which)))),
        (2, Gen.Select(Gen.Int[0, 50], Gen.Int[-1, 300], (which, seconds) => new Step($"report {which} {seconds} s late", usage => usage.ReportLateAsync(which, seconds)))),
        (1, Gen.Int[0, 50].Select(which => new Step($"delete {which}", usage => usage.DeleteAsync("calls", which)))),
        (2, Step.Of("hear", usage => usage.HearAsync())),
        (2, Step.Of("send", usage => usage.SendAsync())),
        (1, Gen.Int[0, 50].Select(which => new Step($"delete message {which}", usage => usage.DeleteAsync("messages", which)))),
        (3, Step.Of("add up", usage => usage.Engine.Server.RunAsync<AddUpUsageJob>())),
        (1, Step.Of("bring over", usage => usage.BringOverAsync())));

    private static readonly Gen<(Step[] Steps, int[] Instants)> s_history = Gen.Select(s_step.Array[30, 80], Gen.Int[0, int.MaxValue].Array[4 * Ranges]);

    [Fact]
    public async Task Usage_of_any_range_is_what_a_count_gives_whatever_has_happened() => await s_history.SampleAsync(
        async history =>
        {
            await using var engine = await CallEngine.StartAsync(run, speed: 1);
            var usage = new CountedUsage(engine, await engine.Tenant.ConnectAsync());
            foreach (var step in history.Steps)
            {
                await step.RunAsync(usage);
                await usage.CheckAsync(engine.Clock.GetUtcNow().AddDays(-30), engine.Clock.GetUtcNow().AddMilliseconds(1), isByDay: true);
            }

            await usage.CheckRangesAsync(history.Instants);
        },
        iter: Iterations.Usually(3),
        threads: 1,
        print: history => string.Join('\n', history.Steps.Select(step => step.Name)));

    [Fact]
    public async Task Calls_that_end_at_once_are_counted_once_in_every_answer_also_while_they_are_added_up()
    {
        const int Calls = 40;
        await using var engine = await CallEngine.StartAsync(run, new ScriptedCarrier(), new TenantOptions { MaxConcurrentCalls = Calls });
        var placed = (await engine.Tenant.Api.PostAsync("/calls/batch", new { calls = Enumerable.Range(0, Calls).Select(n => new { to = $"+1415555{7000 + n}", from = Tenant.From }) }))
            .ShouldBe(HttpStatusCode.Created).Data.EnumerateArray().Select(result => result.GetProperty("data").GetProperty("id").GetString()!).ToList();
        await engine.DispatchAsync();
        foreach (var call in placed)
        {
            await engine.ReportAnswerAsync(call);
        }

        // The next day, so that the calls are of whole hours.
        engine.Clock.Advance(TimeSpan.FromDays(1));
        var ends = Task.WhenAll(placed.Select(call => engine.ReportEndAsync(call, duration: 60)));
        await Task.WhenAll(AddUpUntilAsync(engine.Server, ends), AddUpUntilAsync(engine.Server, ends), ReadUntilAsync(engine.Tenant, Calls, ends));
        await ends;

        await engine.Server.RunAsync<AddUpUsageJob>();
        Assert.Equal(0, await engine.Server.InDatabaseAsync(db => db.UsageChanges.CountAsync()));
        Assert.Equal(2 * Calls, await engine.Server.InDatabaseAsync(db => db.UsageSums.SumAsync(sum => (int)sum.Amount)));
    }

    [Fact]
    public async Task What_was_there_before_the_sums_is_brought_over_also_while_more_happens_and_only_once()
    {
        await using var engine = await CallEngine.StartAsync(run, new ScriptedCarrier(), new TenantOptions { MaxConcurrentCalls = 20 });
        var usage = new CountedUsage(engine, await engine.Tenant.ConnectAsync());
        var calls = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => engine.Tenant.PlaceCallAsync($"+1415555{7000 + n}")));
        await usage.HearAsync();
        await engine.DispatchAsync();
        foreach (var call in calls[..10])
        {
            await engine.ReportEndAsync(call, duration: 30);
        }

        engine.Clock.Advance(TimeSpan.FromDays(2));
        await engine.Server.ExecuteSqlAsync("TRUNCATE usage_changes, usage_sums");
        var ends = Task.WhenAll(calls[10..].Select(call => engine.ReportEndAsync(call, duration: 30)));
        await Task.WhenAll(ends, usage.BringOverAsync(), engine.Server.RunAsync<AddUpUsageJob>());

        await usage.CheckAsync(engine.Clock.GetUtcNow().AddDays(-30), engine.Clock.GetUtcNow(), isByDay: true);
        await usage.BringOverAsync();
        await usage.CheckAsync(engine.Clock.GetUtcNow().AddDays(-30), engine.Clock.GetUtcNow(), isByDay: true);
        await engine.Server.RunAsync<AddUpUsageJob>();
        await usage.BringOverAsync();
        Assert.Equal(0, await engine.Server.InDatabaseAsync(db => db.UsageChanges.CountAsync()));
        await usage.CheckAsync(engine.Clock.GetUtcNow().AddDays(-30), engine.Clock.GetUtcNow(), isByDay: true);
    }

    [Fact]
    public async Task Changes_of_an_organization_that_is_gone_hold_up_no_other()
    {
        await using var engine = await CallEngine.StartAsync(run);
        var gone = await engine.Server.CreateTenantAsync();
        await gone.PlaceCallAsync();
        await engine.Tenant.PlaceCallAsync();
        await engine.DispatchAsync();
        await engine.SimulateAsync();
        await engine.Server.ExecuteSqlAsync($"DELETE FROM organizations WHERE id = '{gone.Organization.Id.Value}'");

        await engine.Server.RunAsync<AddUpUsageJob>();

        Assert.Equal(0, await engine.Server.InDatabaseAsync(db => db.UsageChanges.CountAsync()));
        Assert.All(await engine.Server.InDatabaseAsync(db => db.UsageSums.ToListAsync()), sum => Assert.Equal((engine.Tenant.Organization.Id, 1), (sum.OrganizationId, sum.Amount)));
    }

    private static async Task AddUpUntilAsync(TestServer server, Task done)
    {
        while (!done.IsCompleted)
        {
            await server.RunAsync<AddUpUsageJob>();
        }
    }

    /// <summary>Reads at least a few times. Each call is 60 seconds long, so a minute, once it has ended.</summary>
    private static async Task ReadUntilAsync(Tenant tenant, int placed, Task done)
    {
        for (var answers = 0; answers < 5 || !done.IsCompleted; answers++)
        {
            var calls = (await tenant.Api.GetAsync("/usage?groupBy=day")).ShouldBe(HttpStatusCode.OK).Data.GetProperty("calls");
            var ended = calls.GetProperty("byStatus").GetProperty("ended").GetInt32();
            Assert.Equal(
                (placed, placed - ended, ended, ended, ended),
                (calls.GetProperty("total").GetInt32(), calls.GetProperty("byStatus").GetProperty("processing").GetInt32(), calls.GetProperty("answered").GetInt32(),
                    (int)calls.GetProperty("minutes").GetDecimal(), calls.GetProperty("byEndedReason").EnumerateObject().Sum(reason => reason.Value.GetInt32())));
        }
    }

    private sealed record Step(string Name, Func<CountedUsage, Task> RunAsync)
    {
        public static Gen<Step> Of(string name, Func<CountedUsage, Task> run) => Gen.Const(new Step(name, run));
    }

    /// <param name="Status">A call's, or <c>sent</c> or <c>received</c>.</param>
    private sealed record Item(DateTimeOffset At, string Status, string? Reason = null, int? Seconds = null);

    /// <summary>What an organization does, and what usage must say of it: counted item by item.</summary>
    private sealed class CountedUsage(CallEngine engine, WhatsAppAccount account)
    {
        /// <summary>What was over when it was deleted, at the hour that is known of it.</summary>
        private readonly List<Item> _deleted = [];

        private readonly DateTimeOffset _began = engine.Clock.GetUtcNow();

        public CallEngine Engine => engine;

        private Tenant Tenant => engine.Tenant;

        public async Task PlaceAsync(string phone, bool isLater) =>
            (await Tenant.Api.PostAsync("/calls", isLater ? new { to = phone, from = Tenant.From, scheduledAt = engine.Clock.GetUtcNow().AddHours(30).ToString("O", CultureInfo.InvariantCulture) } : (object)new { to = phone, from = Tenant.From }))
                .ShouldBe(HttpStatusCode.Created);

        public Task PassAsync(int milliseconds)
        {
            engine.Clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
            return Task.CompletedTask;
        }

        public async Task CancelAsync(int which)
        {
            var calls = await CallsAsync();
            if (calls.Count > 0)
            {
                await Tenant.Api.PostAsync($"/calls/{calls[which % calls.Count].Id}/cancel", null);
            }
        }

        /// <summary>Changes what is known of a call that is over.</summary>
        public async Task ReportLateAsync(int which, int seconds)
        {
            var over = (await CallsAsync()).FindAll(call => call.IsFinal);
            if (over.Count > 0)
            {
                await engine.Server.ExecuteSqlAsync(
                    $"UPDATE calls SET duration = {(seconds < 0 ? "NULL" : seconds)}, ended_reason = 'customer-busy', recording_url = 'https://example.com/late' WHERE id = '{over[which % over.Count].Id.Value}'");
            }
        }

        public async Task DeleteAsync(string table, int which)
        {
            var present = table == "calls" ? (await CallsAsync()).ConvertAll<(Guid Id, Item? Item)>(call => (call.Id.Value, ItemOf(call))) : (await MessagesAsync()).ConvertAll<(Guid Id, Item? Item)>(message => (message.Id.Value, ItemOf(message)));
            if (present.Count > 0)
            {
                var (id, item) = present[which % present.Count];
                await engine.Server.ExecuteSqlAsync($"DELETE FROM {table} WHERE id = '{id}'");
                if (item is not null && item.Status is not ("new" or "scheduled" or "processing"))
                {
                    _deleted.Add(item with { At = item.At.AddTicks(-(item.At.UtcTicks % TimeSpan.TicksPerHour)) });
                }
            }
        }

        public Task<string> HearAsync() => Tenant.HearAsync(account);

        public async Task SendAsync()
        {
            await Tenant.SendTemplateAsync(account);
            await engine.Server.RunAsync<MessageSendJob>();
            await engine.Server.RunAsync<SimulatedMessengerJob>();
        }

        public async Task BringOverAsync()
        {
            await using var scope = engine.Server.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetServices<IBringsRowsOver>().OfType<BringUsageOver>().Single().RunAsync(TestContext.Current.CancellationToken);
        }

        /// <summary>Checks ranges that begin and end where something may go wrong, or anywhere.</summary>
        public async Task CheckRangesAsync(int[] numbers)
        {
            var items = await ItemsAsync();
            var length = engine.Clock.GetUtcNow().AddDays(1) - _began;
            for (var n = 0; n < Ranges; n++)
            {
                var (one, other) = (InstantOf(numbers[4 * n], numbers[(4 * n) + 1]), InstantOf(numbers[(4 * n) + 2], numbers[(4 * n) + 3]));
                await CheckAsync(one < other ? one : other, one < other ? other : one, isByDay: n % 2 == 0);
            }

            DateTimeOffset InstantOf(int kind, int where)
            {
                var at = _began.AddTicks(-TimeSpan.TicksPerDay / 2).AddTicks((long)(length.Ticks * (where / (double)int.MaxValue)));
                return (kind % 4) switch
                {
                    0 when items.Count > 0 => items[where % items.Count].At.AddMilliseconds((kind / 4 % 3) - 1),
                    1 => at.AddTicks(-(at.UtcTicks % TimeSpan.TicksPerHour)),
                    2 => at.AddTicks(-(at.UtcTicks % TimeSpan.TicksPerDay)),
                    _ => at.AddTicks(-(at.UtcTicks % TimeSpan.TicksPerMillisecond)),
                };
            }
        }

        public async Task CheckAsync(DateTimeOffset from, DateTimeOffset to, bool isByDay)
        {
            var items = (await ItemsAsync()).Where(item => item.At >= from && item.At < to).ToList();
            var query = $"/usage?from={from.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}&to={to.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}{(isByDay ? "&groupBy=day" : "")}";
            var usage = (await Tenant.Api.GetAsync(query)).ShouldBe(HttpStatusCode.OK).Data;
            Assert.Equal(Counted(items), Told(usage));
            var days = usage.GetProperty("days").EnumerateArray().ToList();
            Assert.Equal(isByDay, days.Count > 0 || (isByDay && from == to));
            Assert.Equal(items.Where(_ => isByDay).Select(item => DateOf(item.At)).Distinct().Order(), days.Where(day => Told(day) != Counted([])).Select(day => day.GetProperty("date").GetString()!));
            Assert.All(days, day => Assert.Equal(Counted([.. items.Where(item => DateOf(item.At) == day.GetProperty("date").GetString())]), Told(day)));
        }

        private static string DateOf(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        /// <summary>In the words of an answer.</summary>
        private static string Counted(List<Item> items)
        {
            var calls = items.FindAll(item => item.Status is not ("sent" or "received"));
            var reasons = calls.Where(call => call.Reason is not null).CountBy(call => call.Reason!).OrderBy(reason => reason.Key, StringComparer.Ordinal).Select(reason => $"\"{reason.Key}\":{reason.Value}");
            var minutes = Math.Round(calls.Sum(call => call.Seconds ?? 0) / 60m, 2, MidpointRounding.AwayFromZero);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{calls.Count} {{{string.Join(',', CallStatus.All.Select(status => $"\"{status}\":{calls.Count(call => call.Status == status)}"))}}} {{{string.Join(',', reasons)}}} "
                + $"{calls.Count(call => call.Seconds is not null)} {minutes:0.##} {{\"sent\":{items.Count(item => item.Status == "sent")},\"received\":{items.Count(item => item.Status == "received")}}}");
        }

        private static string Told(JsonElement usage)
        {
            var calls = usage.GetProperty("calls");
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{calls.GetProperty("total")} {calls.GetProperty("byStatus").GetRawText()} {calls.GetProperty("byEndedReason").GetRawText()} {calls.GetProperty("answered")} "
                + $"{calls.GetProperty("minutes").GetDecimal():0.##} {usage.GetProperty("messages").GetRawText()}");
        }

        private static Item ItemOf(Call call) => new(call.CreatedAt, call.Status, call.EndedReason, call.Duration);

        private static Item? ItemOf(Message message) =>
            message.Direction == MessageDirection.Inbound ? new Item(message.CreatedAt, "received") : message.SentAt is null ? null : new Item(message.CreatedAt, "sent");

        private async Task<List<Item>> ItemsAsync() =>
            [.. (await CallsAsync()).Select(ItemOf), .. (await MessagesAsync()).Select(ItemOf).OfType<Item>(), .. _deleted];

        private Task<List<Call>> CallsAsync() => engine.Server.InDatabaseAsync(db => db.Calls.Where(call => call.OrganizationId == Tenant.Organization.Id).OrderBy(call => call.Id).ToListAsync());

        private Task<List<Message>> MessagesAsync() => engine.Server.InDatabaseAsync(db => db.Messages.Where(message => message.OrganizationId == Tenant.Organization.Id).OrderBy(message => message.Id).ToListAsync());
    }
}
