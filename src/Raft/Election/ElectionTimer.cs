using Consensus.Engine;

namespace Consensus.Raft.Election;

/// <summary>When a replica gives up on its leader: drawn anew each time, so that replicas seldom give up together (section 5.2).</summary>
internal sealed class ElectionTimer(RaftState state)
{
    // Where leases are read, a leader counts on whoever has heard it for the shortest election timeout, whatever terms they hear of meanwhile
    // from others that lead nothing. A replica that has just started may have heard of a leader before: it must not help to depose it either.
    private readonly Ticks _silentUntil = state.Options.Reads == ReadMode.Lease ? state.Now + state.Options.ElectionTimeoutMin : Ticks.Zero;
    private Ticks _leaderHeardAt;
    private bool _leaderHeard;

    public Ticks Deadline { get; private set; } = Draw(state);

    /// <summary>
    /// Whether a leader was heard of so lately that no other is wanted (leader stickiness; thesis, section 4.2.3).
    /// </summary>
    public bool IsLeaderFresh =>
        state.Now < _silentUntil || (_leaderHeard && (state.Leader != NodeId.None || state.Options.Reads == ReadMode.Lease) && state.Now < _leaderHeardAt + state.Options.ElectionTimeoutMin);

    public void Restart() => Deadline = Draw(state);

    public void OnLeaderHeard()
    {
        _leaderHeard = true;
        _leaderHeardAt = state.Now;
        Restart();
    }

    // A replica whose disk is full lets all others go first: it could lead, but not take commands.
    private static Ticks Draw(RaftState state) =>
        state.Now
        + state.Random.NextBetween(state.Options.ElectionTimeoutMin, state.Options.ElectionTimeoutMax)
        + (state.AcceptsWrites ? TimeSpan.Zero : state.Options.ElectionTimeoutMax);
}
