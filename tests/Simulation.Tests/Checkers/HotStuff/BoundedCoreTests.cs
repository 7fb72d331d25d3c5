using Consensus.HotStuff;
using Consensus.Simulation.Checkers.HotStuff;
using Consensus.Simulation.Tests.Checkers.Byzantine;

namespace Consensus.Simulation.Tests.Checkers.HotStuff;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BoundedCoreTests
{
    private static readonly HotStuffOptions Options = new() { CheckpointBlocks = 4, WindowBlocks = 16 };

    private readonly CheckerBed _bed;
    private HotStuffLoad _load;

    public BoundedCoreTests() => _bed = new CheckerBed(_ => new BoundedCore(Options, Signed.Count, _ => _load), Signed.Count);

    private static IEnumerable<TestCaseData> TooMuch =>
    [
        new TestCaseData(new HotStuffLoad { KeptNodes = 65 }, "65 nodes beside the log; at most 64").SetArgDisplayNames("kept"),
        new TestCaseData(new HotStuffLoad { BranchNodes = 130 }, "130 nodes on the log's branch; at most 129").SetArgDisplayNames("branch"),
        new TestCaseData(new HotStuffLoad { VotedViews = 35 }, "35 views with votes; at most 34").SetArgDisplayNames("votes"),
        new TestCaseData(new HotStuffLoad { SeenProposals = 17 }, "17 proposals to compare others with; at most 16").SetArgDisplayNames("proposals"),
        new TestCaseData(new HotStuffLoad { Timeouts = 5 }, "5 time-outs; at most 4").SetArgDisplayNames("time-outs"),
    ];

    [TestCaseSource(nameof(TooMuch))]
    public void Whatever_exceeds_its_bound_is_found(object load, string expected)
    {
        _load = (HotStuffLoad)load;
        _bed.Follow(2, 1);
        _bed.AssertViolation("node 2 has", expected);
    }

    [Test]
    public void What_is_within_its_bounds_is_not()
    {
        _load = new HotStuffLoad { KeptNodes = 64, BranchNodes = 129, VotedViews = 34, SeenProposals = 16, Timeouts = 4 };
        _bed.Follow(2, 1);
        _bed.AssertNone();
    }
}
