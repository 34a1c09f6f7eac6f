using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>Remembers what one class logs.</summary>
internal sealed class ListLogger<T> : ILogger<T>
{
    private readonly ConcurrentQueue<(LogLevel Level, string Message)> _lines = new();

    public IEnumerable<LogLevel> Levels => _lines.Select(line => line.Level);

    public IEnumerable<string> Messages => _lines.Select(line => line.Message);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, formatter(state, exception)));
}
