using Consensus.Byzantine;
using Consensus.Engine;
using Consensus.Pbft;
using Consensus.Simulation.Checkers.Byzantine;

namespace Consensus.Simulation.Tests.Checkers.Byzantine;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BoundedOrderingTests
{
    private static readonly PbftOptions Options = new() { CheckpointBlocks = 4, WindowBlocks = 16, PooledBytesMax = 1000, BatchBytesMax = 1024, OwnBatchesMax = 2 };
    private static readonly ReplicaOptions Replica = new() { CommandBytesMax = 2048, QueuedOperationsMax = 10 };

    private readonly CheckerBed _bed;
    private OrderingLoad _load;

    public BoundedOrderingTests() => _bed = new CheckerBed(_ => new BoundedOrdering(Replica, Options, Signed.Count, _ => _load), Signed.Count);

    private static IEnumerable<TestCaseData> TooMuch =>
    [
        new TestCaseData(new OrderingLoad { PooledWeight = 4 * 5000 }, "20000 bytes of batches that wait").SetArgDisplayNames("pool"),
        new TestCaseData(new OrderingLoad { ProposedBatches = 2, PooledBatches = 1 }, "2 proposed batches that wait; at most 1").SetArgDisplayNames("proposed"),
        new TestCaseData(new OrderingLoad { OwnBatches = 3 }, "3 own batches; at most 2").SetArgDisplayNames("own"),
        new TestCaseData(new OrderingLoad { GatheredWeight = 6000 }, "6000 bytes of commands in no batch").SetArgDisplayNames("gathered"),
        new TestCaseData(new OrderingLoad { Reads = 11 }, "11 reads that wait; at most 10").SetArgDisplayNames("reads"),
        new TestCaseData(new OrderingLoad { OwnCheckpoints = 6 }, "6 own checkpoints; at most 5").SetArgDisplayNames("own checkpoints"),
        new TestCaseData(new OrderingLoad { VotedCheckpoints = 10 }, "10 checkpoints of which others speak; at most 9").SetArgDisplayNames("others' checkpoints"),
    ];

    [TestCaseSource(nameof(TooMuch))]
    public void Whatever_exceeds_its_bound_is_found(object load, string expected)
    {
        _load = (OrderingLoad)load;
        _bed.Follow(2, 1);
        _bed.AssertViolation($"node 2 has {expected}");
    }

    [Test]
    public void What_is_within_its_bounds_is_not()
    {
        _load = new OrderingLoad { PooledWeight = 4 * 4096, ProposedBatches = 1, PooledBatches = 1, OwnBatches = 2, GatheredWeight = 5000, Reads = 10, OwnCheckpoints = 5, VotedCheckpoints = 9, StagedBytes = 1_000_000, StagedBlocks = 999 };
        _bed.Follow(2, 1);
        _bed.AssertNone();
    }

    [Test]
    public void What_is_left_in_the_end_is_found()
    {
        _load = new OrderingLoad { StagedBlocks = 1 };
        Assert.That(_bed.World.IsAtRest, Is.False);
        _bed.World.Finish();
        Assert.That(_bed.World.Violations[0].Description, Does.Contain("the core of node 1 still keeps"));
    }
}
