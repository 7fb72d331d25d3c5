using Microsoft.Extensions.Logging;

namespace Consensus.Hosting.Tests;

/// <summary>Writes log messages to the output of the test.</summary>
internal sealed class TestOutput : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        TestContext.Out.WriteLine($"{logLevel} {eventId.Id} {eventId.Name}: {formatter(state, exception)} {exception?.Message}");

    public void Dispose()
    {
    }
}
