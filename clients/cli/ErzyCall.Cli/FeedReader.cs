using System.CommandLine;
using System.Text.Json;
using ErzyCall.Client;

namespace ErzyCall.Cli;

/// <summary>Reads the organization's events as they happen: what they tell as the server wrote it, also what is newer than this tool.</summary>
internal sealed class FeedReader(CommandContext cli, ErzyCallClient client)
{
    private static readonly ListEventsQuery s_largestPages = new() { Limit = 100 };

    private readonly Pace _pace = new(cli);

    private string? _cursor;

    public static (Option<string?> After, Option<bool> FromStart) Options() =>
        (new("--after") { Description = "Go on behind this cursor instead of from now on" },
            new("--from-start") { Description = "Begin with the oldest event that there is, up to 30 days back" });

    public static string TypeOf(JsonElement one) => one.GetProperty("event").GetString()!;

    /// <summary>Works on events as they happen, and in the end, whatever ends it, tells where to go on from.</summary>
    /// <param name="until">Whether it ends when there are no more events, instead of waiting for them.</param>
    /// <param name="work">What is done with the events of a page; they are behind us once it is done.</param>
    public async Task ReadAsync(string? after, bool fromStart, bool until, Func<IReadOnlyList<JsonElement>, Task> work, CancellationToken cancellationToken)
    {
        _cursor = after;
        try
        {
            if (after is null && !fromStart)
            {
                // The feed is not told where its end is but by reading up to it.
                cli.Hint("Looking for the end of the feed …");
                await ReadToEndAsync(static _ => Task.CompletedTask, cancellationToken);
                cli.Hint("Waiting for events. Ctrl+C ends it.");
            }

            while (true)
            {
                var hasNews = await ReadToEndAsync(work, cancellationToken);
                if (until)
                {
                    return;
                }

                await _pace.WaitAsync(hasNews, cancellationToken);
            }
        }
        finally
        {
            cli.Hint($"To go on from here: {(_cursor is null ? "--from-start" : $"--after {_cursor}")}");
        }
    }

    private async Task<bool> ReadToEndAsync(Func<IReadOnlyList<JsonElement>, Task> work, CancellationToken cancellationToken)
    {
        for (var hasNews = false; ;)
        {
            var page = await _pace.AskAsync(NextAsync, cancellationToken);
            await work(page.Data);
            hasNews |= page.Data.Count > 0;
            _cursor = page.Pagination.Cursor;
            if (!page.Pagination.HasMore)
            {
                return hasNews;
            }
        }
    }

    private async Task<Page<JsonElement>> NextAsync(CancellationToken cancellationToken)
    {
        await using var pages = client.RawEvents(s_largestPages).PagesAsync(_cursor, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await pages.MoveNextAsync();
        return pages.Current;
    }
}
