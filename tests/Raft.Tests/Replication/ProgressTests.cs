using Consensus.Engine;
using Consensus.Raft.Replication;
using Consensus.Raft.Snapshots;

namespace Consensus.Raft.Tests.Replication;

[TestFixture]
internal sealed class ProgressTests
{
    private static readonly RaftOptions Options = new() { InflightMessagesMax = 3, InflightBytesMax = 1000, AppendBytesMax = 1024 };

    [Test]
    public void A_member_is_probed_first_and_counts_as_heard()
    {
        var member = new Progress(new NodeId(2), new LogIndex(11), Options);
        Assert.That((member.State, member.Match, member.Next), Is.EqualTo((ProgressState.Probe, LogIndex.Zero, new LogIndex(11))));
        Assert.That(member.IsActive, Is.True);
        Assert.That(member.CanSend, Is.True);
    }

    [TestCase(ProgressState.Probe)]
    [TestCase(ProgressState.Replicate)]
    [TestCase(ProgressState.Snapshot)]
    public void Every_state_leads_to_every_state_and_begins_clean(ProgressState from)
    {
        foreach (var to in Enum.GetValues<ProgressState>())
        {
            var member = In(from, match: 5);
            member.OnSent(new LogIndex(8), 100, isEmpty: false, new LogIndex(4));

            Become(member, to);

            Assert.That(member.State, Is.EqualTo(to), $"{from} to {to}");
            Assert.That(member.IsProbing, Is.False, $"{from} to {to}");
            Assert.That(member.Inflight.Count, Is.Zero, $"{from} to {to}");
            Assert.That(member.Transfer, to == ProgressState.Snapshot ? Is.Not.Null : Is.Null, $"{from} to {to}");
            Assert.That(member.CanSend, Is.EqualTo(to != ProgressState.Snapshot), $"{from} to {to}");
            if (to != ProgressState.Snapshot)
            {
                Assert.That(member.Next, Is.EqualTo(new LogIndex(6)), $"{from} to {to}: what was under way is sent again");
            }
        }
    }

    [Test]
    public void A_probe_is_one_message_and_then_silence()
    {
        var member = In(ProgressState.Probe, match: 5);
        member.OnSent(new LogIndex(8), 100, isEmpty: false, new LogIndex(4));
        Assert.That((member.IsProbing, member.CanSend), Is.EqualTo((true, false)));
        Assert.That(member.Next, Is.EqualTo(new LogIndex(6)), "what a probe carries may never arrive");
        Assert.That(member.Inflight.Count, Is.Zero);
        Assert.That(member.CommitSent, Is.EqualTo(new LogIndex(4)));
        member.Advance(new LogIndex(5));
        Assert.That((member.IsProbing, member.CanSend), Is.EqualTo((false, true)), "any answer ends the silence");
    }

    [Test]
    public void A_lost_probe_is_repeated_only_when_a_heartbeat_after_it_is_answered()
    {
        var member = In(ProgressState.Probe, match: 5);
        member.OnHeartbeatSent(LogIndex.Zero, round: 7);
        member.OnSent(new LogIndex(6), 10, isEmpty: false, LogIndex.Zero);
        member.RoundAnswered = 7;
        member.ResumeProbe();
        Assert.That(member.CanSend, Is.False, "the heartbeat of round 7 left before the probe and says nothing about it");

        member.OnHeartbeatSent(LogIndex.Zero, round: 8);
        member.RoundAnswered = 8;
        member.ResumeProbe();
        Assert.That(member.CanSend, Is.True);
    }

    [Test]
    public void Replication_is_pipelined_until_the_window_is_full()
    {
        var member = In(ProgressState.Replicate, match: 5);
        for (ulong last = 6; last <= 8; last++)
        {
            Assert.That(member.CanSend, Is.True);
            member.OnSent(new LogIndex(last), 10, isEmpty: false, LogIndex.Zero);
            Assert.That(member.Next, Is.EqualTo(new LogIndex(last + 1)), "the next message does not wait for the answer");
        }

        Assert.That(member.CanSend, Is.False);
        Assert.That(member.Advance(new LogIndex(6)), Is.True);
        Assert.That(member.CanSend, Is.True);
        Assert.That(member.Next, Is.EqualTo(new LogIndex(9)));
    }

    [Test]
    public void An_empty_message_takes_no_room_in_the_window()
    {
        var member = In(ProgressState.Replicate, match: 5);
        member.OnSent(new LogIndex(5), 0, isEmpty: true, new LogIndex(5));
        Assert.That((member.Inflight.Count, member.Next, member.CommitSent), Is.EqualTo((0, new LogIndex(6), new LogIndex(5))));
    }

    [TestCase(4UL, false, 5UL, 9UL)]
    [TestCase(5UL, false, 5UL, 9UL)]
    [TestCase(6UL, true, 6UL, 9UL)]
    [TestCase(8UL, true, 8UL, 9UL)]
    [TestCase(12UL, true, 12UL, 13UL)]
    public void An_acknowledgement_only_ever_advances(ulong match, bool isNews, ulong matchAfter, ulong nextAfter)
    {
        var member = In(ProgressState.Replicate, match: 5);
        member.OnSent(new LogIndex(8), 100, isEmpty: false, LogIndex.Zero);
        Assert.That(member.Advance(new LogIndex(match)), Is.EqualTo(isNews));
        Assert.That((member.Match.Value, member.Next.Value), Is.EqualTo((matchAfter, nextAfter)));
    }

    // With Match 5. In Replicate a rejection is stale if Match covers it; in the others if it is not about what was sent last (Next - 1).
    [TestCase(ProgressState.Replicate, 4UL, 3UL, null)]
    [TestCase(ProgressState.Replicate, 5UL, 5UL, null)]
    [TestCase(ProgressState.Replicate, 8UL, 7UL, 8UL)]
    [TestCase(ProgressState.Replicate, 8UL, 6UL, 7UL)]
    [TestCase(ProgressState.Replicate, 8UL, 2UL, 6UL, Description = "never back to what is known to match")]
    [TestCase(ProgressState.Replicate, 8UL, 100UL, 8UL, Description = "a hint beyond the rejected entry does not lead forward")]
    [TestCase(ProgressState.Probe, 4UL, 3UL, null)]
    [TestCase(ProgressState.Probe, 6UL, 3UL, null)]
    [TestCase(ProgressState.Probe, 5UL, 3UL, 4UL, Description = "it has lost what it acknowledged")]
    [TestCase(ProgressState.Snapshot, 4UL, 3UL, null)]
    [TestCase(ProgressState.Snapshot, 5UL, 3UL, 4UL)]
    public void A_rejection_steps_back_unless_it_is_stale(ProgressState state, ulong rejected, ulong hint, ulong? nextAfter)
    {
        var member = In(state, match: 5);
        member.OnSent(new LogIndex(9), 100, isEmpty: false, LogIndex.Zero);
        var before = (member.State, member.Next, member.IsProbing, member.Inflight.Count);

        var isCurrent = member.StepBack(new LogIndex(rejected), new LogIndex(hint));

        Assert.That(isCurrent, Is.EqualTo(nextAfter is not null));
        if (nextAfter is { } next)
        {
            Assert.That((member.State, member.Next, member.CanSend), Is.EqualTo((ProgressState.Probe, new LogIndex(next), true)));
        }
        else
        {
            Assert.That((member.State, member.Next, member.IsProbing, member.Inflight.Count), Is.EqualTo(before), "a stale rejection changes nothing");
        }
    }

    [Test]
    public void A_rejected_probe_goes_back_as_far_as_the_hint_says()
    {
        var member = new Progress(new NodeId(2), new LogIndex(100), Options);
        member.OnSent(new LogIndex(100), 10, isEmpty: false, LogIndex.Zero);
        Assert.That(member.StepBack(new LogIndex(99), new LogIndex(40)), Is.True);
        Assert.That((member.Next, member.CanSend), Is.EqualTo((new LogIndex(41), true)));
        Assert.That(member.StepBack(new LogIndex(99), new LogIndex(10)), Is.False, "the same rejection once more");
        Assert.That(member.StepBack(new LogIndex(40), new LogIndex(0)), Is.True);
        Assert.That(member.Next, Is.EqualTo(new LogIndex(1)));
    }

    [Test]
    public void Silence_since_the_last_check_shows()
    {
        var member = In(ProgressState.Replicate, match: 5);
        member.BeginCheck();
        Assert.That(member.IsActive, Is.False);
        member.OnHeard(default);
        Assert.That(member.IsActive, Is.True);
    }

    [Test]
    public void A_heartbeat_does_not_take_back_the_commit_index_that_was_sent()
    {
        var member = In(ProgressState.Replicate, match: 5);
        member.OnSent(new LogIndex(9), 100, isEmpty: false, new LogIndex(7));
        member.OnHeartbeatSent(new LogIndex(5), round: 1);
        Assert.That(member.CommitSent, Is.EqualTo(new LogIndex(7)));
    }

    [Test]
    public void Whatever_happens_next_lies_after_match_and_the_window_keeps_its_bounds([Range(1, 20)] int seed)
    {
        const int MessageBytesMax = 400;
        const int StepBack = 4;
        var random = new Random(seed);
        var member = new Progress(new NodeId(2), new LogIndex((ulong)random.Next(1, 50)), Options);
        var inflight = new Queue<(LogIndex Last, int Bytes)>();
        ulong round = 0;
        for (var step = 0; step < 5000; step++)
        {
            var match = member.Match;
            var action = random.Next(9);
            switch (action)
            {
                case 0 or 1 or 2 when member.CanSend:
                    var bytes = random.Next(MessageBytesMax);
                    var last = member.Next + (ulong)random.Next(3);
                    if (member.State == ProgressState.Replicate)
                    {
                        inflight.Enqueue((last, bytes));
                    }

                    member.OnSent(last, bytes, isEmpty: false, LogIndex.Zero);
                    break;
                case 3:
                    member.Advance(new LogIndex((ulong)random.Next((int)member.Next.Value)));
                    break;
                case StepBack:
                    member.StepBack(member.Next - 1 - (ulong)random.Next((int)Math.Min(3, member.Next.Value)), new LogIndex((ulong)random.Next((int)member.Next.Value + 5)));
                    break;
                case 5:
                    Become(member, (ProgressState)random.Next(3));
                    break;
                case 6:
                    member.OnHeartbeatSent(member.Match, ++round);
                    break;
                case 7:
                    member.RoundAnswered = round;
                    member.ResumeProbe();
                    break;
                default:
                    if (member.Inflight.IsFull)
                    {
                        member.Inflight.FreeOldest();
                    }

                    break;
            }

            while (inflight.Count > member.Inflight.Count)
            {
                inflight.Dequeue();
            }

            Assert.That(member.Next, Is.GreaterThan(member.Match), $"seed {seed}, step {step}");
            Assert.That(action == StepBack || member.Match >= match, $"seed {seed}, step {step}: only a rejection takes back what was acknowledged");
            Assert.That(member.Inflight.Count, Is.LessThanOrEqualTo(Options.InflightMessagesMax), $"seed {seed}, step {step}");
            Assert.That(inflight.Sum(message => message.Bytes), Is.LessThan(Options.InflightBytesMax + MessageBytesMax), $"seed {seed}, step {step}");
            Assert.That(member.Inflight.Count == 0 || member.State == ProgressState.Replicate, $"seed {seed}, step {step}");
            Assert.That(inflight.All(message => message.Last > member.Match), $"seed {seed}, step {step}: what is acknowledged is not under way");
        }
    }

    private static Progress In(ProgressState state, ulong match)
    {
        var member = new Progress(new NodeId(2), new LogIndex(1), Options);
        member.Advance(new LogIndex(match));
        Become(member, state);
        return member;
    }

    private static void Become(Progress member, ProgressState state)
    {
        switch (state)
        {
            case ProgressState.Probe:
                member.BecomeProbe();
                break;
            case ProgressState.Replicate:
                member.BecomeReplicate();
                break;
            case ProgressState.Snapshot:
                member.BecomeSnapshot(new SnapshotTransfer(NewSnapshot.At(3), Ticks.Zero));
                break;
        }
    }
}
