using Consensus.Engine;
using Consensus.Raft;
using Consensus.Raft.Messages;
using Consensus.Simulation.Checkers.Raft;

namespace Consensus.Simulation.Tests.Checkers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BoundedCoreTests
{
    private const int Kilobyte = 1024;

    /// <summary>What the largest command and a leader's own entries may add.</summary>
    private const int Excess = 1000 + CommandEnvelope.OverheadBytesMax + LogEntry.OverheadBytes + (16 * Kilobyte);

    private static readonly ReplicaOptions Replica = new() { CommandBytesMax = 1000 };

    private static readonly RaftOptions Raft = new()
    {
        AppendBytesMax = 4 * Kilobyte,
        InflightMessagesMax = 4,
        InflightBytesMax = 8 * Kilobyte,
        UncommittedBytesMax = 32 * Kilobyte,
        LogBytesMax = 64 * Kilobyte,
        TrailingEntries = 20,
        PendingReadsMax = 30,
    };

    private readonly CheckerBed _bed;
    private RaftLoad? _load;

    public BoundedCoreTests() => _bed = new CheckerBed(_ => new BoundedCore(Replica, Raft, node => node.Id == new NodeId(2) ? _load : null));

    private static TestCaseData Case(RaftLoad most, RaftLoad tooMuch, string what) => new TestCaseData(most, tooMuch, what).SetArgDisplayNames(what);

    private static IEnumerable<TestCaseData> Bounds()
    {
        yield return Case(new RaftLoad { Reads = 30 }, new RaftLoad { Reads = 31 }, "31 reads that wait for a round");
        yield return Case(new RaftLoad { InflightMessages = 4 }, new RaftLoad { InflightMessages = 5 }, "5 messages with entries");
        yield return Case(new RaftLoad { InflightBytes = 12 * Kilobyte }, new RaftLoad { InflightBytes = (12 * Kilobyte) + 1 }, "bytes of entries under way");
        yield return Case(new RaftLoad { LogBytes = (64 * Kilobyte) + Excess }, new RaftLoad { LogBytes = (64 * Kilobyte) + Excess + 1 }, "bytes of entries in its log");
        yield return Case(new RaftLoad { UncommittedBytes = (32 * Kilobyte) + Excess }, new RaftLoad { UncommittedBytes = (32 * Kilobyte) + Excess + 1 }, "bytes of uncommitted entries");
        yield return Case(new RaftLoad { UnflushedBytes = (32 * Kilobyte) + Excess }, new RaftLoad { UnflushedBytes = (32 * Kilobyte) + Excess + 1 }, "bytes of entries that are not on its disk");
    }

    [TestCaseSource(nameof(Bounds))]
    public void What_is_at_its_bound_is_right_and_one_more_is_found(object most, object tooMuch, string what)
    {
        Lead(default);
        Lead((RaftLoad)most);
        _bed.AssertNone();
        Lead((RaftLoad)tooMuch);
        _bed.AssertViolation("node 2 has", what);
    }

    [Test]
    public void What_a_leader_has_taken_over_may_be_more_but_must_not_grow()
    {
        _load = new RaftLoad { LogBytes = 100 * Kilobyte };
        _bed.Follow(2, 1);
        Lead(new RaftLoad { LogBytes = 120 * Kilobyte });
        _bed.AssertNone();
        Lead(new RaftLoad { LogBytes = 140 * Kilobyte });
        _bed.AssertViolation("bytes of entries in its log");
    }

    [Test]
    public void A_log_that_is_not_cut_behind_a_snapshot_of_this_life_is_found()
    {
        var entry = _bed.Entry(1, "a");
        _load = new RaftLoad { SnapshotIndex = entry.Index, TrailingEntries = 21 };
        _bed.Follow(2, 1);
        _bed.AssertNone();

        _bed.Save(2, _bed.Snapshot(entry, CheckerBed.Hash(1)));
        _bed.Follow(2, 1);
        _bed.AssertViolation("21 entries behind its snapshot; at most 20");
    }

    [Test]
    public void Commands_that_are_too_much_for_one_input_are_found()
    {
        var half = new Proposal(new Ticket(1), new byte[512 * Kilobyte]);
        Forward(half, half);
        Forward(new Proposal(new Ticket(1), new byte[2 * 1024 * Kilobyte]));
        _bed.AssertNone();
        Forward(half, half, new Proposal(new Ticket(1), new byte[1]));
        _bed.AssertViolation("bytes of commands in one input");
    }

    [Test]
    public void What_is_still_kept_when_nobody_calls_any_more_is_found()
    {
        _load = new RaftLoad { LogBytes = 1000, TrailingEntries = 20 };
        _bed.World.Finish();
        _bed.AssertNone();
        _load = new RaftLoad { UncommittedBytes = -80 };
        _bed.World.Finish();
        _bed.AssertViolation("the core of node 2 still keeps", "UncommittedBytes = -80");
    }

    private void Lead(RaftLoad load)
    {
        _load = load;
        _bed.Lead(2, 2);
    }

    private void Forward(params Proposal[] proposals) => _bed.Send(2, 1, new ForwardedProposals(new Term(1), 1, 1, default, proposals));
}
