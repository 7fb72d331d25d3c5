using System.Collections.Immutable;
using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.HotStuff.Chain;
using Consensus.HotStuff.Leaders;
using Consensus.HotStuff.Messages;
using Consensus.Pbft.Messages;
using Consensus.Pbft.Views;
using Consensus.Simulation;
using Consensus.Simulation.Adversaries;
using Consensus.Simulation.Runs;
using HotStuffStatus = Consensus.HotStuff.Messages.Status;
using PbftStatus = Consensus.Pbft.Messages.Status;

namespace Consensus.Museum.Tests.Exhibits;

/// <summary>Byzantine replicas each of which does what one mistake makes possible, and is refused or ignored where nobody has made it.</summary>
internal static class Opportunists
{
    /// <summary>So far away that nobody comes there, and nothing overflows.</summary>
    private const ulong FarAway = 1UL << 40;

    /// <summary>Says again and again that it has gone on to the next view that it leads itself, and never begins one.</summary>
    public static IAdversary Luring() => new ScriptedAdversary()
        .WhenSending<NewView>(static (replica, sent, start) =>
        {
            if (PrimaryOf(replica, start.View) != replica.Id)
            {
                replica.Pass(sent);
            }
        })
        .WhenSending<PbftStatus>(static (replica, sent, status) =>
        {
            var view = status.View.Next;
            while (PrimaryOf(replica, view) != replica.Id)
            {
                view = view.Next;
            }

            replica.Pass(sent);
            replica.Send(sent.To, ChangeTo(replica, view));
        });

    /// <summary>Says that it has gone to a view far away: with it, two that are stuck in a view are a quorum that has come there or gone on, and go on without the fourth.</summary>
    public static IAdversary Hurrying() => new ScriptedAdversary()
        .WhenSending<PbftStatus>(static (replica, sent, _) =>
        {
            replica.Pass(sent);
            replica.Send(sent.To, ChangeTo(replica, new ViewNumber(FarAway)));
        });

    /// <summary>
    /// When it begins a term after time-outs, it does so after the last node that is committed, as far as it knows, instead of after the highest certified one, and shows that node's certificate as one of the view before:
    /// higher than what any lock or time-out names.
    /// </summary>
    public static IAdversary WarpingViews()
    {
        var nodes = new Dictionary<Digest, Node>();
        return new ScriptedAdversary()
            .WhenReceiving<NodeProposal>((_, _, proposal) => nodes[proposal.Node.Hash] = proposal.Node)
            .WhenSending<NodeProposal>((replica, sent, proposal) =>
            {
                nodes[proposal.Node.Hash] = proposal.Node;
                replica.Send(sent.To, proposal.Timeouts is not null && BehindTheLock(proposal.Node, nodes) is var (parent, votes) ? Warped(replica, proposal, parent, votes) : proposal);
            });
    }

    /// <summary>Shows everybody a certificate of the first node in a view far away, which nobody but itself has signed.</summary>
    public static IAdversary RevivingTheFirst() => new ScriptedAdversary()
        .WhenSending<HotStuffStatus>(static (replica, sent, _) =>
        {
            var statement = new Statement(replica.Identity.Domain, StatementKind.HotStuffVote, new ViewNumber(FarAway), SequenceNumber.Zero, NodeCertificate.Genesis.Hash);
            var signature = statement.Sign(replica.Signer);
            var members = replica.Identity.Members;
            replica.Pass(sent);
            replica.Send(sent.To, new Certified(NodeCertificate.Of(new QuorumCertificate(
                statement,
                [.. members.Members.Take(members.Quorum).Select(member => new MemberSignature(member.Id, signature))]))));
        });

    private static NodeId PrimaryOf(CorruptReplica replica, ViewNumber view) => Primaries.Of(replica.Identity.Members, view);

    private static ViewChange ChangeTo(CorruptReplica replica, ViewNumber view)
    {
        var change = new ViewChange(Lsn.Zero, replica.Id, view, StableProof.Origin, [], default);
        return change with { Signature = replica.Sign(StatementKind.PbftViewChange, view, SequenceNumber.Zero, change.ComputeDigest()) };
    }

    /// <summary>The parent of what those are locked on who know a node's parent to be certified, and the votes for it.</summary>
    private static (Node Parent, QuorumCertificate Votes)? BehindTheLock(Node proposed, Dictionary<Digest, Node> nodes) =>
        nodes.GetValueOrDefault(proposed.Justify.Hash) is { } certified && nodes.GetValueOrDefault(certified.Justify.Hash) is { Justify.Votes: { } votes } locked
            && nodes.GetValueOrDefault(locked.Justify.Hash) is { } parent
            ? (parent, votes)
            : null;

    private static NodeProposal Warped(CorruptReplica replica, NodeProposal proposal, Node parent, QuorumCertificate votes)
    {
        var view = proposal.Node.View;
        var schedule = new LeaderSchedule(replica.Identity.Members, SimulationOptions.HotStuffDefaults.TermViews, SimulationOptions.HotStuffDefaults.PenaltyRotations);
        var warped = NodeCertificate.Of(new QuorumCertificate(votes.Statement with { View = new ViewNumber(view.Value - 1) }, votes.Signatures));
        var node = new Node(view, parent.Height.Next, warped, schedule.RecordAfter(parent.View, parent.Record, view), proposal.Block.Digest);
        return proposal with { Node = node, Signature = replica.Sign(StatementKind.HotStuffProposal, view, SequenceNumber.Zero, node.Hash) };
    }
}
