using Consensus.Engine;
using Consensus.Raft.Reads;
using Consensus.Raft.Replication;

namespace Consensus.Raft.Transfer;

/// <summary>
/// Hands leadership over because of full disks: the leader's own is full and enough others have space to commit without it; or this leader does not
/// hear enough members with space, and another may. The README's section on full disks has the rules in a table.
/// </summary>
internal sealed class SpaceHandover
{
    private const int PauseDoublingsMax = 7;

    private readonly RaftState _state;
    private readonly Replicator _replicator;
    private readonly ReadBarriers _reads;
    private readonly LeadershipTransfer _transfer;
    private readonly Func<NodeId, bool> _takesEntries;
    private readonly Func<NodeId, bool> _mayTakeEntries;
    private NodeId _target;
    private Ticks? _begunAt;
    private Term _silentIn;
    private Ticks _silenceTellsFrom;
    private int _attemptsInSilence;

    public SpaceHandover(RaftState state, Replicator replicator, ReadBarriers reads, LeadershipTransfer transfer)
    {
        _state = state;
        _replicator = replicator;
        _reads = reads;
        _transfer = transfer;

        // The leader's own progress has no word on space.
        _takesEntries = id => id == state.Self ? state.AcceptsWrites : replicator.Find(id) is { } member && TakesEntries(member);
        _mayTakeEntries = id => id == state.Self ? state.AcceptsWrites : replicator.MayHaveSpace(id);
    }

    /// <summary>Begins a transfer, if it would help.</summary>
    public void Advance()
    {
        if (_state.AcceptsWrites && !AnyMemberIsFull())
        {
            _attemptsInSilence = 0;
            _silentIn = Term.Zero;
            return;
        }

        if (_target != NodeId.None && _transfer.Target == _target && _replicator.Find(_target) is { Space: DiskSpace.Full })
        {
            // It filled up since it was chosen, and may never get what it lacks. Another is chosen at once.
            _transfer.GiveUp();
            _begunAt = null;
        }

        var isCertain = _state.Quorum.IsQuorum(_takesEntries);
        if (!_transfer.IsUnderWay && WouldHelp(isCertain) && !Pauses())
        {
            Begin(isCertain);
        }
    }

    /// <summary>Whether another leader can commit what this one cannot, or could.</summary>
    /// <param name="isCertain">Whether those with space that this leader hears are a quorum.</param>
    private bool WouldHelp(bool isCertain)
    {
        if (isCertain)
        {
            _silentIn = Term.Zero;
            _attemptsInSilence = 0;
            return !_state.AcceptsWrites;
        }

        if (!_state.Quorum.IsQuorum(_mayTakeEntries))
        {
            _silentIn = Term.Zero;
            return false;
        }

        if (_silentIn != _state.Term)
        {
            // They have this long to say how their disks are. Who is silent then may still be heard by another leader, and have space.
            _silentIn = _state.Term;
            _silenceTellsFrom = _state.Now + _state.Options.ElectionTimeoutMax;
        }

        return _state.Now >= _silenceTellsFrom;
    }

    private void Begin(bool isCertain)
    {
        _target = MostUpToDate();
        if (_target == NodeId.None)
        {
            return;
        }

        _attemptsInSilence = isCertain ? 0 : Math.Min(_attemptsInSilence + 1, PauseDoublingsMax);
        _begunAt = _state.Now;
        _reads.RevokeLease();
        _transfer.Begin(_target);
    }

    /// <summary>
    /// While an attempt lasts callers wait for another leader. One that fails leaves as much time in which they are told the truth. If nobody hears
    /// those that are silent, leadership must not go round and round. Once they are heard, what was in vain before is no reason to wait.
    /// </summary>
    private bool Pauses() =>
        _begunAt is { } begunAt && _state.Now < begunAt + (_state.Options.ElectionTimeoutMax * (2 << _attemptsInSilence));

    private bool AnyMemberIsFull()
    {
        foreach (var member in _replicator.Members)
        {
            if (member.Space == DiskSpace.Full)
            {
                return true;
            }
        }

        return false;
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

    private bool TakesEntries(Progress member) =>
        member.Space is DiskSpace.Free or DiskSpace.FreeAgain && _state.Now < member.SpaceToldAt + _state.Options.ElectionTimeoutMin;
}
