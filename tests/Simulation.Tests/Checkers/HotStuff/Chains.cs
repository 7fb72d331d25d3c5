using Consensus.Cryptography;
using Consensus.HotStuff;
using Consensus.HotStuff.Chain;
using Consensus.HotStuff.Leaders;
using Consensus.HotStuff.Messages;
using Consensus.Simulation.Tests.Checkers.Byzantine;

namespace Consensus.Simulation.Tests.Checkers.HotStuff;

/// <summary>Nodes, and what replicas say about them.</summary>
internal static class Chains
{
    public static NodeCertificate Certify(Node node) => node.Height == SequenceNumber.Zero
        ? NodeCertificate.Genesis
        : NodeCertificate.Of(new QuorumCertificate(
            new Statement(Signed.Domain, StatementKind.HotStuffVote, node.View, SequenceNumber.Zero, node.Hash),
            [.. new uint[] { 1, 2, 3 }.Select(signer => new MemberSignature(new NodeId(signer), default))]));

    public static Node After(Node parent, ulong view, byte content = 1) => new(new ViewNumber(view), parent.Height.Next, Certify(parent), LeaderRecord.Empty, CheckerBed.Hash(content));

    /// <summary>Nodes of some views, each the parent of the next.</summary>
    public static Node[] Of(params ulong[] views)
    {
        var nodes = new List<Node>();
        foreach (var view in views)
        {
            nodes.Add(After(nodes.Count > 0 ? nodes[^1] : Node.Genesis, view));
        }

        return [.. nodes];
    }

    public static Promises Promises(Node high, Node locked, Node? voted = null, ulong givenUp = 0, ulong led = 0) =>
        new(voted?.View ?? ViewNumber.Zero, voted?.Hash ?? default, new ViewNumber(givenUp), led, locked.Place, Certify(high), high);

    public static NodeVote Vote(Node node) => new(default, node.View, node.Hash, default);
}
