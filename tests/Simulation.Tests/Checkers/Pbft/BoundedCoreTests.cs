using Consensus.Pbft;
using Consensus.Simulation.Checkers.Pbft;
using Consensus.Simulation.Tests.Checkers.Byzantine;

namespace Consensus.Simulation.Tests.Checkers.Pbft;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BoundedCoreTests
{
    private static readonly PbftOptions Options = new() { CheckpointBlocks = 4, WindowBlocks = 16, PooledBytesMax = 1024, BatchBytesMax = 1024, BlockBytesMax = 1024 };

    private readonly CheckerBed _bed;
    private PbftLoad _load;

    public BoundedCoreTests() => _bed = new CheckerBed(_ => new BoundedCore(Options, Signed.Count, _ => _load), Signed.Count);

    private static IEnumerable<TestCaseData> TooMuch =>
    [
        new TestCaseData(new PbftLoad { Slots = 17 }, "17 numbers under way; at most 16").SetArgDisplayNames("slots"),
        new TestCaseData(new PbftLoad { KeptBytes = 33 * 1024 + 1 }, "bytes of blocks that were given up").SetArgDisplayNames("kept"),
        new TestCaseData(new PbftLoad { EarlyBytes = 1025 }, "1025 bytes of one sender's messages of views to come; at most 1024").SetArgDisplayNames("early"),
        new TestCaseData(new PbftLoad { Reissues = 17 }, "17 blocks that its view begins with; at most 16").SetArgDisplayNames("reissues"),
        new TestCaseData(new PbftLoad { ViewChanges = 5 }, "5 view changes; at most 4").SetArgDisplayNames("view changes"),
    ];

    [TestCaseSource(nameof(TooMuch))]
    public void Whatever_exceeds_its_bound_is_found(object load, string expected)
    {
        _load = (PbftLoad)load;
        _bed.Follow(2, 1);
        _bed.AssertViolation("node 2 has", expected);
    }

    [Test]
    public void What_is_within_its_bounds_is_not()
    {
        _load = new PbftLoad { Slots = 16, KeptBytes = 33 * 1024, EarlyBytes = 1024, Reissues = 16, ViewChanges = 4 };
        _bed.Follow(2, 1);
        _bed.AssertNone();
    }
}
