using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Messages;
using Consensus.Pbft.Views;

namespace Consensus.Pbft.Agreement;

/// <summary>
/// The three phases of the normal case (OSDI '99, section 4.2): a number's block is proposed, prepared when 2f others agree with the primary, committed when 2f+1
/// have the proof of that.
/// </summary>
internal sealed class ThreePhases(PbftState state, Submissions submissions, KeptBlocks kept, SettledVotes settled)
{
    // How long after this replica f others have accepted a block. Each block a lying primary can show to f correct backups long before the others, and no more of them; so that f+1 correct ones go by echoes as fast
    // as the network and the disks are.
    private readonly RecentDurations _echoes = new(RecentDurations.RankAgainst(state.Members.FaultsMax));

    // This replica's commits that are on their way to its disk, and do not count before they are there.
    private readonly Queue<Commit> _unflushed = new();

    /// <summary>
    /// Whether the primary may propose another block. As a number that it has proposed before in this view it may not: the block was given up for one that was committed in a
    /// later view.
    /// </summary>
    private bool HasRoom =>
        state.Log.Last.Next is var next && state.IsInWindow(next) && state.Log.Last - state.Log.Committed < (ulong)state.Options.PipelineBlocks
        && state.FindSlot(next)?.Promised?.View != state.View;

    /// <summary>How long it takes until a block that was accepted here is known to be accepted by others, on which the primary has no influence; none, as long as too little is known.</summary>
    public TimeSpan? Echo => _echoes.Typical;

    /// <summary>A view begins or ends: there is another primary.</summary>
    public void ForgetEchoes() => _echoes.Clear();

    /// <summary>The primary proposes what waits, as far as there is room.</summary>
    public void ProposeWaiting()
    {
        if (!state.IsPrimary || state.ViewLsn > state.Durable || !state.AcceptsWrites || state.HasDiverged)
        {
            return;
        }

        while (HasRoom && submissions.NextBlock() is { } block)
        {
            Propose(block);
        }
    }

    /// <summary>The primary proposes the next block.</summary>
    private void Propose(Block block)
    {
        Invariant.Holds(state.IsPrimary, "Only the primary proposes.");
        var number = state.Log.Last.Next;
        state.Log.Append(block, state.Effects);
        var signature = state.Identity.Sign(StatementKind.PbftPrePrepare, state.View, number, block.Digest);
        state.SlotOf(number).Proposal = block;
        Accept(state.SlotOf(number), block.Digest, signature);
        state.Broadcast(new PrePrepare(state.View, number, block, signature));
    }

    /// <summary>The primary of the view proposes a block.</summary>
    public void OnPrePrepare(PrePrepare message)
    {
        if (!state.AcceptsWrites || state.HasDiverged || !state.IsInWindow(message.Number) || message.Number > state.Log.Last.Next)
        {
            // One that comes too early comes again with the primary's answer to this replica's status.
            return;
        }

        var slot = state.SlotOf(message.Number);
        if (slot.Contradicts(state.View, message.Block.Digest))
        {
            Accuse(slot, message);
            return;
        }

        if (slot.AcceptedIn == state.View)
        {
            return;
        }

        if (message.Number <= state.Log.Last || message.Number <= state.BegunWith)
        {
            // The log has a block of an earlier view there, or had none when this replica was restarted. What this view keeps of those, its start has said.
            return;
        }

        if (!state.Times.Admits(state.Primary, state.Term, message.Block, state.Log.TimeAfter(state.Log.Last)))
        {
            return;
        }

        state.Log.Append(message.Block, state.Effects);
        Accept(slot, message.Block.Digest, message.Signature);
    }

    /// <summary>The log's block of a number is accepted in this view: the backup says so.</summary>
    public void Accept(BlockSlot slot, Digest digest, in Signature primary)
    {
        Invariant.Holds(state.Log.Has(slot.Number) && state.Log.DigestOf(slot.Number) == digest, "What is accepted is in the log.");
        Invariant.Holds(!slot.Contradicts(state.View, digest), "A replica votes for one block only as a number in a view.");
        slot.Promised = (state.View, digest);
        slot.AcceptedIn = state.View;
        slot.EchoAwaitedSince = state.Now;
        slot.Digest = digest;
        slot.PrimarySignature = primary;
        var lsn = state.SaveAccepted(slot);
        if (state.Primary != state.Self && !state.HasDiverged)
        {
            var signature = state.Identity.Sign(StatementKind.PbftPrepare, state.View, slot.Number, digest);
            slot.OwnPrepare = new Prepare(lsn, state.View, slot.Number, digest, signature);
            state.Broadcast(slot.OwnPrepare);
            Count(slot, state.Self, slot.OwnPrepare);
        }

        Advance(slot);
    }

    /// <summary>After a restart: what was promised in this view is said again.</summary>
    public void Resume()
    {
        foreach (var slot in state.Slots.Where(slot => slot.AcceptedIn is not null).ToArray())
        {
            if (!state.Log.Has(slot.Number) || state.Log.DigestOf(slot.Number) != slot.Digest)
            {
                slot.AcceptedIn = null;
            }
            else if (slot.AcceptedIn == state.View && state.IsActive)
            {
                Accept(slot, slot.Digest, slot.PrimarySignature);
            }
        }
    }

    /// <summary>A replica votes in the view that this one is in.</summary>
    public void OnVote(NodeId from, Vote vote)
    {
        if (state.IsInWindow(vote.Number))
        {
            var slot = state.SlotOf(vote.Number);
            Count(slot, from, vote);
            Advance(slot);
        }
    }

    /// <summary>
    /// The log is on disk up to a record. What a quorum has promised is committed, so this replica's promise is one when a crash cannot take it back, and not before: with f others that lie, too few
    /// would know of the block.
    /// </summary>
    public void OnDurable(Lsn lsn)
    {
        while (_unflushed.TryPeek(out var commit) && commit.AfterLsn <= lsn)
        {
            _unflushed.Dequeue();
            if (state.FindSlot(commit.Number) is { } slot && slot.OwnCommit == commit)
            {
                Count(slot, state.Self, commit);
                Advance(slot);
            }
        }
    }

    /// <summary>A block with the proof that it is committed.</summary>
    public void OnCommitted(CommittedBlock message)
    {
        var number = message.Number;
        if (!state.AcceptsWrites || number != state.Log.Committed.Next || !state.IsInWindow(number))
        {
            return;
        }

        if (state.Log.Has(number) && state.Log.DigestOf(number) != message.Block.Digest)
        {
            kept.GiveUp(number);
        }

        if (!state.Log.Has(number))
        {
            state.Log.Append(message.Block, state.Effects);
        }

        state.SlotOf(number).Certificate = message.Certificate;
        CommitNext();
    }

    /// <summary>Commits all that follows without a gap and has its proof.</summary>
    public void CommitNext()
    {
        while (state.Log.Has(state.Log.Committed.Next)
            && state.FindSlot(state.Log.Committed.Next) is { Certificate: { } certificate } slot
            && state.Log.DigestOf(slot.Number) == certificate.Statement.Hash)
        {
            state.Log.CommitTo(slot.Number);
            slot.Proposal = null;
            submissions.OnCommitted(slot.Number);
        }
    }

    private void Count(BlockSlot slot, NodeId from, Vote vote)
    {
        var votes = vote is Prepare
            ? slot.Prepares ??= Collector(vote, state.Members.Quorum - 1, state.Primary)
            : slot.Commits ??= Collector(vote, state.Members.Quorum, NodeId.None);
        if (votes.Add(from, vote.Digest, vote.Signature, out var conflict) == VoteResult.Completed)
        {
            settled.Note(votes.Certificate!.Statement);
        }

        if (conflict is not null)
        {
            state.Accusations.Report(conflict);
        }
    }

    private VoteCollector Collector(Vote vote, int threshold, NodeId excluded) =>
        new(state.Identity.Verifier, vote.Kind, vote.View, vote.Number, threshold, excluded);

    private void Advance(BlockSlot slot)
    {
        if (slot.AcceptedIn == state.View && slot.EchoAwaitedSince is { } since && slot.Prepares?.CountOf(slot.Digest) > state.Members.FaultsMax)
        {
            // With its own: f others are at least one that does not lie, if the primary does.
            _echoes.Add(state.Now - since);
            slot.EchoAwaitedSince = null;
        }

        if (slot.AcceptedIn == state.View && slot.OwnCommit is null && slot.Prepares?.Certificate is { } prepares && prepares.Statement.Hash == slot.Digest && !state.HasDiverged)
        {
            slot.Proof = new PreparedProof(slot.PrimarySignature, prepares);
            var lsn = state.SavePrepared(slot.Proof);
            var signature = state.Identity.Sign(StatementKind.PbftCommit, state.View, slot.Number, slot.Digest);
            slot.OwnCommit = new Commit(lsn, state.View, slot.Number, slot.Digest, signature);
            state.Broadcast(slot.OwnCommit);
            _unflushed.Enqueue(slot.OwnCommit);
        }

        if (slot.Certificate is null && slot.Commits?.Certificate is { } commits)
        {
            slot.Certificate = commits;
        }

        CommitNext();
    }

    /// <summary>Two proposals for one number in one view, both signed by the primary.</summary>
    private void Accuse(BlockSlot slot, PrePrepare message)
    {
        var proposal = state.Identity.Say(StatementKind.PbftPrePrepare, message.View, slot.Number, slot.Digest);
        state.Accusations.Report(
            new SignedStatement(proposal, state.Primary, slot.PrimarySignature),
            new SignedStatement(proposal with { Hash = message.Block.Digest }, state.Primary, message.Signature));
    }
}
