using Consensus.Engine;

namespace Consensus.Raft.Election;

/// <summary>When a replica gives up on its leader: drawn anew each time, so that replicas seldom give up together (section 5.2).</summary>
internal sealed class ElectionTimer
{
    private const int FirstTriesPerHeartbeat = 4;

    private readonly RaftState _state;
    private readonly Ticks _silentUntil;
    private readonly Ticks _firstUntil;
    private Ticks _leaderHeardAt;
    private bool _leaderHeard;

    public ElectionTimer(RaftState state)
    {
        _state = state;

        // Where leases are read, a leader counts on whoever has heard it for the shortest election timeout, whatever terms they hear of meanwhile
        // from others that lead nothing. A replica that has just started may have heard of a leader before: it must not help to depose it either.
        _silentUntil = state.Options.Reads == ReadMode.Lease ? state.Now + state.Options.ElectionTimeoutMin : Ticks.Zero;

        // Until then nobody else stands for election, if all have begun together.
        _firstUntil = state.Options.StandsFirst ? state.Now + state.Options.ElectionTimeoutMin : Ticks.Zero;
        Deadline = IsFirst ? state.Now : Draw();
    }

    public Ticks Deadline { get; private set; }

    /// <summary>
    /// Whether a leader was heard of so lately that no other is wanted (leader stickiness; thesis, section 4.2.3).
    /// </summary>
    public bool IsLeaderFresh =>
        _state.Now < _silentUntil
        || (_leaderHeard && (_state.Leader != NodeId.None || _state.Options.Reads == ReadMode.Lease) && _state.Now < _leaderHeardAt + _state.Options.ElectionTimeoutMin);

    // As long as nobody was elected, as far as is known here. Until the others have begun, what they are asked is lost, so they are asked again soon.
    private bool IsFirst => _state.Now < _firstUntil && _state.Term == Term.Zero && !_leaderHeard && _state.AcceptsWrites;

    public void Restart() => Deadline = IsFirst ? _state.Now + (_state.Options.HeartbeatInterval / FirstTriesPerHeartbeat) : Draw();

    public void OnLeaderHeard()
    {
        _leaderHeard = true;
        _leaderHeardAt = _state.Now;
        Restart();
    }

    // A replica whose disk is full lets all others go first: it could lead, but not take commands.
    private Ticks Draw() =>
        _state.Now
        + _state.Random.NextBetween(_state.Options.ElectionTimeoutMin, _state.Options.ElectionTimeoutMax)
        + (_state.AcceptsWrites ? TimeSpan.Zero : _state.Options.ElectionTimeoutMax);
}
