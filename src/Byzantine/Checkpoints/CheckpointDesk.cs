using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>Says what this replica's state is after every K-th block, and collects what others say, until a quorum agrees (OSDI '99, section 4.3).</summary>
internal sealed class CheckpointDesk
{
    private readonly OrderingState _state;
    private readonly CatchUp _catchUp;
    private readonly Action _onStable;
    private readonly SortedDictionary<SequenceNumber, CheckpointContent> _own = [];
    private readonly SortedDictionary<SequenceNumber, Collected> _collected = [];
    private readonly Queue<(CheckpointContent Content, Lsn After)> _unsaid = [];

    // What was signed once is said again as it is: whoever asks for it without end is not to cost a signature each time.
    private readonly SortedDictionary<SequenceNumber, CheckpointVote> _signed = [];

    /// <summary>Creates the desk.</summary>
    /// <param name="state">The replica's state.</param>
    /// <param name="catchUp">Brings the replica to checkpoints that lie before it.</param>
    /// <param name="recovered">What was on disk.</param>
    /// <param name="onStable">Called when a checkpoint has become stable.</param>
    public CheckpointDesk(OrderingState state, CatchUp catchUp, RecoveredState recovered, Action onStable)
    {
        _state = state;
        _catchUp = catchUp;
        _onStable = onStable;
        if (recovered.Snapshot is { } snapshot)
        {
            OnInstalled(snapshot);
        }
    }

    /// <summary>Of how many checkpoints this replica's own state is kept.</summary>
    public int OwnCount => _own.Count;

    /// <summary>Of how many checkpoints votes are kept.</summary>
    public int VotedCount => _collected.Count;

    /// <summary>What this replica has said about checkpoints after one, those that are not stable, to be said again.</summary>
    public IEnumerable<CheckpointVote> OwnVotesAfter(SequenceNumber number) =>
        Said.Where(content => content.Number > SequenceNumber.Max(number, _state.Stable.Number)).Select(VoteFor);

    private IEnumerable<CheckpointContent> Said => _own.Values.Where(content => _unsaid.All(unsaid => unsaid.Content.Number != content.Number));

    private int OwnMax => (_state.Options.ReachBlocks / _state.Options.CheckpointBlocks) + 1;

    /// <summary>Up to which checkpoint votes are collected.</summary>
    private SequenceNumber Reach => _state.Stable.Number + (ulong)_state.Options.WindowBlocks + (ulong)_state.Options.ReachBlocks;

    /// <summary>The first turn ends: a restart does not make a wrong state right.</summary>
    public void Start() => Compare(_state.Stable);

    /// <summary>The state was hashed at the end of a block.</summary>
    public void OnHashed(StateHashed hashed)
    {
        if (!_state.Log.TryFindEnd(hashed.Index, out var number) || number < _state.Stable.Number)
        {
            // Hashes come late: what lies before the stable checkpoint is compared with nothing any more.
            return;
        }

        var content = new CheckpointContent(number, _state.Log.PositionAfter(number), _state.Log.TimeAfter(number), hashed.Hash);
        _own[number] = content;
        if (_own.Count > OwnMax)
        {
            // A replica that has come far by another way than votes: what lies so far behind it will be stable without it.
            _own.Remove(_own.First().Key);
        }

        if (number == _state.Stable.Number)
        {
            Compare(_state.Stable);
        }

        if (number > _state.Stable.Number && !_state.HasDiverged)
        {
            _unsaid.Enqueue((content, _state.SaveForCheckpoint()));
            SayDurable();
        }
    }

    /// <summary>Says what this replica's state is where what that rests on is on disk.</summary>
    public void SayDurable()
    {
        while (_unsaid.TryPeek(out var next) && next.After <= _state.Durable)
        {
            _unsaid.Dequeue();
            if (next.Content.Number <= _state.Stable.Number || _state.HasDiverged)
            {
                continue;
            }

            var vote = VoteFor(next.Content);
            _state.Broadcast(vote);
            if (next.Content.Number <= Reach)
            {
                Count(_state.Self, vote);
            }
        }
    }

    /// <summary>A peer's snapshot has become this replica's state.</summary>
    public void OnInstalled(SnapshotDescriptor snapshot)
    {
        // What was known of states before was this replica's own, and they are gone.
        _own.Clear();
        var number = BlockLog.NumberOf(snapshot);
        _own[number] = new CheckpointContent(number, snapshot.Position, snapshot.Time, snapshot.StateHash);
    }

    /// <summary>What a member says its state is.</summary>
    public void OnVote(NodeId from, CheckpointVote vote)
    {
        var number = vote.Content.Number;
        if (number > _state.Stable.Number && number <= Reach && _state.Log.IsCheckpoint(number))
        {
            // What lies further ahead comes with its proof, when this replica says where it is.
            Count(from, vote);
        }
    }

    /// <summary>A stable checkpoint, proven.</summary>
    public void OnStable(StableProof proof)
    {
        if (proof.Number <= _state.Stable.Number)
        {
            return;
        }

        if (proof.Number > _state.Log.Committed && !_catchUp.TryCommitOwn(proof.Number, proof.Content.Position))
        {
            _catchUp.Await(proof);
            return;
        }

        var before = Reach;
        _state.Stabilize(proof);
        _onStable();
        Compare(proof);
        foreach (var old in _collected.Keys.Where(number => number <= proof.Number).ToArray())
        {
            _collected.Remove(old);
        }

        foreach (var old in _own.Keys.Where(number => number < proof.Number).ToArray())
        {
            _own.Remove(old);
        }

        CountOwnBehind(before);
    }

    /// <summary>Who has come far by blocks that were proven has spoken of checkpoints that were out of reach: its own statements about them count from now on.</summary>
    private void CountOwnBehind(SequenceNumber reachBefore)
    {
        foreach (var content in Said.Where(content => content.Number > reachBefore && content.Number <= Reach).ToArray())
        {
            if (content.Number > _state.Stable.Number && !_state.HasDiverged)
            {
                Count(_state.Self, VoteFor(content));
            }
        }
    }

    private void Compare(StableProof proof)
    {
        if (!_state.HasDiverged && _own.TryGetValue(proof.Number, out var own) && own != proof.Content)
        {
            _state.OnDiverged(proof, own);
        }
    }

    private CheckpointVote VoteFor(CheckpointContent content)
    {
        if (!_signed.TryGetValue(content.Number, out var vote) || vote.Content != content)
        {
            while (_signed.Count > 0 && (_signed.First().Key <= _state.Stable.Number || _signed.Count > OwnMax))
            {
                _signed.Remove(_signed.First().Key);
            }

            vote = new CheckpointVote(content, _state.Identity.Sign(StatementKind.Checkpoint, ViewNumber.Zero, content.Number, content.ComputeDigest()));
            _signed[content.Number] = vote;
        }

        return vote;
    }

    private void Count(NodeId from, CheckpointVote vote)
    {
        var content = vote.Content;
        if (!_collected.TryGetValue(content.Number, out var collected))
        {
            collected = new Collected(new VoteCollector(_state.Identity.Verifier, StatementKind.Checkpoint, ViewNumber.Zero, content.Number, _state.Members.Quorum));
            _collected.Add(content.Number, collected);
        }

        var digest = content.ComputeDigest();
        var result = collected.Votes.Add(from, digest, vote.Signature, out var conflict);
        if (result is VoteResult.Counted or VoteResult.Completed)
        {
            collected.Contents[digest] = content;
        }

        if (result == VoteResult.Completed)
        {
            var certificate = collected.Votes.Certificate!;
            OnStable(new StableProof(collected.Contents[certificate.Statement.Hash], certificate));
        }

        if (conflict is not null)
        {
            _state.Accusations.Report(conflict);
        }
    }

    private sealed record Collected(VoteCollector Votes)
    {
        // One for each member at most: only a member's first statement is counted.
        public Dictionary<Digest, CheckpointContent> Contents { get; } = [];
    }
}
