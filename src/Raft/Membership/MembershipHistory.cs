using Consensus.Engine;
using Consensus.Raft.Quorum;

namespace Consensus.Raft.Membership;

/// <summary>
/// The configurations in the log. One takes effect as soon as it is appended, committed or not, and loses it again when its entry is
/// truncated (section 6; pitfall: a configuration that survives the truncation of its entry).
/// </summary>
internal sealed class MembershipHistory
{
    private readonly List<(LogIndex Index, ClusterMembership Membership)> _history = [];
    private readonly bool _sharesHonest;

    /// <param name="index">Since when the configuration is in effect.</param>
    /// <param name="membership">The configuration.</param>
    /// <param name="sharesHonest">Whether quorums are so large that two of them share a member that does not lie (<see cref="JointQuorum"/>).</param>
    public MembershipHistory(LogIndex index, ClusterMembership membership, bool sharesHonest)
    {
        _sharesHonest = sharesHonest;
        _history.Add((index, membership));
        Quorum = QuorumOf(membership);
    }

    /// <summary>The configuration in effect: the last one in the log.</summary>
    public ClusterMembership Current => _history[^1].Membership;

    /// <summary>The entry that carries it.</summary>
    public LogIndex CurrentIndex => _history[^1].Index;

    /// <summary>Its voters.</summary>
    public JointQuorum Quorum { get; private set; }

    /// <summary>Whether a replica votes in the configuration before the one in effect; false if that is no longer known.</summary>
    public bool VotedBefore(NodeId id) => _history.Count > 1 && QuorumOf(_history[^2].Membership).Contains(id);

    /// <summary>A configuration was appended.</summary>
    public void Append(LogIndex index, ClusterMembership membership)
    {
        Invariant.Holds(index > CurrentIndex, "Configurations are appended in order.");
        _history.Add((index, membership));
        Quorum = QuorumOf(Current);
    }

    /// <summary>Entries from <paramref name="first"/> on were truncated.</summary>
    /// <returns>Whether the configuration in effect changed.</returns>
    public bool Truncate(LogIndex first)
    {
        var before = _history.Count;
        while (_history.Count > 1 && CurrentIndex >= first)
        {
            _history.RemoveAt(_history.Count - 1);
        }

        Quorum = QuorumOf(Current);
        return _history.Count != before;
    }

    /// <summary>Entries up to <paramref name="index"/> are covered by a snapshot.</summary>
    public void Compact(LogIndex index)
    {
        while (_history.Count > 1 && _history[1].Index <= index)
        {
            _history.RemoveAt(0);
        }
    }

    /// <summary>A snapshot replaced the log.</summary>
    public void Reset(LogIndex index, ClusterMembership membership)
    {
        _history.Clear();
        _history.Add((index, membership));
        Quorum = QuorumOf(Current);
    }

    private JointQuorum QuorumOf(ClusterMembership membership) => new(membership, _sharesHonest);
}
