using ErzyCall.Client;

namespace ErzyCall.Cli;

/// <summary>
/// How often the server is asked for news: often while there are some, and less and less while there are none, since each question counts
/// in the key's limits, which others need too.
/// </summary>
internal sealed class Pace(CommandContext cli)
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);

    private TimeSpan _next = s_shortest;

    public async Task WaitAsync(bool hasNews, CancellationToken cancellationToken)
    {
        _next = hasNews ? s_shortest : _next * 1.1 < s_longest ? _next * 1.1 : s_longest;
        await Task.Delay(_next, cli.Clock, cancellationToken);
    }

    /// <summary>Asks, and goes on asking while the server says that it is too much, or cannot be reached.</summary>
    public async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> question, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await question(cancellationToken);
            }
            catch (ErzyCallException busy) when (busy.RetryAfter is { } pause)
            {
                cli.Hint($"{busy.Code}: {busy.Message} Going on in {pause.TotalSeconds:0} s.");
                await Task.Delay(pause, cli.Clock, cancellationToken);
            }
            catch (ErzyCallConnectionException silent)
            {
                cli.Hint($"{silent.Message}: {silent.InnerException?.Message}. Going on in {s_longest.TotalSeconds:0} s.");
                await Task.Delay(s_longest, cli.Clock, cancellationToken);
            }
        }
    }
}
