using System.Collections.Immutable;
using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Messages;
using Consensus.Pbft.Views;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Adversaries.Pbft;

/// <summary>Byzantine replicas that know PBFT. Each is its departures from an honest one, and nothing else.</summary>
internal static class PbftAdversaries
{
    private const double ForgesRate = 0.5;
    private const double ChangesRate = 0.3;
    private const double SeldomRate = 0.1;

    public static IReadOnlyDictionary<FaultKind, Func<IAdversary>> All { get; } = new Dictionary<FaultKind, Func<IAdversary>>
    {
        [FaultKind.Equivocation] = Equivocating,
        [FaultKind.Withholding] = static () => new WithholdingAdversary(IsVote, IsCertificate),
        [FaultKind.ForgedViews] = ForgingViews,
        [FaultKind.DuplicateSigners] = static () => new DuplicateSignersAdversary(CertificatesIn),
        [FaultKind.StaleCertificates] = static () => new StaleCertificatesAdversary(IsCertificate),
        [FaultKind.SignedMutation] = Mutating,
        [FaultKind.SlowLeader] = static () => new SlowLeaderAdversary(static message => message is PrePrepare, SimulationOptions.PbftDefaults.ViewTimeout),
        [FaultKind.WrongState] = CheckpointLies.WithWrongState,
        [FaultKind.LyingSnapshots] = SnapshotLies.AboutSnapshots,
    }.ToImmutableDictionary();

    /// <summary>As primary it proposes one block to every second peer, and another to the others; and it agrees with everybody about whatever they say.</summary>
    public static ScriptedAdversary Equivocating() => new ScriptedAdversary()
        .WhenSending<PrePrepare>(static (replica, sent, proposal) => replica.Send(sent.To, sent.To.Value % 2 == 0 ? proposal : Signed(replica, proposal with { Block = proposal.Block.Another() })))
        .WhenSending<Vote>(static (_, _, _) => { })
        .WhenReceiving<Prepare>(static (replica, sent, vote) =>
        {
            if (PrimaryOf(replica, vote.View) != replica.Id)
            {
                replica.Send(sent.From, Signed(replica, vote));
            }

            replica.Send(sent.From, Signed(replica, new Commit(Lsn.Zero, vote.View, vote.Number, vote.Digest, default)));
        });

    /// <summary>
    /// As a view's primary it begins it with null blocks in place of what was prepared, or counts one view change several times; otherwise it leaves for views far away, and speaks in them.
    /// </summary>
    public static ScriptedAdversary ForgingViews() => new ScriptedAdversary()
        .WhenSending<NewView>(static (replica, sent, start) => replica.Send(sent.To, PrimaryOf(replica, start.View) == replica.Id && replica.Random.Chance(ForgesRate) ? Forged(replica, start) : start))
        .WhenSending<Status>(static (replica, sent, status) =>
        {
            var far = new ViewNumber(status.View.Value + 1 + (replica.Random.NextUInt64() >> (24 + (int)replica.Random.NextBelow(40))));
            replica.Send(sent.To, replica.Random.Chance(SeldomRate) ? status with { View = far } : status);
            if (replica.Random.Chance(SeldomRate) && far > ViewNumber.Zero)
            {
                replica.Send(sent.To, Signed(replica, new ViewChange(Lsn.Zero, replica.Id, far, StableProof.Origin, [], default)));
                replica.Send(sent.To, Signed(replica, new Prepare(Lsn.Zero, far, status.Last, Block.Null.Digest, default)));
            }
        });

    /// <summary>Says something else than it should: about other numbers and views, with batches in another order, twice, or left out, and hides what was prepared.</summary>
    public static ScriptedAdversary Mutating() => new ScriptedAdversary()
        .WhenSending<PrePrepare>(static (replica, sent, proposal) => replica.Send(sent.To, replica.Random.Chance(ChangesRate) ? Signed(replica, Changed(replica, proposal)) : proposal))
        .WhenSending<Vote>(static (replica, sent, vote) => replica.Send(sent.To, replica.Random.Chance(ChangesRate) ? Signed(replica, Changed(replica, vote)) : vote))
        .WhenSending<ViewChange>(static (replica, sent, change) => replica.Send(sent.To, change.Replica == replica.Id && replica.Random.Chance(ChangesRate) ? Signed(replica, Changed(replica, change)) : change))
        .WhenSending<Status>(static (replica, sent, status) => replica.Send(sent.To, replica.Random.Chance(ChangesRate) ? Changed(replica, status) : status))
        .WhenSending<BlockAnswer>(static (replica, sent, answer) => replica.Send(sent.To, replica.Random.Chance(ChangesRate) ? answer with { Block = answer.Block.Another() } : answer))
        .WhenSending<CatchUpBlocks>(static (replica, sent, blocks) => replica.Send(sent.To, replica.Random.Chance(ChangesRate)
            ? blocks with { Blocks = Array.ConvertAll(blocks.Blocks, block => replica.Random.Chance(ChangesRate) ? block.Another() : block) }
            : blocks));

    private static NodeId PrimaryOf(CorruptReplica replica, ViewNumber view) => Primaries.Of(replica.Identity.Members, view);

    private static bool IsVote(ProtocolMessage message) => message is Vote or CheckpointVote or SnapshotVote;

    private static bool IsCertificate(ProtocolMessage message) => message is CommittedBlock or StableCheckpoint or SnapshotOffer or NewView or ViewChange;

    private static IEnumerable<QuorumCertificate> CertificatesIn(ProtocolMessage message) => message switch
    {
        CommittedBlock m => [m.Certificate],
        StableCheckpoint { Proof.Certificate: { } certificate } => [certificate],
        SnapshotOffer m => [m.Snapshot.Certificate],
        ViewChange m => In(m),
        NewView m => m.ViewChanges.SelectMany(In),
        _ => [],
    };

    private static IEnumerable<QuorumCertificate> In(ViewChange change) =>
        change.Prepared.Select(proof => proof.Prepares).Concat(change.Stable.Certificate is { } certificate ? [certificate] : []);

    private static PrePrepare Changed(CorruptReplica replica, PrePrepare proposal)
    {
        CommandBatch[] batches = [.. proposal.Block.Batches];
        return replica.Random.NextBelow(5) switch
        {
            0 => proposal with { Number = proposal.Number.Next },
            1 => proposal with { Block = new Block(proposal.Block.Time, [.. batches.Reverse()]) },
            2 => proposal with { Block = new Block(proposal.Block.Time, [.. batches, .. batches]) },
            3 => proposal with { Block = new Block(proposal.Block.Time, [.. batches.Skip(1)]) },
            _ => proposal with { Block = new Block(default, batches) },
        };
    }

    private static Vote Changed(CorruptReplica replica, Vote vote) => replica.Random.NextBelow(4) switch
    {
        0 => vote with { Digest = replica.NextDigest() },
        1 => vote with { Digest = Block.Null.Digest },
        2 => vote with { Number = vote.Number.Next },
        _ => vote with { View = vote.View.Next },
    };

    private static ViewChange Changed(CorruptReplica replica, ViewChange change) => replica.Random.NextBelow(3) switch
    {
        0 => change with { Prepared = [] },
        1 => change with { Prepared = [.. change.Prepared.Where(_ => replica.Random.Chance(ForgesRate))] },
        _ => change with { Stable = StableProof.Origin, Prepared = [] },
    };

    private static Status Changed(CorruptReplica replica, Status status) => replica.Random.NextBelow(5) switch
    {
        0 => status with { Committed = SequenceNumber.Zero, Stable = SequenceNumber.Zero },
        1 => status with { Committed = status.Committed + replica.Random.NextBelow(1000) },
        2 => status with { Last = new SequenceNumber(ulong.MaxValue), Committed = new SequenceNumber(ulong.MaxValue - 1) },
        3 => status with { SuspectsPrimary = true },
        _ => status with { IsActive = !status.IsActive },
    };

    private static NewView Forged(CorruptReplica replica, NewView start)
    {
        var changes = replica.Random.Chance(ForgesRate) ? start.ViewChanges : [.. Enumerable.Repeat(start.ViewChanges[0], start.ViewChanges.Length)];
        var reissues = Array.ConvertAll(start.Reissues, reissue => new Reissue(
            reissue.Number,
            Block.Null.Digest,
            replica.Sign(StatementKind.PbftPrePrepare, start.View, reissue.Number, Block.Null.Digest)));
        var signature = replica.Sign(StatementKind.PbftNewView, start.View, SequenceNumber.Zero, NewView.ContentDigest(changes, reissues));
        return start with { ViewChanges = changes, Reissues = reissues, Signature = signature };
    }

    private static PrePrepare Signed(CorruptReplica replica, PrePrepare proposal) =>
        proposal with { Signature = replica.Sign(StatementKind.PbftPrePrepare, proposal.View, proposal.Number, proposal.Block.Digest) };

    private static Vote Signed(CorruptReplica replica, Vote vote) => vote with { Signature = replica.Sign(vote.Kind, vote.View, vote.Number, vote.Digest) };

    private static ViewChange Signed(CorruptReplica replica, ViewChange change) =>
        change with { Signature = replica.Sign(StatementKind.PbftViewChange, change.View, SequenceNumber.Zero, change.ComputeDigest()) };
}
