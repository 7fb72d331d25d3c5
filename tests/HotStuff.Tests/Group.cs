using Consensus.HotStuff.Leaders;

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

    public Block Block(byte content) => new(new Timestamp(content), [Batch(2, content, [content])]);

    /// <summary>A batch of one command.</summary>
    public CommandBatch Batch(uint origin, ulong number, byte[]? command = null) =>
        new CommandBatch(new NodeId(origin), number, [command ?? [1]]).SignedBy(Identity(origin));

    /// <summary>The node of a view after a parent, with what it should have on record.</summary>
    public Node Node(ulong view, Node parent, Block block, LeaderRecord? record = null) => new(
        new ViewNumber(view), parent.Height.Next, Certify(parent), record ?? Schedule.RecordAfter(parent.View, parent.Record, new ViewNumber(view)), block.Digest);

    public NodeCertificate Certify(Node node, params uint[] signers) => node.View == ViewNumber.Zero ? NodeCertificate.Genesis : NodeCertificate.Of(Votes(node.View, node.Hash, signers));

    public QuorumCertificate Votes(ViewNumber view, Digest hash, params uint[] signers) =>
        Certify(StatementKind.HotStuffVote, view, SequenceNumber.Zero, hash, signers.Length > 0 ? signers : [1, 2, 3]);

    /// <summary>What members certify where the log stands after a node. Its state is what the log's chain is.</summary>
    public StableProof Stable(SequenceNumber number, LogPosition position, Timestamp time)
    {
        var content = new CheckpointContent(number, position, time, position.Chain);
        return new StableProof(content, Certify(StatementKind.Checkpoint, ViewNumber.Zero, number, content.ComputeDigest(), [1, 2, 4]));
    }

    public NodeVote Vote(uint signer, Node node) => Vote(signer, node.View, node.Hash);

    public NodeVote Vote(uint signer, ViewNumber view, Digest hash) =>
        new(Lsn.Zero, view, hash, Identity(signer).Sign(StatementKind.HotStuffVote, view, SequenceNumber.Zero, hash));

    public NodeProposal Propose(Node node, Block block, TimeoutCertificate? timeouts = null, uint? signer = null) => new(
        Lsn.Zero, node, block, timeouts, Identity(signer ?? LeaderOf(node.View.Value)).Sign(StatementKind.HotStuffProposal, node.View, SequenceNumber.Zero, node.Hash));

    public TermTimeout Timeout(uint signer, ulong last, NodeCertificate high) => new(
        Lsn.Zero, new ViewNumber(last), high, Identity(signer).Sign(StatementKind.HotStuffTimeout, new ViewNumber(last), new SequenceNumber(high.View.Value), default));

    public TimeoutCertificate Timeouts(ulong last, params (uint Signer, NodeCertificate High)[] signed) => new(
        new ViewNumber(last),
        [.. signed.Select(each => new ReportedView(new NodeId(each.Signer), each.High.View, Timeout(each.Signer, last, each.High).Signature))]);

    /// <summary>All but node 3 have given up a view, before they had any certificate.</summary>
    public TimeoutCertificate Timeouts(ulong last) => Timeouts(last, (1, NodeCertificate.Genesis), (2, NodeCertificate.Genesis), (4, NodeCertificate.Genesis));

    /// <summary>A member has nothing yet, and is content.</summary>
    public static Status Status(ulong term = 0) =>
        new(term, IsActive: true, SuspectsLeader: false, ViewNumber.Zero, ViewNumber.Zero, SequenceNumber.Zero, SequenceNumber.Zero, IsAnchored: true);

    /// <summary>A member suspects the leader of the first term.</summary>
    public static Status Suspicion => Status() with { SuspectsLeader = true };

    private QuorumCertificate Certify(StatementKind kind, ViewNumber view, SequenceNumber number, Digest hash, uint[] signers) => new(
        Identity(1).Say(kind, view, number, hash),
        [.. signers.Select(signer => new MemberSignature(new NodeId(signer), Identity(signer).Sign(kind, view, number, hash)))]);
}
