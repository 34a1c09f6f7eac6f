namespace ErzyCall.Api.Commands;

/// <summary>
/// A line on standard error, when that is a terminal, about work that takes longer than two seconds: what is done, how far it is, and how
/// long it has taken. It is written over once a second and removed in the end.
/// </summary>
internal sealed class Progress : IAsyncDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_worthALine = TimeSpan.FromSeconds(2);

    private readonly TextWriter? _terminal;
    private readonly TimeProvider _clock;
    private readonly long _begun;
    private readonly ITimer? _timer;
    private readonly Lock _writing = new();
    private string _what;
    private int _width;

    /// <param name="what">The work, such as "Adding contacts".</param>
    /// <param name="terminal">The terminal to write to; <c>null</c> when nobody looks.</param>
    /// <param name="clock">The clock that measures how long the work takes.</param>
    public Progress(string what, TextWriter? terminal, TimeProvider clock)
    {
        (_what, _terminal, _clock, _begun) = (what, terminal, clock, clock.GetTimestamp());
        _timer = terminal is null ? null : clock.CreateTimer(_ => Write(), state: null, s_worthALine, s_interval);
    }

    /// <summary>Shows progress on the terminal of whoever runs the command.</summary>
    public static Progress Show(string what) => new(what, Console.IsErrorRedirected ? null : Console.Error, TimeProvider.System);

    /// <summary>Changes the text to how far the work is by now.</summary>
    public void Report(string what) => Volatile.Write(ref _what, what);

    public async ValueTask DisposeAsync()
    {
        await (_timer?.DisposeAsync() ?? ValueTask.CompletedTask);
        lock (_writing)
        {
            Replace("");
        }
    }

    private void Write()
    {
        lock (_writing)
        {
            Replace($"{Volatile.Read(ref _what)} … {(int)_clock.GetElapsedTime(_begun).TotalSeconds} s");
        }
    }

    private void Replace(string text)
    {
        if (_width > 0 || text.Length > 0)
        {
            _terminal?.Write($"\r{text.PadRight(_width)}{(text.Length == 0 ? "\r" : "")}");
            _terminal?.Flush();
            _width = text.Length;
        }
    }
}
