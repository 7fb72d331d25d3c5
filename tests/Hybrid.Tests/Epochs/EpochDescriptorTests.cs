using System.Buffers;
using Consensus.Cryptography.Tests;
using Consensus.Serialization;

namespace Consensus.Hybrid.Tests.Epochs;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EpochDescriptorTests
{
    private readonly Group _group = new();

    [Test]
    public void What_is_written_is_read_again()
    {
        var epoch = _group.First.Next(EpochProtocol.HotStuff, Group.Position(12, 3), new Timestamp(99));

        var read = Read(Written(epoch));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Id, Is.EqualTo(epoch.Id));
            Assert.That(read.Cluster, Is.EqualTo(Group.Cluster));
            Assert.That(read.Number, Is.EqualTo(new Epoch(1)));
            Assert.That(read.Protocol, Is.EqualTo(EpochProtocol.HotStuff));
            Assert.That(read.Members.Hash, Is.EqualTo(_group.Members.Hash));
            Assert.That(read.Operators, Is.EqualTo(new[] { _group.Operator.PublicKey }));
            Assert.That(read.Start, Is.EqualTo(Group.Position(12, 3)));
            Assert.That(read.Time, Is.EqualTo(new Timestamp(99)));
            Assert.That(read.Parent, Is.EqualTo(_group.First.Id));
        }
    }

    // Pitfall S9: whatever differs makes another epoch, whose messages and signatures mean nothing here.
    [Test]
    public void Whatever_differs_makes_another_identity()
    {
        var (keys, members) = (_group.Keys, _group.Members);
        var operators = new[] { _group.Operator.PublicKey };
        var start = Group.Position(12, 3);
        EpochDescriptor[] firsts =
        [
            _group.First,
            EpochDescriptor.First(new ClusterId(Guid.AllBitsSet), EpochProtocol.Raft, members, operators),
            EpochDescriptor.First(Group.Cluster, EpochProtocol.Pbft, members, operators),
            EpochDescriptor.First(Group.Cluster, EpochProtocol.Raft, keys.Members(5), operators),
            EpochDescriptor.First(Group.Cluster, EpochProtocol.Raft, SignerSet.Create(members.Members.Select(member => member with { Key = keys.Signer(member.Id.Value + 1).PublicKey })), operators),
            EpochDescriptor.First(Group.Cluster, EpochProtocol.Raft, members, []),
            EpochDescriptor.First(Group.Cluster, EpochProtocol.Raft, members, [keys.Signer(1001).PublicKey]),
        ];
        EpochDescriptor[] nexts =
        [
            _group.First.Next(EpochProtocol.Pbft, start, new Timestamp(9)),
            _group.First.Next(EpochProtocol.HotStuff, start, new Timestamp(9)),
            _group.First.Next(EpochProtocol.Pbft, start with { Index = new LogIndex(13) }, new Timestamp(9)),
            _group.First.Next(EpochProtocol.Pbft, start with { Term = new Term(4) }, new Timestamp(9)),
            _group.First.Next(EpochProtocol.Pbft, start with { Chain = FakeKeys.Hash(8) }, new Timestamp(9)),
            _group.First.Next(EpochProtocol.Pbft, start, new Timestamp(10)),
            firsts[1].Next(EpochProtocol.Pbft, start, new Timestamp(9)),
            firsts[2].Next(EpochProtocol.Pbft, start, new Timestamp(9)),
        ];

        var all = firsts.Concat(nexts).ToArray();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(all.Select(epoch => epoch.Id), Is.Unique);
            Assert.That(all.Select(epoch => epoch.Domain), Is.Unique);
            Assert.That(all.Select(epoch => epoch.ToEntry().Chain), Is.Unique);
        }
    }

    // What was written before epochs had settings has another layout, and must not be taken for something that it is not.
    [TestCase(1, "The epoch is written in format 1, of an earlier version of this program; allowed: format 2.")]
    [TestCase(3, "The epoch is written in format 3, of a later version of this program; allowed: format 2.")]
    public void What_another_version_has_written_is_refused_and_said_to_be_that(byte format, string message) =>
        Assert.That(
            () => EpochBytes.Of(Group.Cluster, 1, EpochProtocol.Pbft, _group.Members, _group.Operator.PublicKey, Group.Position(7), _group.First.Id, format),
            Throws.TypeOf<MessageFormatException>().With.Message.EqualTo(message));

    [Test]
    public void The_order_in_which_operators_are_named_makes_no_difference()
    {
        PublicKey[] operators = [.. Enumerable.Range(1000, 8).Select(i => _group.Keys.Signer((uint)i).PublicKey)];

        Assert.That(First(_group.Members, [.. operators.Reverse()]).Id, Is.EqualTo(First(_group.Members, operators).Id));
    }

    [Test]
    public void Fewer_than_four_members_cannot_change_engines() =>
        Assert.That(() => First(_group.Keys.Members(3)), Refused("at least 4 members"));

    [Test]
    public void An_operator_is_named_once()
    {
        var key = _group.Operator.PublicKey;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => First(_group.Members, key, key), Refused("2 keys of operators"));
            Assert.That(() => First(_group.Members, [.. Enumerable.Range(1000, 65).Select(i => _group.Keys.Signer((uint)i).PublicKey)]), Refused("65 keys of operators"));
            Assert.That(First(_group.Members, [.. Enumerable.Range(1000, 64).Select(i => _group.Keys.Signer((uint)i).PublicKey)]).Operators, Has.Length.EqualTo(64));
        }
    }

    [Test]
    public void The_entry_that_begins_an_epoch_follows_the_last_one_and_says_which_epoch_it_is()
    {
        var epoch = _group.First.Next(EpochProtocol.Pbft, Group.Position(12, 3), new Timestamp(99));

        var entry = epoch.ToEntry();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(entry.Index, Is.EqualTo(new LogIndex(13)));
            Assert.That(entry.Kind, Is.EqualTo(EntryKind.Epoch));
            Assert.That(entry.Time, Is.EqualTo(new Timestamp(99)));
            Assert.That(EpochEntry.ReadNumber(entry), Is.EqualTo(new Epoch(1)));
            Assert.That(entry.Chain, Is.EqualTo(new EntryChain().Next(epoch.Start.Chain, entry.Index, entry.Term, EntryKind.Epoch, entry.Time, entry.Payload.Span)));
        }
    }

    [Test]
    public void Altered_and_cut_bytes_are_refused_or_make_another_epoch()
    {
        var bytes = Written(_group.First.Next(EpochProtocol.HotStuff, Group.Position(12, 3), new Timestamp(99)));
        var random = new DeterministicRandom(3);
        for (var round = 0; round < 500; round++)
        {
            var altered = bytes[..(int)(random.NextBelow((ulong)bytes.Length) + 1)];
            altered[(int)random.NextBelow((ulong)altered.Length)] ^= (byte)(1 << (int)random.NextBelow(8));
            try
            {
                Assert.That(Read(altered).Id, Is.Not.EqualTo(_group.First.Id));
            }
            catch (Exception exception) when (exception is MessageFormatException or MessagePackSerializationException)
            {
                // Refused; nothing else is ever thrown.
            }
        }
    }

    private static EpochDescriptor First(SignerSet members, params PublicKey[] operators) => EpochDescriptor.First(Group.Cluster, EpochProtocol.Raft, members, operators);

    private static NUnit.Framework.Constraints.ContainsConstraint Refused(string message) =>
        Throws.TypeOf<ConsensusException>().With.Property(nameof(ConsensusException.Reason)).EqualTo(ConsensusFailure.InvalidConfiguration).And.Message.Contains(message);

    private static byte[] Written(EpochDescriptor epoch)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        epoch.Write(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static EpochDescriptor Read(byte[] bytes)
    {
        var reader = new MessagePackReader(bytes);
        return EpochDescriptor.Read(ref reader);
    }
}
