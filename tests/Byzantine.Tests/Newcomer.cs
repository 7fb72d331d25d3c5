namespace Consensus.Byzantine.Tests;

/// <summary>Node 3 of four, of either engine, and what the others say to one that comes late.</summary>
internal sealed class Newcomer : ReplicaUnderTest<OrderingCore>
{
    public static readonly TimeSpan StatusInterval = TimeSpan.FromMilliseconds(100);

    public Newcomer(IEngine engine, RecoveredState? recovered = null)
        : base(engine, 3, recovered ?? EmptyDisk.Found) => Look();

    public CoreStatus Status => Core.Status;

    /// <summary>How many bytes of blocks it has fetched that are not proven yet.</summary>
    public long StagedBytes => Core is Pbft.PbftCore pbft ? pbft.Load.Ordering.StagedBytes : ((HotStuff.HotStuffCore)Core).Load.Ordering.StagedBytes;

    /// <summary>So much time passes that it looks at what is missing.</summary>
    public void Look() => Wait(StatusInterval);

    public void Flush() => Step(new LogDurable(Effects.LastLsn));

    /// <summary>What members certify after a block.</summary>
    public static StableProof Stable(ulong number, LogPosition position)
    {
        var content = new CheckpointContent(new SequenceNumber(number), position, new Timestamp(1), Blake3.Hash([9]));
        return new StableProof(content, Certify(StatementKind.Checkpoint, number, content.ComputeDigest(), 1, 2, 4));
    }

    public static LogPosition PositionAfter(ulong number) => new(new LogIndex(number * 2), new Term(number), Blake3.Hash([(byte)number]));

    /// <summary>A snapshot after a block.</summary>
    public static SnapshotDescriptor Snapshot(ulong number, ReadOnlySpan<byte> bytes) => new()
    {
        Epoch = Epoch.Zero,
        Position = PositionAfter(number),
        Time = new Timestamp(1),
        Membership = ClusterMembership.Empty,
        StateHash = Blake3.Hash([9]),
        Length = bytes.Length,
        Checksum = Blake3.Hash(bytes),
    };

    public static SnapshotVote Vote(uint signer, SnapshotDescriptor snapshot, bool needsAnswer = false) => new(
        snapshot, Samples.Identity(signer).Sign(StatementKind.Snapshot, ViewNumber.Zero, BlockLog.NumberOf(snapshot), CertifiedSnapshot.DigestOf(snapshot)), needsAnswer);

    public static CertifiedSnapshot Certified(SnapshotDescriptor snapshot, params uint[] signers) =>
        new(snapshot, Certify(StatementKind.Snapshot, BlockLog.NumberOf(snapshot).Value, CertifiedSnapshot.DigestOf(snapshot), signers));

    private static QuorumCertificate Certify(StatementKind kind, ulong number, Digest hash, params uint[] signers) => new(
        Samples.Identity(1).Say(kind, ViewNumber.Zero, new SequenceNumber(number), hash),
        [.. signers.Select(signer => new MemberSignature(new NodeId(signer), Samples.Identity(signer).Sign(kind, ViewNumber.Zero, new SequenceNumber(number), hash)))]);
}
