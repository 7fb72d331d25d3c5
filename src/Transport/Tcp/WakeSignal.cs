using System.Threading.Tasks.Sources;

namespace Consensus.Transport;

/// <summary>Wakes one waiting task, again and again, without allocating.</summary>
/// <remarks>
/// Arm, then wait once. What is set between two armings wakes once. The lock is met only by a connection's closing, so it is never
/// waited for in practice.
/// </remarks>
internal sealed class WakeSignal : IValueTaskSource
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private bool _isSet;

    /// <summary>Forgets earlier signals. Only by the waiter.</summary>
    public void Arm()
    {
        lock (_gate)
        {
            _source.Reset();
            _isSet = false;
        }
    }

    /// <summary>Wakes the waiter now, or when it comes to wait. Any thread.</summary>
    public void Set()
    {
        lock (_gate)
        {
            if (!_isSet)
            {
                _isSet = true;
                _source.SetResult(true);
            }
        }
    }

    /// <summary>Waits for <see cref="Set"/>.</summary>
    public ValueTask WaitAsync() => new(this, _source.Version);

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
