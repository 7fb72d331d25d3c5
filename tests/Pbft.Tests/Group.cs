namespace Consensus.Pbft.Tests;

/// <summary>Four members with simulated keys, and what they may say.</summary>
internal static class Group
{
    private static readonly SimulatedKeyRegistry Keys = new(3);

    public static ISignatureVerifier Signatures => Keys;

    public static SignerSet Members { get; } =
        SignerSet.Create(Enumerable.Range(1, 4).Select(i => new MemberKey(new NodeId((uint)i), Keys.CreateSigner(new NodeId((uint)i)).PublicKey)));

    public static PbftOptions Options { get; } = new() { CheckpointBlocks = 4, WindowBlocks = 16 };

    public static ByzantineIdentity Identity(uint node)
    {
        var domain = new SigningDomain(default, Epoch.Zero, Members.Hash);
        return new ByzantineIdentity(new NodeId(node), Keys.CreateSigner(new NodeId(node)), new StatementVerifier(domain, Members, Keys, new VerifiedSignatures(64)));
    }

    public static Block Block(byte content) => new(new Timestamp(content), [Batch(2, content, [content])]);

    /// <summary>A batch of one command.</summary>
    public static CommandBatch Batch(uint origin, ulong number, byte[]? command = null) =>
        new CommandBatch(new NodeId(origin), number, [command ?? [1]]).SignedBy(Identity(origin));

    /// <summary>The primary of a view: node 1 of view 0, and so on.</summary>
    public static uint PrimaryOf(ulong view) => (uint)(view % 4) + 1;

    public static PrePrepare PrePrepare(ulong view, ulong number, Block block, uint? signer = null) => new(
        new ViewNumber(view),
        new SequenceNumber(number),
        block,
        Identity(signer ?? PrimaryOf(view)).Sign(StatementKind.PbftPrePrepare, new ViewNumber(view), new SequenceNumber(number), block.Digest));

    public static Vote Vote(uint signer, StatementKind kind, ulong number, Digest digest)
    {
        var signature = Identity(signer).Sign(kind, ViewNumber.Zero, new SequenceNumber(number), digest);
        return kind == StatementKind.PbftPrepare
            ? new Prepare(Lsn.Zero, ViewNumber.Zero, new SequenceNumber(number), digest, signature)
            : new Commit(Lsn.Zero, ViewNumber.Zero, new SequenceNumber(number), digest, signature);
    }

    /// <summary>What shows a replica that others have committed a block.</summary>
    public static CommittedBlock Committed(ulong number, Block block, ulong view = 0) =>
        new(block, Certify(StatementKind.PbftCommit, view, number, block.Digest, 1, 2, 4));

    public static QuorumCertificate Certify(StatementKind kind, ulong view, ulong number, Digest hash, params uint[] signers) => new(
        Identity(1).Say(kind, new ViewNumber(view), new SequenceNumber(number), hash),
        [.. signers.Select(signer => new MemberSignature(new NodeId(signer), Identity(signer).Sign(kind, new ViewNumber(view), new SequenceNumber(number), hash)))]);

    /// <summary>The proof that a block was prepared in a view, by the primary and two others.</summary>
    public static PreparedProof Prepared(ulong view, ulong number, Block block, params uint[] signers) => new(
        PrePrepare(view, number, block).Signature,
        Certify(StatementKind.PbftPrepare, view, number, block.Digest, signers.Length > 0 ? signers : [.. Enumerable.Range(1, 4).Select(i => (uint)i).Where(i => i != PrimaryOf(view)).Take(2)]));

    public static StableProof Stable(ulong number) =>
        Stable(number, new LogPosition(new LogIndex(number * 2), new Term(number), Blake3.Hash([(byte)number])), new Timestamp(1));

    /// <summary>What members certify where the log stands after a block.</summary>
    public static StableProof Stable(ulong number, LogPosition position, Timestamp time)
    {
        var content = new CheckpointContent(new SequenceNumber(number), position, time, Blake3.Hash([9]));
        return new StableProof(content, Certify(StatementKind.Checkpoint, 0, number, content.ComputeDigest(), 1, 2, 4));
    }

    /// <summary>A member of view 0 has committed so many blocks, and is content.</summary>
    public static Status Status(ulong committed) =>
        new(ViewNumber.Zero, IsActive: true, SuspectsPrimary: false, SequenceNumber.Zero, new SequenceNumber(committed), new SequenceNumber(committed));

    /// <summary>A member suspects the primary of view 0.</summary>
    public static Status Suspicion => Status(0) with { SuspectsPrimary = true };

    public static ViewChange ViewChange(uint replica, ulong view, StableProof? stable = null, params PreparedProof[] prepared)
    {
        var proof = stable ?? StableProof.Origin;
        var digest = Messages.ViewChange.ContentDigest(proof, prepared);
        return new ViewChange(Lsn.Zero, new NodeId(replica), new ViewNumber(view), proof, prepared, Identity(replica).Sign(StatementKind.PbftViewChange, new ViewNumber(view), SequenceNumber.Zero, digest));
    }

    /// <summary>All but node 3 leave for a view. Node 1 has prepared something, perhaps, and the others nothing.</summary>
    public static ViewChange[] ViewChanges(ulong view, params PreparedProof[] prepared) => [ViewChange(1, view, null, prepared), ViewChange(2, view), ViewChange(4, view)];

    public static NewView NewView(ulong view, ViewChange[] changes, params (ulong Number, Digest Digest)[] blocks)
    {
        var primary = Identity(PrimaryOf(view));
        var reissues = blocks.Select(block => new Reissue(
            new SequenceNumber(block.Number),
            block.Digest,
            primary.Sign(StatementKind.PbftPrePrepare, new ViewNumber(view), new SequenceNumber(block.Number), block.Digest))).ToArray();
        var signature = primary.Sign(StatementKind.PbftNewView, new ViewNumber(view), SequenceNumber.Zero, Messages.NewView.ContentDigest(changes, reissues));
        return new NewView(Lsn.Zero, new ViewNumber(view), changes, reissues, signature);
    }
}
