using System.Buffers;
using System.Collections.Immutable;
using Consensus.Byzantine;
using Consensus.Byzantine.Tests;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Messages;

namespace Consensus.Pbft.Tests;

/// <summary>What a replica, node 3, knows again after a crash.</summary>
public sealed class RestartTests
{
    private static readonly Block First = Group.Block(1);

    [Test]
    public void What_a_view_begins_with_its_primary_cannot_replace_when_a_replica_was_restarted_before_it_had_it()
    {
        ViewChange[] changes = [Group.ViewChange(1, 1, null, Group.Prepared(0, 1, First)), Group.ViewChange(2, 1), Group.ViewChange(4, 1)];
        var before = new Life(ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty);
        before.Receive(2, Group.NewView(1, changes, (1, First.Digest)));
        Assert.That(before.Sent<BlockRequest>().Select(request => request.Digest).Distinct(), Is.EqualTo(new[] { First.Digest }), "it has not the content");

        var after = before.Restart();
        after.Receive(2, Group.PrePrepare(1, 1, Group.Block(2)));
        Assert.That(after.Sent<Prepare>(), Is.Empty);

        after.Receive(2, new CommittedBlock(First, Group.Certify(StatementKind.PbftCommit, 1, 1, First.Digest, 1, 2, 4)));
        after.Receive(2, Group.PrePrepare(1, 2, Group.Block(3)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(after.CommitIndex.Value, Is.EqualTo(2), "a command and the block's end");
            Assert.That(after.Sent<Prepare>().Select(prepare => prepare.Digest).Distinct(), Is.EqualTo(new[] { Group.Block(3).Digest }));
        }
    }

    /// <summary>A process. Everything that it stages is on disk.</summary>
    private sealed class Life
    {
        private readonly PbftEngine _engine = new(Group.Options, Group.Identity(3));
        private readonly EffectBuffer _effects = new(Lsn.Zero);
        private readonly IProtocolCore _core;
        private readonly MessageIngress _ingress;
        private readonly ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>> _slots;

        public Life(ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>> slots)
        {
            _slots = slots;
            _ingress = new MessageIngress(_engine.Codec, _engine.Verifier);
            _core = _engine.CreateCore(new CoreContext
            {
                Self = new NodeId(3),
                Epoch = Epoch.Zero,
                Seed = 100,
                Now = Ticks.Zero,
                Recovered = EmptyDisk.Found with { Slots = slots },
            });
        }

        public LogIndex CommitIndex => _core.Status.CommitIndex;

        public IEnumerable<T> Sent<T>() => _effects.Messages.Select(message => message.Message).OfType<T>();

        public void Receive(uint from, ProtocolMessage message)
        {
            var buffer = new ArrayBufferWriter<byte>();
            _engine.Codec.Encode(message, buffer);
            Assert.That(_ingress.TryAccept(new NodeId(from), buffer.WrittenMemory, out var input, out var defect), Is.True, defect);
            _core.Step(Ticks.Zero, input!, _effects);
            _core.EndTurn(Ticks.Zero, _effects);
        }

        public Life Restart() => new(_effects.Records
            .Where(record => record.Kind == LogRecordKind.Slot)
            .Aggregate(_slots, (slots, record) => record.Value.IsEmpty ? slots.Remove(record.Slot) : slots.SetItem(record.Slot, record.Value.ToArray())));
    }
}
