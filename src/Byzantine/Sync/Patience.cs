using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>How long somebody who was asked may take before another one is asked. On a slow link that turns out to be too short: then it doubles, a few times at most, since liars can be slow, too.</summary>
/// <param name="state">The replica's state.</param>
/// <param name="first">How long it is at first.</param>
/// <param name="doublingsMax">How often it doubles at most.</param>
internal sealed class Patience(OrderingState state, TimeSpan first, int doublingsMax)
{
    private int _doublings;
    private Ticks _since = state.Now;

    /// <summary>Whether it is over.</summary>
    public bool IsOver => IsOverSince(_since);

    /// <summary>Whether half of it is over.</summary>
    public bool IsHalfOver => state.Now >= _since + (Span / 2);

    /// <summary>How long ago somebody was asked.</summary>
    public TimeSpan Elapsed => state.Now - _since;

    private TimeSpan Span => first * (1 << _doublings);

    /// <summary>Somebody was asked now.</summary>
    public void Begin() => _since = state.Now;

    /// <summary>Whether it is over with somebody who was asked at another time.</summary>
    public bool IsOverSince(Ticks asked) => state.Now >= asked + Span;

    /// <summary>Whether somebody who took so long was late.</summary>
    public bool IsShorterThan(TimeSpan time) => time >= Span;

    /// <summary>It was too short.</summary>
    public void Double() => _doublings = Math.Min(_doublings + 1, doublingsMax);

    /// <summary>What was asked for is here, or not needed any more.</summary>
    public void Reset() => _doublings = 0;
}
