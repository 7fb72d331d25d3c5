using System.Buffers;
using Consensus.Byzantine;
using Consensus.Byzantine.Tests;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Messages;

namespace Consensus.Pbft.Tests;

/// <summary>What node 3 of view 0 does about times that do not fit its clock, and about a member that asks without end.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WatchTests
{
    private const long Day = 24 * 3_600_000;
    private static readonly NodeId Primary = new(1);

    private readonly PbftEngine _engine = new(Group.Options, Group.Identity(3));
    private readonly EffectBuffer _effects = new(Lsn.Zero);
    private readonly IProtocolCore _core;
    private readonly MessageIngress _ingress;
    private Ticks _now;
    private long _clock = 1000 * Day;

    public WatchTests()
    {
        _ingress = new MessageIngress(_engine.Codec, _engine.Verifier);
        _core = _engine.CreateCore(new CoreContext { Self = new NodeId(3), Epoch = Epoch.Zero, Seed = 100, Now = Ticks.Zero, Recovered = EmptyDisk.Found });
        Step(TimePassed.Instance);
    }

    private PbftState State => ((PbftCore)_core).State;

    [Test]
    public void A_block_from_the_future_is_refused_and_told_and_its_primary_replaced()
    {
        Receive(1, Group.PrePrepare(0, 1, Block(1, _clock + 10_001)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Sent<Prepare>(), Is.Empty);
            Assert.That(State.Log.Last.Value, Is.Zero);
            Assert.That(_effects.Events.OfType<TimestampOutOfRange>(), Is.EqualTo(new[] { new TimestampOutOfRange(Primary, new Timestamp(_clock + 10_001), new Timestamp(_clock)) }));
            Assert.That(Sent<ViewChange>(), Is.Empty, "one alone does not leave");
        }

        Receive(4, Suspicion);
        Assert.That(Sent<ViewChange>().First().View.Value, Is.EqualTo(1));
    }

    // Its clock was wrong, perhaps, or the primary's, and is not any more.
    [TestCase(100, true)]
    [TestCase(300, false)]
    public void What_would_not_be_refused_any_more_is_no_reason_to_leave(int milliseconds, bool isReplaced)
    {
        Receive(1, Group.PrePrepare(0, 1, Block(1, _clock + 10_200)));
        Pass(milliseconds);
        Receive(4, Suspicion);
        Assert.That(Sent<ViewChange>().Any(), Is.EqualTo(isReplaced));
    }

    [Test]
    public void A_block_as_far_ahead_as_clocks_may_be_apart_is_accepted()
    {
        Receive(1, Group.PrePrepare(0, 1, Block(1, _clock + 10_000)));
        Assert.That(Sent<Prepare>().Any(), Is.True);
        Assert.That(_effects.Events.OfType<TimestampOutOfRange>(), Is.Empty);
    }

    [Test]
    public void What_a_quorum_has_committed_is_taken_whatever_its_time_and_so_is_what_follows()
    {
        var ahead = Block(1, _clock + Day);
        Receive(2, new CommittedBlock(ahead, Group.Certify(StatementKind.PbftCommit, 0, 1, ahead.Digest, 1, 2, 4)));
        Receive(1, Group.PrePrepare(0, 2, Block(2, _clock + Day)));
        Receive(1, Group.PrePrepare(0, 3, Block(3, _clock)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(State.Log.Committed.Value, Is.EqualTo(1));
            Assert.That(Sent<Prepare>().Select(prepare => prepare.Number.Value).Distinct(), Is.EqualTo(new ulong[] { 2, 3 }));
            Assert.That(_effects.Events.OfType<TimestampOutOfRange>(), Is.Empty);
        }
    }

    [Test]
    public void What_a_view_must_begin_with_is_accepted_whatever_its_time()
    {
        var ahead = Block(1, _clock + Day);
        ViewChange[] changes = [Group.ViewChange(1, 1, null, Group.Prepared(0, 1, ahead)), Group.ViewChange(2, 1), Group.ViewChange(4, 1)];
        Receive(2, Group.NewView(1, changes, (1, ahead.Digest)));
        Receive(2, new BlockAnswer(new SequenceNumber(1), ahead));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Sent<Prepare>().Select(prepare => (prepare.View.Value, prepare.Digest)).Distinct(), Is.EqualTo(new[] { (1ul, ahead.Digest) }));
            Assert.That(_effects.Events.OfType<TimestampOutOfRange>(), Is.Empty);
        }
    }

    [TestCase(-20_100, true)]
    [TestCase(-19_000, false)]
    public void A_primary_that_holds_the_time_back_is_replaced_and_its_blocks_are_accepted(int offset, bool isReplaced)
    {
        for (ulong number = 1; number <= 4; number++)
        {
            var block = Block((byte)number, _clock + offset);
            Receive(1, Group.PrePrepare(0, number, block));
            Receive(2, new CommittedBlock(block, Group.Certify(StatementKind.PbftCommit, 0, number, block.Digest, 1, 2, 4)));
            Pass(400);
        }

        Assert.That(State.Log.Last.Value, Is.EqualTo(4));
        Receive(4, Suspicion);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Sent<ViewChange>().Any(), Is.EqualTo(isReplaced));
            Assert.That(_effects.Events.OfType<TimestampOutOfRange>().Select(told => told.Proposer), Is.EqualTo(isReplaced ? new[] { Primary } : []));
        }
    }

    [Test]
    public void A_primary_without_callers_of_its_own_brings_its_clock_into_its_blocks()
    {
        var core = new PbftEngine(Group.Options, Group.Identity(1)).CreateCore(new CoreContext { Self = Primary, Epoch = Epoch.Zero, Seed = 100, Now = Ticks.Zero, Recovered = EmptyDisk.Found });
        var effects = new EffectBuffer(Lsn.Zero);
        core.BeginTurn(Ticks.Zero, new Timestamp(_clock));
        core.Step(Ticks.Zero, TimePassed.Instance, effects);
        core.EndTurn(Ticks.Zero, effects);
        core.Step(Ticks.Zero, new LogDurable(effects.LastLsn), effects);
        core.Step(new Ticks(TimeSpan.TicksPerSecond), new MessageReceived(Verified(1, new Submit(Group.Block(1).Batches[0]), from: 2)), effects);
        core.EndTurn(new Ticks(TimeSpan.TicksPerSecond), effects);

        var proposed = effects.Messages.Select(message => message.Message).OfType<PrePrepare>().First();
        Assert.That(proposed.Block.Time.UnixMilliseconds, Is.EqualTo(_clock + 1000));
    }

    [Test]
    public void A_flood_of_statuses_is_told_of_and_brings_nothing_twice_and_others_are_answered_as_before()
    {
        var block = Block(1, _clock);
        Receive(2, new CommittedBlock(block, Group.Certify(StatementKind.PbftCommit, 0, 1, block.Digest, 1, 2, 4)));
        _effects.Clear();
        for (var i = 0; i < 5000; i++)
        {
            Receive(4, Behind);
        }

        var answers = _effects.Messages.Count(sent => sent.Message is CommittedBlock && sent.To == new NodeId(4));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answers, Is.EqualTo(1));
            Assert.That(_effects.Events.OfType<PeerFlooding>().Select(told => told.Peer), Is.EqualTo(new[] { new NodeId(4) }));
        }

        Receive(2, Behind);
        Assert.That(_effects.Messages.Any(sent => sent.Message is CommittedBlock && sent.To == new NodeId(2)), Is.True, "another member");
        Receive(4, Group.ViewChange(4, 1));
        Receive(2, Group.ViewChange(2, 1));
        Assert.That(Sent<ViewChange>().Any(), Is.True, "what demands no answer is heard");
    }

    private static Status Suspicion => new(ViewNumber.Zero, IsActive: true, SuspectsPrimary: true, SequenceNumber.Zero, SequenceNumber.Zero, SequenceNumber.Zero);

    private static Status Behind => Suspicion with { SuspectsPrimary = false };

    private static Block Block(byte content, long time) => new(new Timestamp(time), [.. Group.Block(content).Batches]);

    private static Verified<ProtocolMessage> Verified(uint receiver, ProtocolMessage message, uint from)
    {
        var engine = new PbftEngine(Group.Options, Group.Identity(receiver));
        var buffer = new ArrayBufferWriter<byte>();
        engine.Codec.Encode(message, buffer);
        Assert.That(new MessageIngress(engine.Codec, engine.Verifier).TryAccept(new NodeId(from), buffer.WrittenMemory, out var input, out var defect), Is.True, defect);
        return input!.Message;
    }

    private IEnumerable<T> Sent<T>() => _effects.Messages.Select(message => message.Message).OfType<T>();

    private void Pass(int ms)
    {
        _now += TimeSpan.FromMilliseconds(ms);
        _clock += ms;
        Step(TimePassed.Instance);
    }

    private void Receive(uint from, ProtocolMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        _engine.Codec.Encode(message, buffer);
        Assert.That(_ingress.TryAccept(new NodeId(from), buffer.WrittenMemory, out var input, out var defect), Is.True, defect);
        Step(input!);
    }

    private void Step(Input input)
    {
        _core.BeginTurn(_now, new Timestamp(_clock));
        _core.Step(_now, input, _effects);
        _core.EndTurn(_now, _effects);
    }
}
