using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ErzyCall.Client;

namespace ErzyCall.Cli;

/// <summary>Reads the organization's events as they happen: what they tell as the server wrote it, also what is newer than this tool.</summary>
internal sealed class FeedReader(CommandContext cli, ErzyCallClient client)
{
    private static readonly TimeSpan s_pollEvery = TimeSpan.FromSeconds(1);

    /// <summary>Where to go on from.</summary>
    public string? Cursor { get; private set; }

    public static (Option<string?> After, Option<bool> FromStart) Options() =>
        (new("--after") { Description = "Go on behind this cursor instead of from now on" },
            new("--from-start") { Description = "Begin with the oldest event that there is, up to 30 days back" });

    public static string TypeOf(JsonElement one) => one.GetProperty("event").GetString()!;

    /// <param name="until">Whether it ends when there are no more events, instead of waiting for them.</param>
    public async IAsyncEnumerable<IReadOnlyList<JsonElement>> ReadAsync(
        string? after, bool fromStart, bool until, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Cursor = after;
        if (after is null && !fromStart)
        {
            // The feed is not told where its end is but by reading up to it.
            cli.Hint("Looking for the end of the feed …");
            await foreach (var page in PagesAsync(cancellationToken))
            {
                _ = page;
            }

            cli.Hint("Waiting for events. Ctrl+C ends it.");
        }

        while (true)
        {
            await foreach (var page in PagesAsync(cancellationToken))
            {
                yield return page;
            }

            if (until)
            {
                yield break;
            }

            await Task.Delay(s_pollEvery, cli.Clock, cancellationToken);
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<JsonElement>> PagesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in client.RawEvents().PagesAsync(Cursor, cancellationToken))
        {
            if (page.Data.Count > 0)
            {
                yield return page.Data;
            }

            // Only what has been worked on is behind us.
            Cursor = page.Pagination.Cursor;
        }
    }
}
