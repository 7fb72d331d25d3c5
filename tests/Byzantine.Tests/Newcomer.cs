using System.Buffers;
using System.Collections.Immutable;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Byzantine.Tests;

/// <summary>Node 3 of four, in the hands of a test that plays the others: what it is told, and what it wants done.</summary>
internal sealed class Newcomer
{
    public static readonly TimeSpan StatusInterval = TimeSpan.FromMilliseconds(100);

    private readonly IEngine _engine;
    private readonly IProtocolCore _core;
    private readonly MessageIngress _ingress;
    private Ticks _now = Ticks.Zero;

    public Newcomer(IEngine engine, RecoveredState? recovered = null)
    {
        _engine = engine;
        var disk = recovered ?? EmptyDisk.Found;
        Effects = new EffectBuffer(disk.LastLsn);
        _ingress = new MessageIngress(engine.Codec, engine.Verifier);
        _core = engine.CreateCore(new CoreContext { Self = new NodeId(3), Epoch = Epoch.Zero, Seed = 100, Now = Ticks.Zero, Recovered = disk });
        Pass();
    }

    /// <summary>All that it has wanted done so far.</summary>
    public EffectBuffer Effects { get; }

    public CoreStatus Status => _core.Status;

    public Ticks Now => _now;

    /// <summary>How many bytes of blocks it has fetched that are not proven yet.</summary>
    public long StagedBytes => _core is Pbft.PbftCore pbft ? pbft.Load.Ordering.StagedBytes : ((HotStuff.HotStuffCore)_core).Load.Ordering.StagedBytes;

    public IEnumerable<T> Sent<T>() => Effects.Messages.Select(message => message.Message).OfType<T>();

    public IEnumerable<NodeId> ReceiversOf<T>() => Effects.Messages.Where(message => message.Message is T).Select(message => message.To);

    /// <summary>So much time passes that it looks at what is missing.</summary>
    public void Pass()
    {
        _now += StatusInterval;
        Step(TimePassed.Instance);
    }

    /// <summary>Time passes, and it does not look.</summary>
    public void Wait(TimeSpan time) => _now += time;

    public void Flush() => Step(new LogDurable(Effects.LastLsn));

    public void Receive(uint from, ProtocolMessage message) => Assert.That(TryReceive(from, message), Is.Null);

    /// <summary>A message comes, as bytes.</summary>
    /// <returns>Why it is refused; none, if it is not.</returns>
    public string? TryReceive(uint from, ProtocolMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        _engine.Codec.Encode(message, buffer);
        if (!_ingress.TryAccept(new NodeId(from), buffer.WrittenMemory, out var input, out var defect))
        {
            return defect;
        }

        Step(input);
        return null;
    }

    public void Step(Input input)
    {
        _core.Step(_now, input, Effects);
        _core.EndTurn(_now, Effects);
    }

    /// <summary>What a restart finds in the slots when everything was flushed.</summary>
    public static ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>> SlotsOf(EffectBuffer effects)
    {
        var slots = ImmutableSortedDictionary.CreateBuilder<ulong, ReadOnlyMemory<byte>>();
        foreach (var record in effects.Records.Where(record => record.Kind == LogRecordKind.Slot))
        {
            if (record.Value.IsEmpty)
            {
                slots.Remove(record.Slot);
            }
            else
            {
                slots[record.Slot] = record.Value;
            }
        }

        return slots.ToImmutable();
    }

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
