namespace Consensus.Pbft.Tests;

/// <summary>What members send one that lags, in view 0, and how it goes on from there.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CommittedAnswersTests
{
    private const int Count = 12;
    private static readonly PbftOptions Options = Group.Options with { CheckpointBlocks = 32, WindowBlocks = 64, CatchUpBytes = 4096 };
    private static readonly Block[] Blocks = [.. Enumerable.Range(1, Count).Select(i => new Block(new Timestamp(i), [new CommandBatch(new NodeId(1), (ulong)i, [new byte[500]])]))];

    private readonly TestReplica[] _members = [.. Enumerable.Range(1, 4).Select(i => new TestReplica((uint)i, Options))];

    public CommittedAnswersTests()
    {
        // Node 4 has nothing.
        foreach (var member in _members[..3])
        {
            for (var number = 1; number <= Count; number++)
            {
                member.Receive(member.Id == new NodeId(1) ? 2u : 1u, Committed(number));
            }

            member.Effects.Clear();
        }
    }

    private TestReplica Lagging => _members[3];

    [Test]
    public void One_answer_has_as_many_blocks_as_agreed_and_the_last_says_that_there_are_more()
    {
        var answering = _members[..3].Single(member => Answers(member, Group.Status(0)).Length > 0);
        var sent = answering.SentTo<CommittedBlock>(4).ToArray();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(sent.Select(block => block.Number.Value), Is.EqualTo(new ulong[] { 1, 2, 3 }), "with what surrounds them three fit 4,096 bytes");
            Assert.That(sent.Select(block => block.HasMore), Is.EqualTo(new[] { false, false, true }));
        }
    }

    [Test]
    public void What_may_still_be_on_its_way_is_not_sent_again()
    {
        var answering = _members[..3].Single(member => Answers(member, Group.Status(0)).Length > 0);
        for (var i = 0; i < 20; i++)
        {
            Assert.That(Answers(answering, Group.Status(0)), Is.Empty);
            Assert.That(Answers(answering, Group.Status(1)), Is.Empty, "the first of them has come");
        }

        answering.Wait(250);
        Assert.That(Answers(answering, Group.Status(1)).Concat(Answers(answering, Group.Status(1))).Select(block => block.Number.Value), Is.EqualTo(new ulong[] { 2, 3, 4 }), "now it seems to be lost");
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
        Lagging.Wait(100);
        var sent = 0;
        for (var rounds = 0; rounds < 20; rounds++)
        {
            // Statuses to everybody, and to one; no time passes.
            foreach (var (to, status) in Lagging.Take<Status>())
            {
                _members[to - 1].Receive(4, status);
            }

            foreach (var member in _members[..3])
            {
                foreach (var (to, block) in member.Take<CommittedBlock>())
                {
                    sent++;
                    _members[to - 1].Receive(member.Id.Value, block);
                }
            }
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Lagging.Committed, Is.EqualTo((ulong)Count));
            Assert.That(sent, Is.EqualTo(Count), "each of them once");
        }
    }

    [Test]
    public void Only_the_first_copy_of_a_block_is_asked_on_from()
    {
        Lagging.Effects.Clear();
        Lagging.Receive(1, Committed(1) with { HasMore = true });
        Lagging.Receive(2, Committed(1) with { HasMore = true });
        Lagging.Receive(2, Committed(5) with { HasMore = true });

        Assert.That(Lagging.ReceiversOf<Status>(), Is.EqualTo(new[] { 1u }));
    }

    [Test]
    public void Who_lacks_a_stable_checkpoint_gets_its_proof()
    {
        var member = new TestReplica(3, Options);
        member.CommitTo(Count);
        member.Stabilize(8);
        member.Receive(4, Group.Status(2));
        member.Receive(4, Group.Status(2));

        Assert.That(member.SentTo<StableCheckpoint>(4), Is.Not.Empty);
    }

    private static CommittedBlock Committed(int number) =>
        new(Blocks[number - 1], Group.Certify(StatementKind.PbftCommit, 0, (ulong)number, Blocks[number - 1].Digest, 1, 2, 3));

    private static CommittedBlock[] Answers(TestReplica member, Status status)
    {
        var before = member.SentTo<CommittedBlock>(4).Count();
        member.Receive(4, status);
        return [.. member.SentTo<CommittedBlock>(4).Skip(before)];
    }

    private int Answering(ulong committed) => _members[..3].Count(member => Answers(member, Group.Status(committed)).Length > 0);
}
