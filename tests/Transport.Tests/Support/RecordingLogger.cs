using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Consensus.Transport.Tests;

/// <summary>Remembers what is logged.</summary>
internal sealed class RecordingLogger : ILogger<TcpTransport>
{
    private readonly ConcurrentQueue<(LogLevel Level, string? Name)> _entries = new();

    public int Count(string name) => _entries.Count(entry => entry.Name == name);

    public bool HasErrors => _entries.Any(entry => entry.Level >= LogLevel.Error);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue((logLevel, eventId.Name));
}
