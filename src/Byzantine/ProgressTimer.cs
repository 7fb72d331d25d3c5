using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>
/// How long a replica waits for progress before it gives up on the view (OSDI '99, section 4.4; PODC '19, section 4.4): longer with each view that brings none, the
/// normal time again as soon as a block is committed.
/// </summary>
internal sealed class ProgressTimer(OrderingState state)
{
    private int _doublings;

    public Ticks Deadline { get; private set; } = Ticks.Never;

    public bool IsRunning => Deadline != Ticks.Never;

    private TimeSpan Timeout
    {
        get
        {
            var timeout = state.Options.ViewTimeout;
            for (var i = 0; i < _doublings && timeout < state.Options.ViewTimeoutMax; i++)
            {
                timeout *= 2;
            }

            return timeout < state.Options.ViewTimeoutMax ? timeout : state.Options.ViewTimeoutMax;
        }
    }

    public void Start() => Deadline = state.Now + Timeout;

    public void Stop() => Deadline = Ticks.Never;

    /// <summary>Another view is tried, and is given twice as long.</summary>
    public void OnViewLeft()
    {
        _doublings = Math.Min(_doublings + 1, 32);
        Stop();
    }

    /// <summary>A block was committed.</summary>
    public void OnProgress()
    {
        _doublings = 0;
        Stop();
    }
}
