using Consensus.Simulation.Checkers.Raft;

namespace Consensus.Simulation.Tests.Checkers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CommittedOnQuorumTests
{
    private readonly CheckerBed _bed = new(observatory => new CommittedOnQuorum(observatory));

    [Test]
    public void A_commit_that_is_in_memory_of_all_and_on_the_disk_of_one_is_found()
    {
        var a = _bed.Entry(1, "a");
        _bed.Lead(1, 1, 0, a);
        _bed.Follow(2, 1, 0, a);
        _bed.Follow(3, 1, 0, a);
        _bed.Flush(3);
        _bed.Lead(1, 1, 1);
        _bed.AssertViolation("node 1 leads term 1", "entry 1 of term 1", "on the disks of nodes 3, no majority of voters 1, 2, 3");
    }

    [Test]
    public void Counting_an_entry_of_an_earlier_term_is_found()
    {
        var a = _bed.Entry(1, "a");
        _bed.Follow(1, 1, 0, a);
        _bed.Follow(2, 1, 0, a);
        _bed.Lead(1, 2);
        _bed.Flush(1, 2);
        _bed.Lead(1, 2, 1);
        _bed.AssertViolation("node 1 leads term 2", "the last of an earlier term");
    }

    [Test]
    public void The_leader_itself_need_not_have_it_on_disk()
    {
        var a = _bed.Entry(1, "a");
        _bed.Lead(1, 1, 0, a);
        _bed.Follow(2, 1, 0, a);
        _bed.Follow(3, 1, 0, a);
        _bed.Flush(2, 3);
        _bed.Lead(1, 1, 1);
        _bed.AssertNone();
    }
}
