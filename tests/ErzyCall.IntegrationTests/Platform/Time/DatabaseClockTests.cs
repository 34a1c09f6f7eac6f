using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Platform.Time;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ErzyCall.IntegrationTests.Platform.Time;

/// <summary>PostgreSQL's clock counts, whatever a machine thinks that the time is.</summary>
public sealed class DatabaseClockTests(TestRun run)
{
    /// <summary>How long a question to the database may take on a busy machine, and more.</summary>
    private static readonly TimeSpan s_tolerance = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(60)]
    [InlineData(-60)]
    public async Task A_machine_an_hour_off_writes_the_time_of_the_database(int minutes)
    {
        await using var server = await run.StartServerAsync(WrongClock.Server(TimeSpan.FromMinutes(minutes)));
        var tenant = await server.CreateTenantAsync();

        var call = await tenant.GetCallAsync(await tenant.PlaceCallAsync());

        Assert.InRange(call.GetProperty("createdAt").GetDateTimeOffset(), DateTimeOffset.UtcNow - s_tolerance, DateTimeOffset.UtcNow + s_tolerance);
    }

    [Fact]
    public async Task A_machine_an_hour_ahead_dials_no_earlier()
    {
        await using var server = await run.StartServerAsync(WrongClock.Server(TimeSpan.FromHours(1)) with { Postgres = await run.CreateDatabaseAsync() });
        var tenant = await server.CreateTenantAsync();
        var scheduledAt = DateTimeOffset.UtcNow.AddMinutes(30);
        var created = await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = tenant.Number, scheduledAt });
        var id = created.Data.GetProperty("id").GetString()!;

        await server.RunAsync<CallDispatchJob>();

        Assert.Equal("scheduled", (await tenant.GetCallAsync(id)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Less_than_what_the_answer_took_to_come_is_no_difference()
    {
        await using var server = await run.StartServerAsync(new TestServerOptions());
        var machine = new StandingClock(DateTimeOffset.UtcNow);
        var clock = ActivatorUtilities.CreateInstance<DatabaseClock>(server.Services, machine);
        await using var connection = await server.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync(TestContext.Current.CancellationToken);

        machine.Answers = TimeSpan.FromHours(1);
        await clock.MeasureAsync(connection);
        Assert.Equal(machine.GetUtcNow(), clock.GetUtcNow());

        machine.Answers = TimeSpan.Zero;
        machine.Now -= TimeSpan.FromMinutes(10);
        await clock.MeasureAsync(connection);
        Assert.InRange(clock.GetUtcNow() - machine.GetUtcNow(), TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(11));
    }

    /// <summary>Stands still, and takes every answer to have taken so long.</summary>
    private sealed class StandingClock(DateTimeOffset now) : TimeProvider
    {
        private bool _asked;

        public DateTimeOffset Now { get; set; } = now;

        public TimeSpan Answers { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => (_asked = !_asked) ? 0 : Answers.Ticks;
    }
}
