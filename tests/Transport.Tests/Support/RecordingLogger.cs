using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Consensus.Transport.Tests;

/// <summary>Remembers what is logged.</summary>
internal sealed class RecordingLogger : ILogger<TcpTransport>, ILogger<PemCredentialSource>
{
    private readonly ConcurrentQueue<(LogLevel Level, string? Name, string Text)> _entries = new();

    public string[] Texts(string name) => [.. _entries.Where(entry => entry.Name == name).Select(entry => entry.Text)];

    public int Count(string name) => _entries.Count(entry => entry.Name == name);

    public bool HasErrors => _entries.Any(entry => entry.Level >= LogLevel.Error);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue((logLevel, eventId.Name, formatter(state, exception)));
}
