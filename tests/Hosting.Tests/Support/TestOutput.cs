using Microsoft.Extensions.Logging;

namespace Consensus.Hosting.Tests;

/// <summary>Writes log messages to the output of the test, and remembers which there were.</summary>
internal sealed class TestOutput : ILoggerProvider, ILogger
{
    private readonly Lock _gate = new();
    private readonly List<(LogLevel Level, int Id, string Text)> _lines = [];
    private readonly List<(int Id, TaskCompletionSource Seen)> _waiting = [];

    public IReadOnlyList<int> Ids => [.. Lines.Select(line => line.Id)];

    public IReadOnlyList<(LogLevel Level, int Id, string Text)> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>Completes when a message with this event id has been logged.</summary>
    public Task SeenAsync(int id)
    {
        lock (_gate)
        {
            if (_lines.Exists(line => line.Id == id))
            {
                return Task.CompletedTask;
            }

            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((id, seen));
            return seen.Task;
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        TestContext.Out.WriteLine($"{logLevel} {eventId.Id} {eventId.Name}: {formatter(state, exception)} {exception?.Message}");
        lock (_gate)
        {
            _lines.Add((logLevel, eventId.Id, formatter(state, exception)));
            foreach (var (_, seen) in _waiting.Where(waiting => waiting.Id == eventId.Id))
            {
                seen.TrySetResult();
            }
        }
    }

    public void Dispose()
    {
    }
}
