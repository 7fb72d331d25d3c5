using Consensus.Engine;
using Consensus.Simulation.Checkers.Byzantine;

namespace Consensus.Simulation.Tests.Checkers.Byzantine;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CommittedOnQuorumTests
{
    private readonly CheckerBed _bed = new(observatory => new CommittedOnQuorum(observatory, Signed.Count), Signed.Count);

    [Test]
    public void A_block_that_too_few_have_on_disk_is_found()
    {
        Accept(1, 2, 3);
        _bed.Flush(1, 2);
        Commit(1);
        _bed.AssertViolation("node 1 in view 5 counts the block that ends with entry 1 as committed; it was on the disks of nodes 1, 2, and 3 honest ones must have had it");
    }

    [Test]
    public void A_quorum_s_disks_are_enough_and_less_its_Byzantine_members([Values] bool isByzantine)
    {
        if (isByzantine)
        {
            _bed.World.TurnByzantine(_bed.World.Find(new NodeId(4)));
        }

        Accept(1, 2, 3);
        _bed.Flush(1, 2);
        if (!isByzantine)
        {
            _bed.Flush(3);
        }

        Commit(1);
        _bed.AssertNone();
    }

    [Test]
    public void What_was_on_disk_and_is_given_up_counts()
    {
        Accept(1, 2, 3);
        _bed.Flush(1, 2, 3);
        _bed.Turn(3, ReplicaRole.Follower, 6, 0, effects => effects.Truncate(new LogIndex(1)));
        Commit(1);
        _bed.AssertNone();
    }

    [Test]
    public void The_block_counts_and_not_the_log_before_it()
    {
        Accept(1, 2);
        var other = _bed.Entry(4, "other");
        _bed.Follow(3, 5, 0, other, _bed.Entry(5, Block.Payload.ToArray(), other, EntryKind.Block));
        _bed.Flush(1, 2, 3);
        Commit(1);
        _bed.AssertNone();
    }

    private LogEntry Block => _bed.Entry(5, "header", kind: EntryKind.Block);

    private void Accept(params ulong[] nodes)
    {
        foreach (var node in nodes)
        {
            _bed.Follow(node, 5, 0, Block);
        }
    }

    private void Commit(ulong node) => _bed.Follow(node, 5, 1);
}
