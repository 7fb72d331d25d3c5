using Consensus.Engine;
using Consensus.Raft.Reads;
using Consensus.Raft.Transfer;

namespace Consensus.Raft.Tests.Transfer;

/// <summary>Replica 1 leads four voters, and its disk is full. It hears from 2 and 3 that theirs have space; what 4 says differs.</summary>
[TestFixture]
public sealed class SpaceHandoverTests
{
    private static readonly RaftOptions Options = new() { Reads = ReadMode.Lease };
    private static readonly TimeSpan Tick = Options.ElectionTimeoutMax / 30;

    private NewLeader _leader = null!;
    private ReadBarriers _reads = null!;
    private LeadershipTransfer _transfer = null!;
    private SpaceHandover _handover = null!;

    private static double LongestPause => (Options.ElectionTimeoutMax * 256).TotalSeconds;

    [SetUp]
    public void Lead()
    {
        _leader = new NewLeader(NewState.Voters(4), Options);
        _reads = new ReadBarriers(_leader.State, _leader.Replicator);
        _reads.BeginTerm();
        _transfer = new LeadershipTransfer(_leader.State, _leader.Replicator, _leader.Desk);
        _handover = new SpaceHandover(_leader.State, _leader.Replicator, _reads, _transfer);
        _leader.CommitAll();
        _leader.State.OnSpaceChanged(acceptsWrites: false);
    }

    [Test]
    public void As_long_as_one_is_silent_each_attempt_is_followed_by_a_pause_twice_as_long_up_to_a_bound()
    {
        var begun = BeginningsWithin(TimeSpan.FromMinutes(5));

        Assert.That(begun[0], Is.EqualTo(Options.ElectionTimeoutMax.TotalSeconds).Within(0.001), "it has so long to say how its disk is");
        Assert.That(Pauses(begun), Is.EqualTo([1.2, 2.4, 4.8, 9.6, 19.2, 38.4, LongestPause, LongestPause]).Within(0.001));
    }

    [Test]
    public void When_the_disks_had_space_meanwhile_the_pauses_are_short_again()
    {
        BeginningsWithin(TimeSpan.FromMinutes(2));
        _leader.State.OnSpaceChanged(acceptsWrites: true);
        BeginningsWithin(Tick);
        _leader.State.OnSpaceChanged(acceptsWrites: false);

        Assert.That(Pauses(BeginningsWithin(TimeSpan.FromSeconds(4))), Is.EqualTo([1.2, 2.4]).Within(0.001));
    }

    // It waited until the pause was over, up to 77 s, while nothing could be written.
    [Test]
    public void As_soon_as_enough_are_heard_the_pauses_of_attempts_in_silence_are_over()
    {
        BeginningsWithin(TimeSpan.FromSeconds(100));
        _leader.State.Now += TimeSpan.FromSeconds(2);

        Assert.That(BeginningsWithin(Tick, isHeard: true), Has.Length.EqualTo(1));
    }

    [Test]
    public void Attempts_that_are_certain_to_help_leave_short_pauses()
    {
        var begun = BeginningsWithin(TimeSpan.FromSeconds(3), isHeard: true);

        Assert.That(begun[0], Is.Zero);
        Assert.That(Pauses(begun), Is.EqualTo([0.6, 0.6, 0.6, 0.6]).Within(0.001));
    }

    // The target does not wait for the lease to run out.
    [Test]
    public void A_leader_that_hands_over_reads_by_its_lease_no_longer()
    {
        _reads.BeginRound();
        foreach (var id in new[] { 2U, 3U, 4U })
        {
            _leader.Member(id).RoundAnswered = 1;
        }

        _reads.ConfirmAcknowledged();
        _reads.Request(_leader.State.Self, new Ticket(7));
        Assert.That(_leader.State.Effects.Reads, Has.Count.EqualTo(1), "by the lease");

        BeginningsWithin(Tick, isHeard: true);
        _reads.Request(_leader.State.Self, new Ticket(8));

        Assert.That(_leader.State.Effects.Reads, Has.Count.EqualTo(1));
        Assert.That(_reads.NeedsRound, Is.True);
    }

    private static double[] Pauses(double[] begun) => [.. begun.Skip(1).Zip(begun, (next, one) => next - one)];

    /// <returns>After how many seconds an attempt began.</returns>
    private double[] BeginningsWithin(TimeSpan time, bool isHeard = false)
    {
        var begun = new List<double>();
        var state = _leader.State;
        for (var passed = TimeSpan.Zero; passed < time; passed += Tick)
        {
            _transfer.OnTime();
            for (var id = 2U; id <= (isHeard ? 4U : 3U); id++)
            {
                _leader.Member(id).OnSpaceTold(DiskSpace.Free, state.Now);
            }

            var wasUnderWay = _transfer.IsUnderWay;
            _handover.Advance();
            if (_transfer.IsUnderWay && !wasUnderWay)
            {
                begun.Add(passed.TotalSeconds);
            }

            state.Now += Tick;
        }

        return [.. begun];
    }
}
