using System.Buffers;
using Consensus.Byzantine;
using Consensus.Byzantine.Tests;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Messages;

namespace Consensus.Pbft.Tests;

/// <summary>What members send one that lags, in view 0, and how it goes on from there.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CommittedAnswersTests
{
    private const int Count = 12;
    private static readonly PbftOptions Options = Group.Options with { CheckpointBlocks = 32, WindowBlocks = 64, CatchUpBytes = 4096 };
    private static readonly Block[] Blocks = [.. Enumerable.Range(1, Count).Select(i => new Block(new Timestamp(i), [new CommandBatch(new NodeId(1), (ulong)i, [new byte[500]])]))];

    private readonly Member[] _members = [.. Enumerable.Range(1, 4).Select(i => new Member((uint)i))];

    public CommittedAnswersTests()
    {
        // Node 4 has nothing.
        foreach (var member in _members[..3])
        {
            for (var number = 1; number <= Count; number++)
            {
                member.Receive(member.Id == 1 ? 2u : 1u, Committed(number));
            }

            member.Effects.Clear();
        }
    }

    private Member Lagging => _members[3];

    [Test]
    public void One_answer_has_as_many_blocks_as_agreed_and_the_last_says_that_there_are_more()
    {
        var answering = _members[..3].Single(member => Answers(member, Behind(0)).Length > 0);
        var sent = answering.SentTo(4);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(sent.Select(block => block.Number.Value), Is.EqualTo(new ulong[] { 1, 2, 3 }), "with what surrounds them three fit 4,096 bytes");
            Assert.That(sent.Select(block => block.HasMore), Is.EqualTo(new[] { false, false, true }));
        }
    }

    [Test]
    public void What_may_still_be_on_its_way_is_not_sent_again()
    {
        var answering = _members[..3].Single(member => Answers(member, Behind(0)).Length > 0);
        for (var i = 0; i < 20; i++)
        {
            Assert.That(Answers(answering, Behind(0)), Is.Empty);
            Assert.That(Answers(answering, Behind(1)), Is.Empty, "the first of them has come");
        }

        answering.Pass(250);
        Assert.That(Answers(answering, Behind(1)).Concat(Answers(answering, Behind(1))).Select(block => block.Number.Value), Is.EqualTo(new ulong[] { 2, 3, 4 }), "now it seems to be lost");
    }

    [Test]
    public void Of_all_that_hear_what_somebody_lacks_one_sends_it_and_if_nothing_comes_the_others_too()
    {
        for (var committed = 0UL; committed < Count; committed++)
        {
            var group = new CommittedAnswersTests();
            Assert.That(group.Answering(committed), Is.EqualTo(1));
            Assert.That(group.Answering(committed), Is.EqualTo(2), "the other two");
        }
    }

    [Test]
    public void Who_lags_goes_on_at_once_with_the_one_whose_blocks_came_first_until_it_has_all()
    {
        Lagging.Pass(100);
        var sent = 0;
        for (var rounds = 0; rounds < 20; rounds++)
        {
            // Statuses to everybody, and to one; no time passes.
            foreach (var (to, status) in Lagging.TakeStatuses())
            {
                _members[to.Value - 1].Receive(4, status);
            }

            foreach (var member in _members[..3])
            {
                foreach (var block in member.TakeSentTo(4))
                {
                    sent++;
                    Lagging.Receive(member.Id, block);
                }
            }
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Lagging.Core.State.Log.Committed.Value, Is.EqualTo((ulong)Count));
            Assert.That(sent, Is.EqualTo(Count), "each of them once");
        }
    }

    [Test]
    public void Only_the_first_copy_of_a_block_is_asked_on_from()
    {
        Lagging.Receive(1, Committed(1) with { HasMore = true });
        Lagging.Receive(2, Committed(1) with { HasMore = true });
        Lagging.Receive(2, Committed(5) with { HasMore = true });

        Assert.That(Lagging.TakeStatuses().Select(told => told.To.Value), Is.EqualTo(new[] { 1u }));
    }

    [Test]
    public void Who_lacks_a_stable_checkpoint_gets_its_proof()
    {
        var member = new Member(3);
        for (var number = 1; number <= Count; number++)
        {
            member.Receive(1, Committed(number));
        }

        member.Receive(1, new StableCheckpoint(Stable(member, 8)));
        member.Receive(4, Behind(2));
        member.Receive(4, Behind(2));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(member.Core.State.Stable.Number.Value, Is.EqualTo(8));
            Assert.That(member.Effects.Messages.Any(sent => sent.Message is StableCheckpoint && sent.To == new NodeId(4)), Is.True);
        }
    }

    private static CommittedBlock Committed(int number) =>
        new(Blocks[number - 1], Group.Certify(StatementKind.PbftCommit, 0, (ulong)number, Blocks[number - 1].Digest, 1, 2, 3));

    private static Status Behind(ulong committed) =>
        new(ViewNumber.Zero, IsActive: true, SuspectsPrimary: false, SequenceNumber.Zero, new SequenceNumber(committed), new SequenceNumber(committed));

    private static StableProof Stable(Member member, ulong number)
    {
        var content = new CheckpointContent(new SequenceNumber(number), member.Core.State.Log.PositionAfter(new SequenceNumber(number)), new Timestamp(1), Blake3.Hash([9]));
        return new StableProof(content, Group.Certify(StatementKind.Checkpoint, 0, number, content.ComputeDigest(), 1, 2, 4));
    }

    private static CommittedBlock[] Answers(Member member, Status status)
    {
        var before = member.SentTo(4).Length;
        member.Receive(4, status);
        return member.SentTo(4)[before..];
    }

    private int Answering(ulong committed) => _members[..3].Count(member => Answers(member, Behind(committed)).Length > 0);

    private sealed class Member
    {
        private readonly PbftEngine _engine;
        private readonly MessageIngress _ingress;
        private Ticks _now;

        public Member(uint id)
        {
            Id = id;
            _engine = new PbftEngine(Options, Group.Identity(id));
            _ingress = new MessageIngress(_engine.Codec, _engine.Verifier);
            Core = (PbftCore)_engine.CreateCore(new CoreContext { Self = new NodeId(id), Epoch = Epoch.Zero, Seed = id, Now = Ticks.Zero, Recovered = EmptyDisk.Found });
        }

        public uint Id { get; }

        public PbftCore Core { get; }

        public EffectBuffer Effects { get; } = new(Lsn.Zero);

        public CommittedBlock[] SentTo(uint to) =>
            [.. Effects.Messages.Where(sent => sent.To == new NodeId(to)).Select(sent => sent.Message).OfType<CommittedBlock>()];

        public CommittedBlock[] TakeSentTo(uint to)
        {
            var sent = SentTo(to);
            Effects.Clear();
            return sent;
        }

        public (NodeId To, Status Status)[] TakeStatuses()
        {
            (NodeId, Status)[] told = [.. Effects.Messages.Where(sent => sent.Message is Status).Select(sent => (sent.To, (Status)sent.Message))];
            Effects.Clear();
            return told;
        }

        public void Pass(int milliseconds)
        {
            _now += TimeSpan.FromMilliseconds(milliseconds);
            Step(TimePassed.Instance);
        }

        public void Receive(uint from, ProtocolMessage message)
        {
            var buffer = new ArrayBufferWriter<byte>();
            _engine.Codec.Encode(message, buffer);
            Assert.That(_ingress.TryAccept(new NodeId(from), buffer.WrittenMemory, out var input, out var defect), Is.True, defect);
            Step(input!);
        }

        private void Step(Input input)
        {
            Core.Step(_now, input, Effects);
            Core.EndTurn(_now, Effects);
        }
    }
}
