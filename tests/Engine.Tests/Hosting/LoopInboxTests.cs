using Consensus.Engine.Tests.Lanes;

namespace Consensus.Engine.Tests.Hosting;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LoopInboxTests
{
    private readonly LoopInbox _inbox = new(
        new VirtualLanes().Create(LaneKind.Protocol, new NodeId(1), static () => Timeout.InfiniteTimeSpan, static _ => { }),
        new ReplicaOptions(),
        static () => new ConsensusException(ConsensusFailure.Stopped, "stopped"));

    [TestCase(false)]
    [TestCase(true)]
    public void Whoever_waits_for_something_that_nobody_takes_any_more_is_told_why(bool isClosedBefore)
    {
        var pool = new PendingCommandPool(new ReplicaMetrics(new NodeId(1), TimeProvider.System));
        var proposed = Begun(pool);
        var applied = Begun(pool);
        var committed = Begun(pool);
        var results = new[] { proposed.AsTask().AsTask(), applied.AsTask().AsTask(), committed.AsTask().AsTask() };
        var read = new PendingRead(null, TimeSpan.FromSeconds(5), new PendingReads());
        var control = new PendingControl((ticket, _) => new TransferRequested(ticket, new NodeId(2)));
        if (isClosedBefore)
        {
            _inbox.Close();
        }

        foreach (var content in new object[] { proposed, new CommandWithoutEffect(applied, RefusalReason.SessionExpired), new CommandToCertify(committed, default), read, control, SpaceLookedFor.Instance })
        {
            _inbox.Post(new InboxItem(content));
        }

        _inbox.Close();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_inbox.Count, Is.Zero);
            foreach (var result in new Task[] { results[0], results[1], results[2], read.Result, control.Result })
            {
                Assert.That(() => result.Wait(ReplicaBench.Hang), Throws.TypeOf<AggregateException>().With.InnerException.TypeOf<ConsensusException>());
            }
        }
    }

    [Test]
    public async Task A_frame_makes_room_and_its_message_gives_back_what_it_borrowed_when_the_turn_that_has_taken_it_has_ended()
    {
        var (taken, waiting) = (new BorrowingMessage(), new BorrowingMessage());
        Assert.That(await _inbox.PostAsync(ReceivedFromPeer(taken), FrameBuffer.Rent(100), default), Is.True);
        Assert.That(await _inbox.PostAsync(ReceivedFromPeer(waiting), FrameBuffer.Rent(20), default), Is.True);
        Assert.That(_inbox.TryTake(out _), Is.True);
        Assert.That((_inbox.ReceivedBytes, taken.Releases), Is.EqualTo((120, 0)), "its message is looked at yet");

        _inbox.ReleaseFrames();
        _inbox.ReleaseFrames();

        Assert.That((_inbox.ReceivedBytes, taken.Releases, waiting.Releases), Is.EqualTo((20, 1, 0)));
    }

    private static MessageReceived ReceivedFromPeer(ProtocolMessage message) => new(new Verified<ProtocolMessage>(new NodeId(2), message));

    private static PendingCommand Begun(PendingCommandPool pool)
    {
        var command = pool.Rent();
        command.Begin(CommandKind.Command, [], [1], default, 0, TimeSpan.FromSeconds(5), CommitLevel.Committed, default);
        return command;
    }

    private sealed record BorrowingMessage : ProtocolMessage
    {
        public int Releases { get; private set; }

        public override void Release() => Releases++;
    }
}
