using System.Collections.Immutable;
using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Pbft.Tests;

/// <summary>How node 3, which has nothing, comes to a checkpoint whose blocks nobody has any more, among members who may lie.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SnapshotTests
{

    private readonly PbftEngine _engine = new(Group.Options, Group.Identity(3));
    private readonly EffectBuffer _effects = new(Lsn.Zero);
    private readonly IProtocolCore _core;
    private readonly MessageIngress _ingress;
    private Ticks _now = Ticks.Zero;

    public static SnapshotDescriptor Snapshot { get; } = Descriptor(8, 100);

    public SnapshotTests()
    {
        _ingress = new MessageIngress(_engine.Codec, _engine.Verifier);
        _core = _engine.CreateCore(new CoreContext
        {
            Self = new NodeId(3),
            Epoch = Epoch.Zero,
            Seed = 100,
            Now = Ticks.Zero,
            Recovered = new RecoveredState
            {
                Snapshot = null,
                Base = LogPosition.Origin,
                Entries = [],
                Slots = ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty,
                LastLsn = Lsn.Zero,
                Bootstrap = ClusterMembership.Empty,
                AcceptsWrites = true,
            },
        });
        Receive(1, new StableCheckpoint(Group.Stable(8)));
        foreach (uint other in (uint[])[1, 2, 4])
        {
            Receive(other, new CatchUpBlocks(new SequenceNumber(1), []));
        }

        Pass();
    }

    [Test]
    public void Snapshots_are_asked_for_when_nobody_has_the_blocks() =>
        Assert.That(Sent<SnapshotRequest>(), Is.EqualTo(Enumerable.Repeat(new SnapshotRequest(SequenceNumber.Zero, NeedsNew: false), 3)));

    [Test]
    public void A_snapshot_that_one_member_alone_names_is_not_fetched()
    {
        Receive(1, new SnapshotOffer([Snapshot]));
        Receive(2, new SnapshotOffer([Snapshot with { Length = 101 }]));

        Assert.That(Sent<SnapshotPartRequest>(), Is.Empty);
    }

    [Test]
    public void When_members_name_none_in_the_same_words_they_are_asked_to_take_one()
    {
        for (var i = 0; i < 5; i++)
        {
            Receive(1, new SnapshotOffer([Snapshot]));
            Pass();
        }

        Assert.That(Sent<SnapshotRequest>().Last().NeedsNew, Is.True);
    }

    [Test]
    public void A_snapshot_that_a_correct_member_must_have_named_becomes_the_state()
    {
        Receive(1, new SnapshotOffer([Snapshot]));
        Receive(4, new SnapshotOffer([Snapshot]));
        Receive(1, new SnapshotPart(Snapshot.Position.Index, 0, new byte[100]));
        Step(new SnapshotChunkStored(new NodeId(1), Snapshot, 100, IsComplete: true));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_effects.Install, Is.EqualTo(Snapshot));
            Assert.That(_core.Status.CommitIndex, Is.EqualTo(Snapshot.Position.Index));
            Assert.That(_effects.Events.OfType<SnapshotInstalled>().Single().From, Is.EqualTo(new NodeId(1)));
        }
    }

    [Test]
    public void A_part_that_nobody_asked_for_is_not_stored()
    {
        Receive(1, new SnapshotOffer([Snapshot]));
        Receive(4, new SnapshotOffer([Snapshot]));

        Receive(2, new SnapshotPart(Snapshot.Position.Index, 0, new byte[100]));
        Receive(4, new SnapshotPart(Snapshot.Position.Index, 0, new byte[100]));
        Receive(1, new SnapshotPart(Snapshot.Position.Index, 50, new byte[50]));

        Assert.That(_effects.Requests, Is.Empty);
    }

    [Test]
    public void Wrong_bytes_are_fetched_again_from_another_member_alone()
    {
        Receive(1, new SnapshotOffer([Snapshot]));
        Receive(4, new SnapshotOffer([Snapshot]));
        Receive(1, new SnapshotPart(Snapshot.Position.Index, 0, new byte[100]));
        Step(new SnapshotChunkStored(new NodeId(1), Snapshot, 0, IsComplete: false));
        Pass();
        Pass();

        Assert.That(PartsAskedFor().Last(), Is.EqualTo((new NodeId(4), 0L)));
    }

    [Test]
    public void Who_no_longer_has_the_snapshot_no_longer_speaks_for_it()
    {
        Receive(1, new SnapshotOffer([Snapshot]));
        Receive(4, new SnapshotOffer([Snapshot]));
        Receive(2, new SnapshotOffer([Snapshot]));

        Receive(1, new SnapshotPart(Snapshot.Position.Index, 0, default));

        Assert.That(PartsAskedFor().Last().To, Is.Not.EqualTo(new NodeId(1)));
    }

    private static SnapshotDescriptor Descriptor(ulong number, long length)
    {
        var content = Group.Stable(number).Content;
        return new SnapshotDescriptor
        {
            Epoch = Epoch.Zero,
            Position = content.Position,
            Time = content.Time,
            Membership = ClusterMembership.Empty,
            StateHash = content.StateHash,
            Length = length,
            Checksum = Blake3.Hash([1]),
        };
    }

    private IEnumerable<(NodeId To, long Offset)> PartsAskedFor() =>
        _effects.Messages.Where(message => message.Message is SnapshotPartRequest).Select(message => (message.To, ((SnapshotPartRequest)message.Message).Offset));

    private IEnumerable<T> Sent<T>() => _effects.Messages.Select(message => message.Message).OfType<T>();

    private void Pass()
    {
        _now += Group.Options.StatusInterval;
        Step(TimePassed.Instance);
    }

    private void Receive(uint from, ProtocolMessage message)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        _engine.Codec.Encode(message, buffer);
        Assert.That(_ingress.TryAccept(new NodeId(from), buffer.WrittenMemory, out var input, out var defect), Is.True, defect);
        Step(input!);
    }

    private void Step(Input input)
    {
        _core.Step(_now, input, _effects);
        _core.EndTurn(_now, _effects);
    }
}
