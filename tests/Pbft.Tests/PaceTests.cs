using Consensus.Byzantine;
using Consensus.Byzantine.Tests;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Messages;

namespace Consensus.Pbft.Tests;

/// <summary>What node 3 does in view 0 about a primary that orders its batches, and each of them late.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PaceTests
{
    private const int Enough = 8;

    private readonly PbftEngine _engine = new(Group.Options with { CheckpointBlocks = 32, WindowBlocks = 64 }, Group.Identity(3));
    private readonly EffectBuffer _effects = new(Lsn.Zero);
    private readonly PbftCore _core;
    private readonly MessageIngress _ingress;
    private ulong _ordered;
    private Ticks _now;

    public PaceTests()
    {
        _ingress = new MessageIngress(_engine.Codec, _engine.Verifier);
        _core = (PbftCore)_engine.CreateCore(new CoreContext { Self = new NodeId(3), Epoch = Epoch.Zero, Seed = 100, Now = Ticks.Zero, Recovered = EmptyDisk.Found });
        Step(TimePassed.Instance);
    }

    [TestCase(60, false)]
    [TestCase(65, true)]
    [TestCase(490, true)]
    public void A_primary_that_orders_everything_late_is_suspected_and_left_when_another_suspects_it_too(int late, bool isSuspected)
    {
        for (var i = 0; i < Enough; i++)
        {
            Order(late, echo: 0);
        }

        Assert.That(IsSuspected(), Is.EqualTo(isSuspected));
        Receive(4, new Status(ViewNumber.Zero, IsActive: true, SuspectsPrimary: true, SequenceNumber.Zero, SequenceNumber.Zero, SequenceNumber.Zero));
        Assert.That(Sent<ViewChange>().Any(), Is.EqualTo(isSuspected));
    }

    [TestCase(40, 110, false)]
    [TestCase(40, 130, true)]
    public void It_may_take_longer_as_far_as_the_network_and_the_disks_do(int share, int late, bool isSuspected)
    {
        for (var i = 0; i < Enough; i++)
        {
            Order(late, echo: share / 5);
        }

        Assert.That(IsSuspected(), Is.EqualTo(isSuspected), "an echo of 8 ms stands for 128 ms");
    }

    [Test]
    public void Echoes_that_a_primary_makes_long_for_one_backup_in_every_second_block_do_not_count()
    {
        for (var i = 0; i < 2 * Enough; i++)
        {
            Order(200, echo: i % 2 == 0 ? 100 : 2);
        }

        Assert.That(IsSuspected(), Is.True);
    }

    [Test]
    public void Suspicion_ends_with_the_reason_for_it()
    {
        for (var i = 0; i < Enough; i++)
        {
            Order(100, echo: 0);
        }

        Assert.That(IsSuspected(), Is.True);
        for (var i = 0; i < 2 * Enough; i++)
        {
            Order(10, echo: 0);
        }

        Assert.That(IsSuspected(), Is.False);
    }

    [Test]
    public void What_a_replica_suspects_it_says_soon_though_nothing_is_ordered()
    {
        for (var i = 0; i < Enough; i++)
        {
            Order(100, echo: 0);
        }

        Pass(100);
        Assert.That(Sent<Status>().Last().SuspectsPrimary, Is.True, "by default it tells where it is each 500 ms when nothing is under way");
        for (var i = 0; i < 2 * Enough; i++)
        {
            Order(10, echo: 0);
        }

        Pass(100);
        Assert.That(Sent<Status>().Last().SuspectsPrimary, Is.False, "and so it takes it back");
    }

    private bool IsSuspected()
    {
        _now += TimeSpan.FromMilliseconds(500);
        Step(TimePassed.Instance);
        return Sent<Status>().Last().SuspectsPrimary;
    }

    /// <summary>A command of this replica's callers is committed so many milliseconds after it was submitted; and as long after its block was accepted here others are known to have accepted it.</summary>
    private void Order(int milliseconds, int echo)
    {
        Step(new CommandsProposed(new[] { new Proposal(new Ticket(_ordered + 1), new byte[] { 1 }) }, new Timestamp(5)));
        var batch = Sent<Submit>().Last(submit => submit.Batch.Origin == new NodeId(3)).Batch;
        Pass(milliseconds - echo);
        var number = ++_ordered;
        var block = new Block(new Timestamp(5), [batch]);
        Receive(1, Group.PrePrepare(0, number, block));
        Pass(echo);
        foreach (var backup in new uint[] { 2, 4 })
        {
            Receive(backup, new Prepare(Lsn.Zero, ViewNumber.Zero, new SequenceNumber(number), block.Digest, Group.Identity(backup).Sign(StatementKind.PbftPrepare, ViewNumber.Zero, new SequenceNumber(number), block.Digest)));
        }

        Receive(2, new CommittedBlock(block, Group.Certify(StatementKind.PbftCommit, 0, number, block.Digest, 1, 2, 4)));
        Assert.That(_core.State.Log.Committed.Value, Is.EqualTo(number));
    }

    private IEnumerable<T> Sent<T>() => _effects.Messages.Select(message => message.Message).OfType<T>();

    private void Pass(int milliseconds)
    {
        _now += TimeSpan.FromMilliseconds(milliseconds);
        Step(TimePassed.Instance);
    }

    private void Receive(uint from, ProtocolMessage message)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        _engine.Codec.Encode(message, buffer);
        if (_ingress.TryAccept(new NodeId(from), buffer.WrittenMemory, out var input, out var defect))
        {
            Step(input);
        }
        else
        {
            Assert.That(defect, Is.Null, "refused, and not only unneeded");
        }
    }

    private void Step(Input input)
    {
        _core.Step(_now, input, _effects);
        _core.EndTurn(_now, _effects);
    }
}
