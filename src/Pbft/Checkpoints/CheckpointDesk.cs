using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Messages;
using Consensus.Pbft.Sync;
using Consensus.Pbft.Views;

namespace Consensus.Pbft.Checkpoints;

/// <summary>Says what this replica's state is after every K-th block, and collects what others say, until a quorum agrees (OSDI '99, section 4.3).</summary>
internal sealed class CheckpointDesk
{
    private readonly PbftState _state;
    private readonly KeptBlocks _kept;
    private readonly CatchUp _catchUp;
    private readonly SortedDictionary<SequenceNumber, CheckpointContent> _own = [];
    private readonly SortedDictionary<SequenceNumber, Collected> _collected = [];

    public CheckpointDesk(PbftState state, KeptBlocks kept, CatchUp catchUp, RecoveredState recovered)
    {
        _state = state;
        _kept = kept;
        _catchUp = catchUp;
        if (recovered.Snapshot is { } snapshot && state.Log.TryFindEnd(snapshot.Position.Index, out var number))
        {
            _own[number] = new CheckpointContent(number, snapshot.Position, snapshot.Time, snapshot.StateHash);
        }
    }

    /// <summary>What this replica has said about checkpoints that are not stable, to be said again.</summary>
    public IEnumerable<CheckpointVote> OwnVotes => _own.Values.Where(content => content.Number > _state.Stable.Number).Select(VoteFor);

    /// <summary>The state was hashed at the end of a block.</summary>
    public void OnHashed(StateHashed hashed)
    {
        if (!_state.Log.TryFindEnd(hashed.Index, out var number))
        {
            return;
        }

        var content = new CheckpointContent(number, _state.Log.PositionAfter(number), _state.Log.TimeAfter(number), hashed.Hash);
        _own[number] = content;
        if (number == _state.Stable.Number)
        {
            Compare(_state.Stable);
        }

        if (number > _state.Stable.Number && !_state.HasDiverged)
        {
            var vote = VoteFor(content);
            _state.Broadcast(vote);
            Count(_state.Self, vote);
        }
    }

    /// <summary>What a member says its state is.</summary>
    public void OnVote(NodeId from, CheckpointVote vote)
    {
        var number = vote.Content.Number;
        if (number > _state.Stable.Number && number <= _state.Stable.Number + (2 * (ulong)_state.Options.WindowBlocks) && _state.Log.IsCheckpoint(number))
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

        if (proof.Number > _state.Log.Committed)
        {
            _catchUp.Await(proof);
            return;
        }

        _state.Stabilize(proof);
        _kept.OnStable();
        Compare(proof);
        foreach (var old in _collected.Keys.Where(number => number <= proof.Number).ToArray())
        {
            _collected.Remove(old);
        }

        foreach (var old in _own.Keys.Where(number => number < proof.Number).ToArray())
        {
            _own.Remove(old);
        }
    }

    private void Compare(StableProof proof)
    {
        if (!_state.HasDiverged && _own.TryGetValue(proof.Number, out var own) && own != proof.Content)
        {
            _state.OnDiverged(proof, own);
        }
    }

    private CheckpointVote VoteFor(CheckpointContent content) =>
        new(content, _state.Identity.Sign(StatementKind.PbftCheckpoint, ViewNumber.Zero, content.Number, content.ComputeDigest()));

    private void Count(NodeId from, CheckpointVote vote)
    {
        var content = vote.Content;
        if (!_collected.TryGetValue(content.Number, out var collected))
        {
            collected = new Collected(new VoteCollector(_state.Identity.Verifier, StatementKind.PbftCheckpoint, ViewNumber.Zero, content.Number, _state.Members.Quorum));
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
            _state.Effects.Raise(new EquivocationDetected(from, $"checkpoint after block {content.Number}"));
        }
    }

    private sealed record Collected(VoteCollector Votes)
    {
        // One for each member at most: only a member's first statement is counted.
        public Dictionary<Digest, CheckpointContent> Contents { get; } = [];
    }
}
