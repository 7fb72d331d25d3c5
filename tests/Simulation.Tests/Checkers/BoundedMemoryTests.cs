using Consensus.Engine;
using Consensus.Simulation.Checkers;
using Consensus.Simulation.Network;

namespace Consensus.Simulation.Tests.Checkers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BoundedMemoryTests
{
    private const int FrameBytes = 1000;

    private static readonly ReplicaOptions Options = new()
    {
        CommandBytesMax = 10,
        QueuedOperationsMax = 50,
        CommandsInFlightMax = 8,
        ReceivedBytesMax = 1024 * 1024,
    };

    private readonly CheckerBed _bed;
    private ReplicaLoad? _load;

    public BoundedMemoryTests() =>
        _bed = new CheckerBed(_ => new BoundedMemory(Options, new NetworkTally { BytesMax = FrameBytes }, node => node.Id == new NodeId(2) ? _load : null));

    private static TestCaseData Case(ReplicaLoad most, ReplicaLoad tooMuch, string what) => new TestCaseData(most, tooMuch, what).SetArgDisplayNames(what);

    private static IEnumerable<TestCaseData> Bounds()
    {
        yield return Case(new ReplicaLoad { Commands = 50 }, new ReplicaLoad { Commands = 51 }, "51 commands that wait; at most 50");
        yield return Case(new ReplicaLoad { KeptCommands = 4096 }, new ReplicaLoad { KeptCommands = 4097 }, "4097 commands kept for reuse");
        yield return Case(new ReplicaLoad { CommandsInFlight = 8 }, new ReplicaLoad { CommandsInFlight = 9 }, "9 commands in the session's window");
        yield return Case(new ReplicaLoad { Reads = 50 }, new ReplicaLoad { Reads = 51 }, "51 reads that wait");
        yield return Case(new ReplicaLoad { ReadersOfState = 100 }, new ReplicaLoad { ReadersOfState = 101 }, "101 readers at the state machine");
        yield return Case(new ReplicaLoad { Controls = 64 }, new ReplicaLoad { Controls = 65 }, "65 control requests that wait");

        // Three nodes that have been there: a frame of each connection, and their own bound.
        const int Most = (1024 * 1024) + (3 * FrameBytes);
        yield return Case(new ReplicaLoad { ReceivedBytes = Most }, new ReplicaLoad { ReceivedBytes = Most + 1 }, "bytes of received frames");
    }

    [TestCaseSource(nameof(Bounds))]
    public void What_is_at_its_bound_is_right_and_one_more_is_found(object most, object tooMuch, string what)
    {
        Look((ReplicaLoad)most);
        _bed.AssertNone();
        Look((ReplicaLoad)tooMuch);
        _bed.AssertViolation("node 2 has", what);
    }

    [Test]
    public void A_sender_that_has_come_back_meanwhile_may_have_handed_over_another_frame()
    {
        _bed.Turn(2, ReplicaRole.Follower, 1);
        _bed.End(3);
        _bed.Start(3, CheckerBed.Recovered());
        Look(new ReplicaLoad { ReceivedBytes = (1024 * 1024) + (4 * FrameBytes) });
        _bed.AssertNone();
        Look(new ReplicaLoad { ReceivedBytes = (1024 * 1024) + (4 * FrameBytes) });
        _bed.AssertViolation("bytes of received frames");
    }

    [Test]
    public void A_command_that_is_larger_than_commands_may_be_is_found()
    {
        var first = _bed.Entry(1, "0123456789");
        _bed.Follow(2, 1, 0, first);
        _bed.AssertNone();
        _bed.Follow(2, 1, 0, _bed.Entry(1, "0123456789a", first));
        _bed.AssertViolation("bytes of one command; at most");
    }

    [Test]
    public void What_still_waits_when_nobody_calls_any_more_is_found()
    {
        _load = new ReplicaLoad { KeptCommands = 5, ReadersOfState = 5 };
        _bed.World.Finish();
        _bed.AssertNone();
        _load = new ReplicaLoad { Reads = 1 };
        _bed.World.Finish();
        _bed.AssertViolation("in node 2 there is still", "Reads = 1");
    }

    private void Look(ReplicaLoad load)
    {
        _load = load;
        _bed.Turn(2, ReplicaRole.Follower, 1);
    }
}
