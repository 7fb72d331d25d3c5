using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.HotStuff.Chain;
using Consensus.HotStuff.Leaders;
using Consensus.HotStuff.Messages;

namespace Consensus.HotStuff.Tests;

/// <summary>Members with simulated keys, and what they may say. Four of them, where nothing else is said.</summary>
internal sealed class Group(int size)
{
    private readonly SimulatedKeyRegistry _keys = new(3);
    private SignerSet? _members;

    public static Group Four { get; } = new(4);

    public static HotStuffOptions Options { get; } = new() { CheckpointBlocks = 4, WindowBlocks = 16, TermViews = 8, PenaltyRotations = 2 };

    public ISignatureVerifier Signatures => _keys;

    public SignerSet Members => _members ??=
        SignerSet.Create(Enumerable.Range(1, size).Select(i => new MemberKey(new NodeId((uint)i), _keys.CreateSigner(new NodeId((uint)i)).PublicKey)));

    public ByzantineIdentity Identity(uint node)
    {
        var domain = new SigningDomain(default, Epoch.Zero, Members.Hash);
        return new ByzantineIdentity(new NodeId(node), _keys.CreateSigner(new NodeId(node)), new StatementVerifier(domain, Members, _keys, new VerifiedSignatures(64)));
    }

    public LeaderSchedule Schedule => new(Members, Options.TermViews, Options.PenaltyRotations);

    public uint LeaderOf(ulong view) => Schedule.LeaderOf(new ViewNumber(view)).Value;

    public Block Block(byte content) =>
        new(new Timestamp(content), [new CommandBatch(new NodeId(2), content, [new byte[] { content }]).SignedBy(Identity(2))]);

    /// <summary>The node of a view after a parent, with what it should have on record.</summary>
    public Node Node(ulong view, Node parent, Block block, LeaderRecord? record = null) => new(
        new ViewNumber(view), parent.Height.Next, Certify(parent), record ?? Schedule.RecordAfter(parent.View, parent.Record, new ViewNumber(view)), block.Digest);

    public NodeCertificate Certify(Node node, params uint[] signers) => node.View == ViewNumber.Zero ? NodeCertificate.Genesis : NodeCertificate.Of(Votes(node.View, node.Hash, signers));

    public QuorumCertificate Votes(ViewNumber view, Digest hash, params uint[] signers) => new(
        Identity(1).Say(StatementKind.HotStuffVote, view, SequenceNumber.Zero, hash),
        [.. (signers.Length > 0 ? signers : [1, 2, 3]).Select(signer => new MemberSignature(new NodeId(signer), Identity(signer).Sign(StatementKind.HotStuffVote, view, SequenceNumber.Zero, hash)))]);

    public NodeVote Vote(uint signer, Node node) =>
        new(Lsn.Zero, node.View, node.Hash, Identity(signer).Sign(StatementKind.HotStuffVote, node.View, SequenceNumber.Zero, node.Hash));

    public NodeProposal Propose(Node node, Block block, TimeoutCertificate? timeouts = null, uint? signer = null) => new(
        Lsn.Zero, node, block, timeouts, Identity(signer ?? LeaderOf(node.View.Value)).Sign(StatementKind.HotStuffProposal, node.View, SequenceNumber.Zero, node.Hash));

    public TermTimeout Timeout(uint signer, ulong last, NodeCertificate high) => new(
        Lsn.Zero, new ViewNumber(last), high, Identity(signer).Sign(StatementKind.HotStuffTimeout, new ViewNumber(last), new SequenceNumber(high.View.Value), default));

    public TimeoutCertificate Timeouts(ulong last, params (uint Signer, NodeCertificate High)[] signed) => new(
        new ViewNumber(last),
        [.. signed.Select(each => new ReportedView(new NodeId(each.Signer), each.High.View, Timeout(each.Signer, last, each.High).Signature))]);

    /// <summary>The checkpoint at a block of a log, as nodes 1, 2 and 4 certify it; the state's hash is the log's.</summary>
    public StableProof Stable(BlockLog log, SequenceNumber number)
    {
        var position = log.PositionAfter(number);
        var content = new CheckpointContent(number, position, log.TimeAfter(number), position.Chain);
        var signatures = new uint[] { 1, 2, 4 }.Select(signer => new MemberSignature(new NodeId(signer), Identity(signer).Sign(StatementKind.Checkpoint, ViewNumber.Zero, number, content.ComputeDigest())));
        return new StableProof(content, new QuorumCertificate(Identity(1).Say(StatementKind.Checkpoint, ViewNumber.Zero, number, content.ComputeDigest()), [.. signatures]));
    }
}
