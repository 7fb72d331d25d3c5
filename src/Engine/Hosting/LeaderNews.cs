namespace Consensus.Engine;

/// <summary>Tells who leads, and what this replica does, for an engine whose cores do not say so themselves: from their status at the end of each turn.</summary>
internal sealed class LeaderNews(ReplicaEvents events)
{
    private ReplicaRole _role = ReplicaRole.Follower;
    private NodeId _leader;
    private ulong _term;

    /// <summary>Tells what has changed since the last look. A replica begins as the follower of nobody.</summary>
    public void Look(in CoreStatus status)
    {
        var (role, leader, isNewer) = (_role, _leader, status.TermOrView != _term);
        (_role, _leader, _term) = (status.Role, status.Leader, status.TermOrView);
        if (_role != role || (isNewer && _role == ReplicaRole.Leader))
        {
            events.Publish(new RoleChanged(_role, _term));
        }

        if (_leader != leader || (isNewer && _leader != NodeId.None))
        {
            events.Publish(new LeaderChanged(_leader, _term));
        }
    }
}
