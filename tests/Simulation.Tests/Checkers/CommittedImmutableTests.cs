using Consensus.Simulation.Checkers;

namespace Consensus.Simulation.Tests.Checkers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CommittedImmutableTests
{
    private readonly CheckerBed _bed = new(observatory => new CommittedImmutable(observatory));

    [Test]
    public void Truncating_what_only_another_replica_knows_to_be_committed_is_found()
    {
        var a = _bed.Entry(1, "a");
        _bed.Follow(2, 1, 0, a);
        _bed.Lead(1, 1, 1, a);
        _bed.Turn(2, ReplicaRole.Follower, 2, 0, effects => effects.Truncate(new LogIndex(1)));
        _bed.AssertViolation("node 2 in term 2 truncates entry 1 of term 1", "node 1 counted");
    }

    [Test]
    public void Truncating_another_entry_at_a_committed_index_is_right()
    {
        _bed.Follow(2, 1, 0, _bed.Entry(1, "lost"));
        _bed.Lead(1, 2, 1, _bed.Entry(2, "a"));
        _bed.Turn(2, ReplicaRole.Follower, 2, 0, effects => effects.Truncate(new LogIndex(1)));
        _bed.AssertNone();
    }
}
