using System.Runtime.InteropServices;

namespace Consensus.Cli;

/// <summary>
/// Ctrl+C and SIGTERM as a cancellation. The command-line parser has its own, but listens only once the command's work is under way: a signal
/// that came as soon as a node said that it is ready could end the process without a clean stop.
/// </summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>How long a command may take to stop before the process ends anyway.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _source = new();
    private readonly Timer _impatience;
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>What the process would exit with; 0 as long as there was no signal.</summary>
    private int _exitCode;

    private Interruption()
    {
        _impatience = new Timer(_ => Environment.Exit(_exitCode));
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];
    }

    /// <summary>Cancelled by the first signal. A second one ends the process at once.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Listens from now on.</summary>
    public static Interruption Watch() => new();

    /// <inheritdoc/>
    public void Dispose()
    {
        // A signal that comes from now on finds nothing left to stop.
        Interlocked.CompareExchange(ref _exitCode, -1, 0);
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _impatience.Dispose();
        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        // What a shell says of a program that a signal has ended.
        var exitCode = context.Signal == PosixSignal.SIGINT ? 128 + 2 : 128 + 15;
        if (Interlocked.CompareExchange(ref _exitCode, exitCode, 0) != 0)
        {
            return;
        }

        context.Cancel = true;
        try
        {
            _impatience.Change(StopTimeout, Timeout.InfiniteTimeSpan);
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The command has ended while the signal was on its way here: there is nothing left to stop.
        }
    }
}
