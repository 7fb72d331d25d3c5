using Consensus.Engine;
using Consensus.Simulation.Checkers.Raft;

namespace Consensus.Simulation.Tests.Checkers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ConfigurationFollowsLogTests
{
    private readonly CheckerBed _bed = new(_ => new ConfigurationFollowsLog());

    [Test]
    public void The_last_configuration_in_the_log_is_gone_by_committed_or_not()
    {
        _bed.Follow(2, 4, 0, Configuration());
        _bed.AssertNone();
    }

    [Test]
    public void A_configuration_that_outlives_its_entry_is_found()
    {
        _bed.Follow(2, 4, 0, Configuration());
        _bed.Turn(2, ReplicaRole.Follower, 5, 0, effects => effects.Truncate(new LogIndex(1)));
        _bed.AssertViolation("node 2 goes by (1 Voter, 2 Voter, 3 Voter)", "entry 0, is ()");
    }

    [Test]
    public void A_configuration_that_is_not_in_the_log_that_was_recovered_is_found()
    {
        _bed.Start(2, CheckerBed.Recovered(lsn: 1, entries: [_bed.Entry(4, "a")]));
        _bed.Turn(2, ReplicaRole.Follower, 4);
        _bed.AssertViolation("node 2 goes by");
    }

    private LogEntry Configuration() => _bed.Entry(4, MembershipCodec.Encode(_bed.Members), default, EntryKind.Membership);
}
