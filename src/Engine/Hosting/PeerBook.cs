namespace Consensus.Engine;

/// <summary>
/// Whom the transport is connected to: the members of the configuration in effect and, until that is committed, those whom it leaves out. A
/// leader that is removed commits its own removal, and needs the others' answers for that.
/// </summary>
internal sealed class PeerBook(NodeId self, ITransport transport)
{
    private IReadOnlyList<Member> _members = [];
    private IReadOnlyList<Member> _leavers = [];
    private LogIndex _index;

    /// <summary>Another configuration is in effect.</summary>
    public void OnMembership(ClusterMembership membership, LogIndex index)
    {
        _leavers = [.. _members.Concat(_leavers).Where(member => membership.Find(member.Id) is null)];
        _members = [.. membership.Members.Where(member => member.Id != self)];
        _index = index;
        transport.SetPeers([.. _members, .. _leavers]);
    }

    /// <summary>Everything up to <paramref name="commit"/> is committed.</summary>
    public void OnCommitted(LogIndex commit)
    {
        if (_leavers.Count > 0 && commit >= _index)
        {
            _leavers = [];
            transport.SetPeers(_members);
        }
    }
}
