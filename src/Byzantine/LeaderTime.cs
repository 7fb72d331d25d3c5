using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>
/// The time that counts against the leader: this replica's clock, but for the time in which nothing but the window kept the leader from proposing. Without that exception whoever makes all replicas slow
/// to apply would have every honest leader suspected in turn.
/// </summary>
/// <remarks>
/// It stands still and does not begin anew, as the timer for progress does: a leader that passes somebody over, and shuts the window again and again with what it does order, is found out after so much time as others.
/// </remarks>
internal sealed class LeaderTime(OrderingState state)
{
    private TimeSpan _stoodStill;
    private Ticks _since = Ticks.Never;

    /// <summary>Whether it stands still.</summary>
    public bool StandsStill => _since != Ticks.Never;

    /// <summary>The time. It never goes back.</summary>
    public Ticks Now => (StandsStill ? _since : state.Now) + -_stoodStill;

    /// <summary>A turn ends.</summary>
    /// <param name="isWindowShut">Whether the leader cannot propose until the next checkpoint is stable.</param>
    public void OnTurn(bool isWindowShut)
    {
        if (isWindowShut == StandsStill)
        {
            return;
        }

        if (isWindowShut)
        {
            _since = state.Now;
        }
        else
        {
            _stoodStill += state.Now - _since;
            _since = Ticks.Never;
        }
    }

    /// <summary>When it will be so late on this replica's clock; never, as long as it stands still.</summary>
    public Ticks WhenWillBe(Ticks time) => StandsStill ? Ticks.Never : time + _stoodStill;
}
