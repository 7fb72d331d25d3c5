using System.Collections.Immutable;
using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Messages;

namespace Consensus.Pbft.Tests;

/// <summary>What a liar may try on one replica, node 3 of view 0.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CoreTests
{
    private readonly PbftEngine _engine = new(Group.Options with { PooledBytesMax = 2048, BatchBytesMax = 1024 }, Group.Identity(3));
    private readonly EffectBuffer _effects = new(Lsn.Zero);
    private readonly IProtocolCore _core;
    private readonly MessageIngress _ingress;

    public CoreTests()
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
    }

    [Test]
    public void A_block_that_was_given_up_is_still_the_only_one_voted_for_in_its_view()
    {
        var committed = Group.Block(9);
        Receive(1, Group.PrePrepare(0, 1, Group.Block(1)));
        Receive(1, Group.PrePrepare(0, 2, Group.Block(2)));
        Receive(2, new CommittedBlock(committed, Group.Certify(StatementKind.PbftCommit, 0, 1, committed.Digest, 1, 2, 4)));

        Receive(1, Group.PrePrepare(0, 2, Group.Block(3)));
        Receive(1, Group.PrePrepare(0, 2, Group.Block(4)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Sent<Prepare>().Where(prepare => prepare.Number.Value == 2).Select(prepare => prepare.Digest).Distinct(), Is.EqualTo(new[] { Group.Block(2).Digest }));
            Assert.That(_effects.Events.OfType<EquivocationDetected>().Select(told => told.Culprit), Is.EqualTo(new[] { new NodeId(1) }), "told once");
        }
    }

    [Test]
    public void Nobody_keeps_a_replica_from_submitting_by_sending_its_old_batches_back()
    {
        for (byte number = 1; number <= 10; number++)
        {
            Receive(2, new Submit(new CommandBatch(new NodeId(3), number, [new byte[300]]).SignedBy(Group.Identity(3))));
        }

        Step(new CommandsProposed(new[] { new Proposal(new Ticket(1), new byte[600]) }, new Timestamp(5)));

        Assert.That(Sent<Submit>().Single().Batch.Number, Is.EqualTo(101));
    }

    private IEnumerable<T> Sent<T>() => _effects.Messages.Select(message => message.Message).OfType<T>();

    private void Receive(uint from, ProtocolMessage message)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        _engine.Codec.Encode(message, buffer);
        Assert.That(_ingress.TryAccept(new NodeId(from), buffer.WrittenMemory, out var input, out var defect), Is.True, defect);
        Step(input!);
    }

    private void Step(Input input)
    {
        _core.Step(Ticks.Zero, input, _effects);
        _core.EndTurn(Ticks.Zero, _effects);
    }
}
