using Consensus.Engine;
using Consensus.Raft.Reads;
using Consensus.Raft.Replication;

namespace Consensus.Raft.Transfer;

/// <summary>
/// Hands leadership over because the leader's own disk is full, while enough others have space to commit without it. The README's section on
/// full disks has the rules in a table.
/// </summary>
internal sealed class SpaceHandover
{
    private readonly RaftState _state;
    private readonly Replicator _replicator;
    private readonly ReadBarriers _reads;
    private readonly LeadershipTransfer _transfer;
    private readonly Func<NodeId, bool> _takesEntries;
    private readonly Func<NodeId, bool> _mayTakeEntries;
    private Term _fullIn;
    private Ticks _silenceTellsFrom;
    private NodeId _target;
    private Ticks _notBefore;

    public SpaceHandover(RaftState state, Replicator replicator, ReadBarriers reads, LeadershipTransfer transfer)
    {
        _state = state;
        _replicator = replicator;
        _reads = reads;
        _transfer = transfer;
        _takesEntries = id => replicator.Find(id) is { } member && TakesEntries(member);
        _mayTakeEntries = id => id != state.Self && replicator.MayHaveSpace(id);
    }

    /// <summary>Begins a transfer, if it would help.</summary>
    public void Advance()
    {
        if (_state.AcceptsWrites)
        {
            _fullIn = Term.Zero;
            return;
        }

        if (_fullIn != _state.Term)
        {
            // Others have this long to say how their disks are. Who is silent then may still be heard by another leader, and have space.
            _fullIn = _state.Term;
            _silenceTellsFrom = _state.Now + _state.Options.ElectionTimeoutMax;
        }

        if (_target != NodeId.None && _transfer.Target == _target && _replicator.Find(_target) is { Space: DiskSpace.Full })
        {
            // It filled up since it was chosen, and may never get what it lacks. Another is chosen at once.
            _transfer.GiveUp();
            _notBefore = _state.Now;
        }

        if (_transfer.IsUnderWay || _state.Now < _notBefore || !_state.Quorum.IsQuorum(_state.Now < _silenceTellsFrom ? _takesEntries : _mayTakeEntries))
        {
            return;
        }

        _target = MostUpToDate();
        if (_target != NodeId.None)
        {
            // While an attempt lasts callers wait for another leader. One that fails leaves as much time in which they are told the truth.
            _notBefore = _state.Now + (_state.Options.ElectionTimeoutMax * 2);
            _reads.RevokeLease();
            _transfer.Begin(_target);
        }
    }

    private NodeId MostUpToDate()
    {
        var best = default(Progress);
        foreach (var member in _replicator.Members)
        {
            if (member is { State: ProgressState.Replicate, Space: DiskSpace.Free }
                && TakesEntries(member)
                && _state.Quorum.Incoming.Contains(member.Id)
                && (best is null || member.Match > best.Match))
            {
                best = member;
            }
        }

        return best?.Id ?? NodeId.None;
    }

    // The own disk is full, and never reported: the leader's own progress has no word on space.
    private bool TakesEntries(Progress member) =>
        member.Space is DiskSpace.Free or DiskSpace.FreeAgain && _state.Now < member.SpaceToldAt + _state.Options.ElectionTimeoutMin;
}
