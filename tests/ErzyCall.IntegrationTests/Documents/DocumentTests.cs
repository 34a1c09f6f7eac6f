using ErzyCall.Api.Commands;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Calls.Dispatch.Simulation;
using ErzyCall.Api.Features.Calls.Policy;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Features.WhatsApp.Simulation;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Documents;

/// <summary>
/// Every block with a <c>curl</c> line in what integrators read is run as they would run it, in the order of the document, on a server that was just seeded. What the document shows right after it
/// (<c>json</c>, or <c>http</c> for lines of the head) is compared with what was printed; a command is refused only where an error is shown.
/// </summary>
public sealed class DocumentTests(TestRun run)
{
    public static TheoryData<string> Documents { get; } = [.. Document.All().Select(document => document.Name)];

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task What_a_document_shows_is_what_is_answered(string name)
    {
        Assert.SkipUnless(await Bash.IsThereAsync(), "bash and curl, 7.76 or newer, are not both on the PATH.");
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));
        await using var server = await run.StartServerAsync(new TestServerOptions { Clock = clock, IsOnPort = true, Settings = WebhookEngine.Settings });
        await using var receiver = await WebhookReceiver.StartAsync();
        var (_, key) = await server.InDatabaseAsync(db => SampleData.EnsureAsync(db, clock, TestContext.Current.CancellationToken));
        using var bash = new Bash();
        (string Shown, string Real)[] readersOwn = [("ek_test_…", key.Text), ("http://localhost:5080", server.Url), ("https://your-server.example/hooks", receiver.Url.ToString())];

        var differences = new List<string>();
        foreach (var step in Document.Read(name).Steps())
        {
            var (exitCode, printed) = await bash.RunAsync(readersOwn.Aggregate(step.Commands, (text, own) => text.Replace(own.Shown, own.Real, StringComparison.Ordinal)));
            printed = readersOwn.Aggregate(printed, (text, own) => text.Replace(own.Real, own.Shown, StringComparison.Ordinal));
            var expected = step.Answer is { IsError: true } ? Bash.IsRefused : 0;
            if (exitCode != expected)
            {
                differences.Add($"{name}:{step.Line}: exit code {exitCode}: {printed}");
            }

            differences.AddRange(step.Answer?.Differences(printed).Select(difference => $"{name}:{step.Line}: {difference}") ?? []);

            // Until the reader goes on.
            clock.Advance(TimeSpan.FromSeconds(2));
            await WorkAsync(server);
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static async Task WorkAsync(TestServer server)
    {
        while (await server.RunAsync<JudgeAnewJob>() + await server.RunAsync<CallDispatchJob>() + await server.RunAsync<OptedOutCallsJob>() + await server.RunAsync<HangUpJob>()
               + await server.RunAsync<SimulatedCarrierJob>() + await server.RunAsync<MessageSendJob>() + await server.RunAsync<SimulatedMessengerJob>()
               + await server.RunAsync<PublishEventsJob>() + await server.RunAsync<WebhookDeliveryJob>() > 0)
        {
            await WebhookEngine.WhenAnsweredAsync(server);
        }
    }
}
