using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.HotStuff.Chain;
using Consensus.HotStuff.Messages;

namespace Consensus.Simulation.Adversaries.HotStuff;

/// <summary>
/// As leader it proposes a second chain beside the first: in each view every second peer sees one node first, and the others its twin, which follows the twin before as soon as there are votes enough for
/// that. All see both in the end, so that its like can vote for both. And it votes for whatever anybody proposes.
/// </summary>
internal sealed class EquivocatingAdversary : IAdversary
{
    private const int TwinsMax = 256;

    // By the hash of the node that a twin stands beside.
    private readonly Dictionary<Digest, Twin> _twins = [];
    private readonly Dictionary<Digest, Twin> _byOwnHash = [];

    /// <inheritdoc/>
    public void OnSending(CorruptReplica replica, InterceptedMessage message)
    {
        if (message.Message is not NodeProposal proposal)
        {
            replica.Pass(message);
            return;
        }

        var parent = _twins.GetValueOrDefault(proposal.Node.Justify.Hash);
        if (message.To.Value % 2 == 0)
        {
            replica.Pass(message);
        }

        if (parent is null || parent.Certificate is not null)
        {
            Show(replica, message, proposal, parent?.Certificate);
        }
        else
        {
            parent.Waiting.Add((message, proposal));
        }
    }

    /// <inheritdoc/>
    public void OnReceiving(CorruptReplica replica, InterceptedMessage message)
    {
        switch (message.Message)
        {
            case NodeProposal { Node: var node }:
                replica.Send(message.From, new NodeVote(Lsn.Zero, node.View, node.Hash, SignVote(replica, node)));
                break;
            case NodeVote vote when _byOwnHash.TryGetValue(vote.Hash, out var twin) && twin.Certificate is null:
                twin.Votes[message.From] = vote.Signature;
                Certify(replica, twin);
                break;
        }
    }

    private static Signature SignVote(CorruptReplica replica, Node node) => replica.Sign(StatementKind.HotStuffVote, node.View, SequenceNumber.Zero, node.Hash);

    private void Show(CorruptReplica replica, InterceptedMessage message, NodeProposal proposal, NodeCertificate? parent)
    {
        if (!_twins.TryGetValue(proposal.Node.Hash, out var twin))
        {
            twin = Make(replica, proposal, parent ?? proposal.Node.Justify);
        }

        replica.Send(message.To, twin.Proposal);
        if (message.To.Value % 2 != 0)
        {
            replica.Pass(message);
        }
    }

    private Twin Make(CorruptReplica replica, NodeProposal proposal, NodeCertificate justify)
    {
        if (_twins.Count == TwinsMax)
        {
            _twins.Clear();
            _byOwnHash.Clear();
        }

        var block = proposal.Block.Another();
        var node = new Node(proposal.Node.View, proposal.Node.Height, justify, proposal.Node.Record, block.Digest);
        var signature = replica.Sign(StatementKind.HotStuffProposal, node.View, SequenceNumber.Zero, node.Hash);
        var twin = new Twin(proposal with { Node = node, Block = block, Signature = signature });
        twin.Votes[replica.Id] = SignVote(replica, node);
        _twins.Add(proposal.Node.Hash, twin);
        _byOwnHash.Add(node.Hash, twin);
        return twin;
    }

    private void Certify(CorruptReplica replica, Twin twin)
    {
        if (twin.Votes.Count < replica.Identity.Members.Quorum)
        {
            return;
        }

        var node = twin.Proposal.Node;
        var statement = new Statement(replica.Identity.Domain, StatementKind.HotStuffVote, node.View, SequenceNumber.Zero, node.Hash);
        twin.Certificate = NodeCertificate.Of(new QuorumCertificate(statement, [.. twin.Votes.Select(vote => new MemberSignature(vote.Key, vote.Value))]));
        foreach (var (message, proposal) in twin.Waiting)
        {
            Show(replica, message, proposal, twin.Certificate);
        }

        twin.Waiting.Clear();
    }

    private sealed class Twin(NodeProposal proposal)
    {
        public NodeProposal Proposal { get; } = proposal;

        public SortedDictionary<NodeId, Signature> Votes { get; } = [];

        public NodeCertificate? Certificate { get; set; }

        /// <summary>What comes after it, for those who are to see the twins first.</summary>
        public List<(InterceptedMessage Message, NodeProposal Proposal)> Waiting { get; } = [];
    }
}
