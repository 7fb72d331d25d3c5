using Consensus.Engine;
using Consensus.Raft.Messages;
using Consensus.Simulation.Checkers;

namespace Consensus.Simulation.Tests.Checkers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PromisesAreDurableTests
{
    private readonly CheckerBed _bed = new(observatory => new PromisesAreDurable(observatory));

    [Test]
    public void An_acknowledgement_that_leaves_before_its_record_is_on_disk_is_found()
    {
        _bed.Follow(2, 1, 0, _bed.Entry(1, "a"));
        _bed.Send(2, 1, new AppendAccepted(new Lsn(1), new Term(1), new LogIndex(1)));
        _bed.AssertViolation("node 2 sends AppendAccepted", "to node 1", "record 1; on disk is record 0");
    }

    [Test]
    public void One_that_waited_is_right()
    {
        _bed.Follow(2, 1, 0, _bed.Entry(1, "a"));
        _bed.Flush(2);
        _bed.Send(2, 1, new AppendAccepted(new Lsn(1), new Term(1), new LogIndex(1)));
        _bed.AssertNone();
    }
}
