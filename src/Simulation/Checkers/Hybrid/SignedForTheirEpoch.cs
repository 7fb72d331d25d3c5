using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid;
using Consensus.Hybrid.Messages;
using Consensus.Simulation.Checkers.Byzantine;
using Consensus.Simulation.Checkers.HotStuff;
using Consensus.Simulation.Checkers.Pbft;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Checkers.Hybrid;

/// <summary>
/// What an honest replica says in an epoch it has signed for that epoch, and for no other: numbers begin anew in each, so what was said in one would otherwise count in another, or convict who has said it (pitfall S9).
/// </summary>
/// <remarks>Nothing is verified: the replica's key was seen to sign that very statement, or was not.</remarks>
/// <param name="cluster">The group.</param>
/// <param name="membersOf">The members of an epoch that a node knows: what waited for the disk is sent when the node is in the next one already.</param>
/// <param name="signatures">What was signed.</param>
internal sealed class SignedForTheirEpoch(ClusterId cluster, Func<SimulatedNode, Epoch, SignerSet> membersOf, SignatureRecord signatures) : Checker
{
    private readonly HotStuffInsight _hotStuff = new();
    private ProtocolMessage? _lastSeen;

    /// <inheritdoc/>
    public override string Name => "signed for their epoch";

    /// <inheritdoc/>
    public override void OnSending(SimulatedNode node, NodeId to, ProtocolMessage message)
    {
        if (ReferenceEquals(message, _lastSeen))
        {
            // The same message to the next member.
            return;
        }

        _lastSeen = message;
        switch (message)
        {
            case HandoverVote vote:
                Look(node, vote.Ends, new StatedDigest(StatementKind.Handover, default, vote.Content.Place, vote.Content.Hash));
                break;
            case IEpochMessage { Content: { } content } said:
                // A checkpoint of either engine is the same kind of message: it is looked at once.
                foreach (var stated in new PbftInsight(membersOf(node, said.Epoch.Number)).StatementsOf(node.Id, content).Concat(_hotStuff.StatementsOf(node.Id, content)).Distinct())
                {
                    Look(node, said.Epoch, stated);
                }

                break;
        }
    }

    private void Look(SimulatedNode node, in EpochTag epoch, in StatedDigest stated)
    {
        if (!signatures.Has(node.Id, new Statement(new SigningDomain(cluster, epoch.Number, epoch.Id), stated.Kind, stated.View, stated.Sequence, stated.Hash)))
        {
            Report($"node {node.Id} says the {stated} in epoch {epoch.Number.Value}, and has not signed it for that one");
        }
    }
}
