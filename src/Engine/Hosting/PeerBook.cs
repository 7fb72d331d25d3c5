namespace Consensus.Engine;

/// <summary>
/// Whom the transport is connected to: the members of the configuration in effect and, until a moment after that is committed, those whom it
/// leaves out. A leader that is removed commits its own removal, and needs the others' answers for that; anybody else who is removed should
/// hear of it, and the last message needs time to leave.
/// </summary>
internal sealed class PeerBook(NodeId self, ITransport transport)
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private IReadOnlyList<Member> _members = [];
    private IReadOnlyList<Member> _leavers = [];
    private LogIndex _index;
    private Ticks _closesAt = Ticks.Never;

    /// <summary>Another configuration is in effect.</summary>
    public void OnMembership(ClusterMembership membership, LogIndex index)
    {
        _leavers = [.. _members.Concat(_leavers).Where(member => membership.Find(member.Id) is null)];
        _members = [.. membership.Members.Where(member => member.Id != self)];
        _index = index;
        _closesAt = Ticks.Never;
        transport.SetPeers([.. _members, .. _leavers]);
    }

    /// <summary>Everything up to <paramref name="commit"/> is committed.</summary>
    public void OnCommitted(LogIndex commit, Ticks now)
    {
        if (_leavers.Count == 0 || commit < _index)
        {
            return;
        }

        if (_closesAt == Ticks.Never)
        {
            _closesAt = now + Farewell;
        }
        else if (now >= _closesAt)
        {
            _leavers = [];
            transport.SetPeers(_members);
        }
    }
}
