using System.Buffers;
using Consensus.Byzantine;
using Consensus.Byzantine.Tests;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Messages;

namespace Consensus.Pbft.Tests;

/// <summary>What node 3 thinks of the primary of view 0, which may not propose more than 16 blocks after the stable checkpoint, while that is waited for.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WindowTests
{
    private const ulong Window = 16;
    private const ulong Interval = 4;

    private readonly PbftEngine _engine = new(Group.Options, Group.Identity(3));
    private readonly EffectBuffer _effects = new(Lsn.Zero);
    private readonly PbftCore _core;
    private readonly MessageIngress _ingress;
    private ulong _committed;
    private ulong _tickets;
    private Ticks _now;

    public WindowTests()
    {
        _ingress = new MessageIngress(_engine.Codec, _engine.Verifier);
        _core = (PbftCore)_engine.CreateCore(new CoreContext { Self = new NodeId(3), Epoch = Epoch.Zero, Seed = 100, Now = Ticks.Zero, Recovered = EmptyDisk.Found });
        Step(TimePassed.Instance);
    }

    [TestCase(Window, false)]
    [TestCase(Window - 1, true)]
    public void A_primary_that_the_window_keeps_from_proposing_is_not_suspected(ulong committed, bool isSuspected)
    {
        CommitTo(committed);
        Propose();
        Pass(5000);

        Assert.That(IsSuspected(), Is.EqualTo(isSuspected));
    }

    [Test]
    public void One_whose_last_block_is_not_committed_is_suspected_though_it_may_not_propose_another()
    {
        CommitTo(Window - 1);
        Receive(1, Group.PrePrepare(0, Window, Group.Block(99)));
        Propose();
        Pass(5000);

        Assert.That(IsSuspected(), Is.True, "who keeps the votes for it from this replica, it cannot know");
    }

    [TestCase(400, false)]
    [TestCase(600, true)]
    public void When_the_window_opens_it_has_as_much_time_as_ever(int milliseconds, bool isSuspected)
    {
        CommitTo(Window);
        Propose();
        Pass(5000);
        Stabilize(Interval);
        Pass(milliseconds);

        Assert.That(IsSuspected(), Is.EqualTo(isSuspected));
    }

    // Three blocks before the window shuts, and as many as make eight when it has opened: only in the time between, which counts but once, could the primary have ordered the batch.
    [TestCase(0, false)]
    [TestCase(300, true)]
    public void Whose_batch_waits_for_the_window_is_not_passed_over(int millisecondsEach, bool isSuspected)
    {
        CommitTo(Window - 3);
        Receive(2, new Submit(new CommandBatch(new NodeId(2), 50, [new byte[] { 1 }]).SignedBy(Group.Identity(2))));
        CommitTo(Window);
        Pass(5000);
        for (var checkpoint = 1UL; checkpoint <= 2; checkpoint++)
        {
            Stabilize(checkpoint * Interval);
            for (var i = 0UL; i < Interval; i++)
            {
                Pass(millisecondsEach);
                CommitTo(_committed + 1);
            }

            Pass(5000);
        }

        Assert.That(IsSuspected(), Is.EqualTo(isSuspected));
    }

    [TestCase(50, false)]
    [TestCase(80, true)]
    public void What_a_batch_waits_for_the_window_is_not_the_primarys_pace(int milliseconds, bool isSuspected)
    {
        CommitTo(Window);
        for (var checkpoint = 1UL; checkpoint <= 8; checkpoint++)
        {
            Propose();
            var own = _effects.Messages.Select(sent => sent.Message).OfType<Submit>().Last(submit => submit.Batch.Origin == new NodeId(3)).Batch;
            Pass(400);
            Stabilize(checkpoint * Interval);
            Pass(milliseconds);
            Commit(own);
            CommitTo(_committed + Interval - 1);
        }

        Assert.That(IsSuspected(), Is.EqualTo(isSuspected));
    }

    /// <summary>Whether this replica leaves the view when another one suspects the primary.</summary>
    private bool IsSuspected()
    {
        Receive(4, new Status(ViewNumber.Zero, IsActive: true, SuspectsPrimary: true, SequenceNumber.Zero, SequenceNumber.Zero, SequenceNumber.Zero));
        return _effects.Messages.Any(sent => sent.Message is ViewChange);
    }

    private void Propose() => Step(new CommandsProposed(new[] { new Proposal(new Ticket(++_tickets), new byte[] { 1 }) }, new Timestamp(5)));

    private void CommitTo(ulong number)
    {
        while (_committed < number)
        {
            Commit(new CommandBatch(new NodeId(4), 1000 + _committed, [new byte[] { 2 }]));
        }
    }

    private void Commit(CommandBatch batch)
    {
        var block = new Block(new Timestamp(5), [batch]);
        Receive(2, new CommittedBlock(block, Group.Certify(StatementKind.PbftCommit, 0, ++_committed, block.Digest, 1, 2, 4)));
        Assert.That(_core.State.Log.Committed.Value, Is.EqualTo(_committed));
    }

    private void Stabilize(ulong number)
    {
        var at = new SequenceNumber(number);
        var content = new CheckpointContent(at, _core.State.Log.PositionAfter(at), _core.State.Log.TimeAfter(at), Blake3.Hash([9]));
        Receive(2, new StableCheckpoint(new StableProof(content, Group.Certify(StatementKind.Checkpoint, 0, number, content.ComputeDigest(), 1, 2, 4))));
        Assert.That(_core.State.Stable.Number.Value, Is.EqualTo(number));
    }

    /// <summary>Time passes, and the core is called when it wants to be.</summary>
    private void Pass(int milliseconds)
    {
        var end = _now + TimeSpan.FromMilliseconds(milliseconds);
        while (_core.NextDeadline <= end)
        {
            _now = _core.NextDeadline > _now ? _core.NextDeadline : _now;
            Step(TimePassed.Instance);
        }

        _now = end;
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
        _core.Step(_now, input, _effects);
        _core.EndTurn(_now, _effects);
    }
}
