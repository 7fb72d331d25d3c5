namespace Consensus.Engine.Tests.Hosting;

public sealed class StatusBoardTests
{
    // Every published status has one number in all its fields.
    [Test]
    public void A_status_is_never_made_of_two()
    {
        var board = new StatusBoard(new NodeId(1), "solo");
        board.Publish(Core(0), true);
        var isDone = 0;
        var writer = new Thread(() =>
        {
            for (ulong number = 1; number <= 300_000; number++)
            {
                board.Publish(Core(number), number % 2 == 0);
                board.PublishApplied(new LogIndex(number));
                board.PublishSnapshot(new LogIndex(number));
            }

            Volatile.Write(ref isDone, 1);
        });
        writer.Start();

        while (Volatile.Read(ref isDone) == 0)
        {
            var status = board.Current;
            var isWhole = status.TermOrView == status.Leader.Value && status.AcceptsWrites == (status.TermOrView % 2 == 0)
                && status.SnapshotIndex <= status.AppliedIndex && status.AppliedIndex <= status.CommitIndex && status.CommitIndex <= status.LastIndex;
            isWhole &= status.CertifiedIndex <= status.CommitIndex && status.CommitIndex.Value <= status.TermOrView;
            if (!isWhole)
            {
                Assert.Fail($"{status}");
            }
        }

        writer.Join();
    }

    [Test]
    public void The_version_of_a_membership_is_the_commit_index_that_was_published_with_it()
    {
        var board = new StatusBoard(new NodeId(1), "solo");
        Assert.That(board.Current.MembershipVersion, Is.Null, "there is no membership");
        var core = Core(6) with { Membership = new ClusterMembership([new Member(new NodeId(1), "a:1")], []), CommitIndex = new LogIndex(4), MembershipIndex = new LogIndex(5) };

        board.Publish(core, true);
        Assert.That(board.Current.MembershipVersion, Is.Null, "it is not committed");
        board.Publish(core with { MembershipIndex = new LogIndex(3) }, true);
        board.PublishApplied(new LogIndex(6));
        Assert.That(board.Current.MembershipVersion, Is.EqualTo(new LogIndex(4)), "what is applied may hold another one");
    }

    // The applier is told in the same turn that the board is: it may be first.
    [Test]
    public void What_is_applied_is_shown_as_committed()
    {
        var board = new StatusBoard(new NodeId(1), "solo");
        board.Publish(Core(3), true);

        board.PublishApplied(new LogIndex(5));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(board.Current.CommitIndex, Is.EqualTo(new LogIndex(5)));
            Assert.That(board.Current.LastIndex, Is.EqualTo(new LogIndex(5)));
        }
    }

    [Test]
    public void A_stopped_replica_follows_nobody_and_takes_nothing()
    {
        var board = new StatusBoard(new NodeId(1), "solo");
        board.Publish(Core(3), true);

        board.PublishStopped();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(board.Current.Role, Is.EqualTo(ReplicaRole.Stopped));
            Assert.That(board.Current.Leader, Is.EqualTo(NodeId.None));
            Assert.That(board.Current.AcceptsWrites, Is.False);
            Assert.That(board.Current.CommitIndex, Is.EqualTo(new LogIndex(3)));
        }
    }

    [Test]
    public void A_turn_in_which_only_indices_have_moved_allocates_nothing()
    {
        var board = new StatusBoard(new NodeId(1), "solo");
        board.Publish(Core(3), true);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (ulong index = 4; index < 100; index++)
        {
            board.Publish(Core(3) with { LastIndex = new LogIndex(index), CommitIndex = new LogIndex(index), Certified = new LogIndex(index) }, true);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(
            (board.Current.LastIndex, board.Current.CommitIndex, board.Current.CertifiedIndex), Is.EqualTo((new LogIndex(99), new LogIndex(99), new LogIndex(99))));
    }

    [Test]
    public void That_something_else_speaks_against_members_is_shown_where_nothing_else_has_changed()
    {
        var board = new StatusBoard(new NodeId(1), "solo");
        board.Publish(Core(3), true);
        Assert.That(board.Current.Threats, Is.Empty);
        IReadOnlyList<MemberThreat> threats = [new MemberThreat(new NodeId(2), ThreatLevel.Low, 1, ThreatLevel.None, 1, HasEvidence: false)];

        board.Publish(Core(3) with { Threats = threats }, true);

        Assert.That(board.Current.Threats, Is.SameAs(threats));
    }

    // A snapshot of the own state is saved on one lane while a peer's newer one is installed on another.
    [Test]
    public void An_older_snapshot_that_is_saved_late_does_not_take_the_place_of_a_newer_one()
    {
        var board = new StatusBoard(new NodeId(1), "solo");
        board.PublishSnapshot(new LogIndex(500));

        board.PublishSnapshot(new LogIndex(300));

        Assert.That(board.Current.SnapshotIndex, Is.EqualTo(new LogIndex(500)));
    }

    private static CoreStatus Core(ulong number) => new(
        ReplicaRole.Follower, new NodeId((uint)number), number, new LogIndex(number), new LogIndex(number), ClusterMembership.Empty)
    { Certified = new LogIndex(number) };
}
