using System.Collections.Immutable;
using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.HotStuff.Chain;
using Consensus.HotStuff.Leaders;
using Consensus.HotStuff.Messages;
using Consensus.Simulation.Runs;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Adversaries.HotStuff;

/// <summary>Byzantine replicas that know HotStuff. Each is its departures from an honest one, and nothing else.</summary>
internal static class HotStuffAdversaries
{
    private const double ForgesRate = 0.5;
    private const double ChangesRate = 0.3;
    private const double SeldomRate = 0.1;

    public static IReadOnlyDictionary<FaultKind, Func<IAdversary>> All { get; } = new Dictionary<FaultKind, Func<IAdversary>>
    {
        [FaultKind.Equivocation] = static () => new EquivocatingAdversary(),
        [FaultKind.Withholding] = static () => new WithholdingAdversary(IsVote, IsCertificate),
        [FaultKind.ForgedViews] = ForgingViews,
        [FaultKind.DuplicateSigners] = static () => new DuplicateSignersAdversary(CertificatesIn),
        [FaultKind.StaleCertificates] = static () => new StaleCertificatesAdversary(IsCertificate),
        [FaultKind.SignedMutation] = Mutating,
        [FaultKind.SlowLeader] = static () => new SlowLeaderAdversary(static message => message is NodeProposal, SimulationOptions.HotStuffDefaults.ViewTimeout),
        [FaultKind.WrongState] = CheckpointLies.WithWrongState,
        [FaultKind.LyingSnapshots] = SnapshotLies.AboutSnapshots,
    }.ToImmutableDictionary();

    /// <summary>
    /// As a term's leader it begins it after a lower certificate than the time-outs name, or with time-outs of which one counts several times; to others it says that it has given
    /// up what it has not, and names no certificate.
    /// </summary>
    public static ScriptedAdversary ForgingViews() => new ScriptedAdversary()
        .WhenSending<NodeProposal>(static (replica, sent, proposal) => replica.Send(sent.To, proposal.Timeouts is { } timeouts && replica.Random.Chance(ForgesRate) ? Forged(replica, proposal, timeouts) : proposal))
        .WhenSending<TermTimeout>(static (replica, sent, timeout) =>
            replica.Send(sent.To, replica.Random.Chance(ForgesRate) ? Signed(replica, timeout with { High = NodeCertificate.Genesis }) : timeout))
        .WhenSending<Status>(static (replica, sent, status) =>
        {
            var far = status.Term + 1 + (replica.Random.NextUInt64() >> (24 + (int)replica.Random.NextBelow(40)));
            replica.Send(sent.To, replica.Random.Chance(SeldomRate) ? status with { Term = far, IsActive = replica.Random.Chance(ForgesRate) } : status);
            if (replica.Random.Chance(SeldomRate))
            {
                var last = ScheduleOf(replica).LastOf(status.Term + replica.Random.NextBelow(4));
                replica.Send(sent.To, Signed(replica, new TermTimeout(Lsn.Zero, last, NodeCertificate.Genesis, default)));
                replica.Send(sent.To, Signed(replica, new NodeVote(Lsn.Zero, last, replica.NextDigest(), default)));
            }
        });

    /// <summary>Says something else than it should: about other views and heights, after other parents, with batches in another order, twice, or left out, and branches that are none.</summary>
    public static ScriptedAdversary Mutating() => new ScriptedAdversary()
        .WhenSending<NodeProposal>(static (replica, sent, proposal) => replica.Send(sent.To, replica.Random.Chance(ChangesRate) ? Changed(replica, proposal) : proposal))
        .WhenSending<NodeVote>(static (replica, sent, vote) => replica.Send(sent.To, replica.Random.Chance(ChangesRate) ? Signed(replica, Changed(replica, vote)) : vote))
        .WhenSending<TermTimeout>(static (replica, sent, timeout) => replica.Send(sent.To, replica.Random.Chance(ChangesRate) ? Signed(replica, Changed(replica, timeout)) : timeout))
        .WhenSending<Status>(static (replica, sent, status) => replica.Send(sent.To, replica.Random.Chance(ChangesRate) ? Changed(replica, status) : status))
        .WhenSending<Branch>(static (replica, sent, branch) => replica.Send(sent.To, replica.Random.Chance(ChangesRate)
            ? branch with { Nodes = Array.ConvertAll(branch.Nodes, each => replica.Random.Chance(ChangesRate) ? each with { Block = each.Block.Another() } : each) }
            : branch))
        .WhenSending<Anchor>(static (replica, sent, anchor) => replica.Send(sent.To, anchor.Nodes.Length > 1 && replica.Random.Chance(ChangesRate) ? anchor with { Nodes = anchor.Nodes[1..] } : anchor))
        .WhenSending<CatchUpBlocks>(static (replica, sent, blocks) => replica.Send(sent.To, replica.Random.Chance(ChangesRate)
            ? blocks with { Blocks = Array.ConvertAll(blocks.Blocks, block => replica.Random.Chance(ChangesRate) ? block.Another() : block) }
            : blocks));

    private static bool IsVote(ProtocolMessage message) => message is NodeVote or TermTimeout or CheckpointVote or SnapshotVote;

    private static bool IsCertificate(ProtocolMessage message) => message is Certified or TermStart or StableCheckpoint or SnapshotOffer or Branch or Anchor or NodeProposal { Timeouts: not null };

    private static IEnumerable<QuorumCertificate> CertificatesIn(ProtocolMessage message) => message switch
    {
        NodeProposal { Node.Justify.Votes: { } votes } => [votes],
        Certified { Certificate.Votes: { } votes } => [votes],
        TermTimeout { High.Votes: { } votes } => [votes],
        BranchRequest { Wanted.Votes: { } votes } => [votes],
        Branch { Tip.Votes: { } votes } => [votes],
        Anchor { Tip.Votes: { } votes } => [votes],
        StableCheckpoint { Proof.Certificate: { } certificate } => [certificate],
        SnapshotOffer m => [m.Snapshot.Certificate],
        _ => [],
    };

    private static LeaderSchedule ScheduleOf(CorruptReplica replica) =>
        new(replica.Identity.Members, SimulationOptions.HotStuffDefaults.TermViews, SimulationOptions.HotStuffDefaults.PenaltyRotations);

    private static NodeProposal Changed(CorruptReplica replica, NodeProposal proposal)
    {
        var node = proposal.Node;
        CommandBatch[] batches = [.. proposal.Block.Batches];
        return replica.Random.NextBelow(7) switch
        {
            0 => With(replica, proposal, new Block(proposal.Block.Time, [.. batches.Reverse()])),
            1 => With(replica, proposal, new Block(proposal.Block.Time, [.. batches, .. batches])),
            2 => With(replica, proposal, new Block(proposal.Block.Time, [.. batches.Skip(1)])),
            3 => With(replica, proposal, new Block(default, batches)),
            4 => With(replica, proposal, new Node(node.View.Next, node.Height, node.Justify, node.Record, node.Payload)),
            5 => With(replica, proposal, new Node(node.View, node.Height.Next, node.Justify, node.Record, node.Payload)),
            _ => With(replica, proposal, new Node(node.View, SequenceNumber.Zero.Next, NodeCertificate.Genesis, node.Record, node.Payload)),
        };
    }

    private static NodeVote Changed(CorruptReplica replica, NodeVote vote) => replica.Random.NextBelow(3) switch
    {
        0 => vote with { Hash = replica.NextDigest() },
        1 => vote with { Hash = NodeCertificate.Genesis.Hash },
        _ => vote with { View = vote.View.Next },
    };

    private static TermTimeout Changed(CorruptReplica replica, TermTimeout timeout) => replica.Random.NextBelow(3) switch
    {
        0 => timeout with { High = NodeCertificate.Genesis },
        1 => timeout with { Last = timeout.Last.Next },
        _ => timeout with { Last = new ViewNumber(timeout.Last.Value + (ulong)SimulationOptions.HotStuffDefaults.TermViews) },
    };

    private static Status Changed(CorruptReplica replica, Status status) => replica.Random.NextBelow(6) switch
    {
        0 => status with { Committed = SequenceNumber.Zero, Stable = SequenceNumber.Zero, High = ViewNumber.Zero, Seen = ViewNumber.Zero },
        1 => status with { Committed = status.Committed + replica.Random.NextBelow(1000), High = new ViewNumber(status.High.Value + 1000) },
        2 => status with { IsAnchored = false },
        3 => status with { SuspectsLeader = true },
        4 => status with { Term = status.Term + 1 + replica.Random.NextBelow(4), IsActive = false },
        _ => status with { IsActive = !status.IsActive },
    };

    private static NodeProposal Forged(CorruptReplica replica, NodeProposal proposal, TimeoutCertificate timeouts)
    {
        if (replica.Random.Chance(ForgesRate))
        {
            return proposal with { Timeouts = timeouts with { Reports = [.. Enumerable.Repeat(timeouts.Reports[0], timeouts.Reports.Length)] } };
        }

        var node = proposal.Node;
        return With(replica, proposal, new Node(node.View, SequenceNumber.Zero.Next, NodeCertificate.Genesis, node.Record, node.Payload));
    }

    private static NodeProposal With(CorruptReplica replica, NodeProposal proposal, Block block)
    {
        var node = proposal.Node;
        return With(replica, proposal with { Block = block }, new Node(node.View, node.Height, node.Justify, node.Record, block.Digest));
    }

    private static NodeProposal With(CorruptReplica replica, NodeProposal proposal, Node node) =>
        proposal with { Node = node, Signature = replica.Sign(StatementKind.HotStuffProposal, node.View, SequenceNumber.Zero, node.Hash) };

    private static NodeVote Signed(CorruptReplica replica, NodeVote vote) =>
        vote with { Signature = replica.Sign(StatementKind.HotStuffVote, vote.View, SequenceNumber.Zero, vote.Hash) };

    private static TermTimeout Signed(CorruptReplica replica, TermTimeout timeout) =>
        timeout with { Signature = replica.Sign(StatementKind.HotStuffTimeout, timeout.Last, new SequenceNumber(timeout.High.View.Value), default) };
}
