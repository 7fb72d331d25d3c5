using Consensus.Engine;
using Consensus.Raft.Membership;
using Consensus.Raft.Messages;

namespace Consensus.Raft.Tests.Membership;

/// <summary>Replica 1 leads; 2 and 3 vote.</summary>
[TestFixture]
public sealed class MembershipChangesTests
{
    private static readonly NodeId Self = new(1);
    private static readonly MembershipChange AddFour = MembershipChange.None.AddVoter(new NodeId(4), "n4");

    private NewLeader _leader = null!;
    private MembershipChanges _changes = null!;

    private ClusterMembership Current => _leader.State.Membership;

    [SetUp]
    public void Lead()
    {
        _leader = new NewLeader(NewState.Voters(3), new RaftOptions { CatchUpEntriesMax = 10 });
        _changes = new MembershipChanges(_leader.State, _leader.Replicator, _leader.Desk);
    }

    [Test]
    public void A_removal_goes_through_a_joint_configuration_and_ends_when_the_last_one_is_committed()
    {
        _leader.CommitAll();
        Request(1, MembershipChange.None.Remove(new NodeId(3)));
        Assert.That(Current.IsJoint, Is.True);
        var joint = _leader.State.MembershipIndex;
        _changes.Advance();
        Assert.That(_leader.State.MembershipIndex, Is.EqualTo(joint), "it is not committed");

        Turn();
        Assert.That(Current.IsJoint, Is.False);
        Assert.That(Current.Members.Select(member => member.Id.Value), Is.EqualTo(new[] { 1U, 2U }));
        Assert.That(_leader.Ended, Is.Empty, "the configuration without node 3 is not committed");
        Turn();
        Assert.That(_leader.Ended, Is.EqualTo(new[] { (1UL, RefusalReason.None) }));
    }

    [Test]
    public void A_voter_is_added_joins_votes_and_is_reported_only_then()
    {
        _leader.CommitAll();
        Request(1, AddFour);
        Turn(without: 4);
        Assert.That(Current.Find(new NodeId(4))!.Role, Is.EqualTo(MemberRole.Joining), "it has not answered");
        Assert.That(_leader.Ended, Is.Empty);
        _leader.Accept(4, _leader.State.Log.LastIndex.Value);
        Turn();
        Assert.That(Current.IsJoint, Is.True);
        Turn();
        Assert.That(Current.IsJoint, Is.False);
        Turn();
        Assert.That(Current.Find(new NodeId(4))!.Role, Is.EqualTo(MemberRole.Voter));
        Assert.That(_leader.Ended, Is.EqualTo(new[] { (1UL, RefusalReason.None) }));
    }

    private static IEnumerable<TestCaseData> InEffect()
    {
        var none = MembershipChange.None;
        yield return new TestCaseData(none.AddVoter(new NodeId(3), "n3")).SetArgDisplayNames("added, who votes under this address");
        yield return new TestCaseData(none.Promote(new NodeId(3))).SetArgDisplayNames("promoted, who votes");
        yield return new TestCaseData(none.Move(new NodeId(3), "n3")).SetArgDisplayNames("moved, who is there");
        yield return new TestCaseData(none.Remove(new NodeId(4))).SetArgDisplayNames("removed, who is gone");
    }

    /// <summary>Whoever got no answer asks again; a leader that was deposed without knowing it must not say that it is so.</summary>
    [TestCaseSource(nameof(InEffect))]
    public void A_change_that_is_in_effect_changes_nothing_and_is_done_once_that_is_committed_anew(MembershipChange change)
    {
        _leader.CommitAll();
        var before = Current;
        Request(1, change);
        _changes.Advance();
        Assert.That(_leader.Ended, Is.Empty, "it is not committed");

        Turn();
        Assert.That(Current, Is.EqualTo(before));
        Assert.That(_leader.State.Effects.Controls.Select(control => control.Result), Is.EqualTo(new[] { ControlResult.DoneBefore }));
    }

    [Test]
    public void A_voter_that_is_added_under_another_address_is_refused()
    {
        _leader.CommitAll();
        Request(1, MembershipChange.None.AddVoter(new NodeId(3), "elsewhere"));
        Assert.That(_leader.Ended, Is.EqualTo(new[] { (1UL, RefusalReason.InvalidChange) }));
    }

    /// <summary>Under load there is always more under way than a member may lack: what the others have not acknowledged either does not count.</summary>
    [Test]
    public void A_member_that_keeps_up_with_the_committed_entries_votes_whatever_is_under_way()
    {
        _leader.CommitAll();
        Request(1, AddFour);
        Turn(without: 4);
        _leader.Propose(30);
        _leader.CommitAll(4);
        _leader.Accept(4, _leader.State.Commit.Value - 11);
        _leader.Propose(500);
        _changes.Advance();
        Assert.That(Current.Find(new NodeId(4))!.Role, Is.EqualTo(MemberRole.Joining), "it lacks 11 committed entries");
        _leader.Accept(4, _leader.State.Commit.Value - 10);
        _changes.Advance();
        Assert.That(Current.Find(new NodeId(4))!.Role, Is.EqualTo(MemberRole.Voter));
        Assert.That(Current.IsJoint, Is.True);
    }

    [Test]
    public void A_change_that_comes_before_the_first_commit_of_the_term_waits_for_it()
    {
        Request(1, AddFour);
        _changes.Advance();
        Assert.That(_leader.State.MembershipIndex, Is.EqualTo(LogIndex.Zero));
        _leader.CommitAll();
        _changes.Advance();
        Assert.That(Current.Find(new NodeId(4)), Is.Not.Null);
        Assert.That(_leader.Ended, Is.Empty);
    }

    [Test]
    public void Of_two_that_came_early_the_second_finds_the_first_under_way()
    {
        Request(1, AddFour);
        Request(2, MembershipChange.None.Remove(new NodeId(3)));
        _leader.CommitAll();
        _changes.Advance();
        Assert.That(_leader.Ended, Is.EqualTo(new[] { (2UL, RefusalReason.Busy) }));
    }

    [Test]
    public void Sixteen_may_come_early_and_the_next_is_refused()
    {
        for (ulong ticket = 1; ticket <= 17; ticket++)
        {
            Request(ticket, AddFour);
        }

        Assert.That(_leader.Ended, Is.EqualTo(new[] { (17UL, RefusalReason.Busy) }));
        _changes.EndTerm();
        Assert.That(_leader.Ended.Skip(1).Select(ended => (ended.Ticket, ended.Refusal)), Is.EqualTo(Enumerable.Range(1, 16).Select(ticket => ((ulong)ticket, RefusalReason.NoLeader))));
    }

    [Test]
    public void While_a_configuration_is_not_committed_or_joint_others_are_refused()
    {
        _leader.CommitAll();
        Request(1, MembershipChange.None.Remove(new NodeId(3)));
        Request(2, AddFour);
        Turn();
        Request(3, AddFour);
        Assert.That(_leader.Ended, Is.EqualTo(new[] { (2UL, RefusalReason.Busy), (3UL, RefusalReason.Busy) }));
    }

    [Test]
    public void What_is_impossible_is_refused_and_nothing_is_appended()
    {
        _leader.CommitAll();
        var last = _leader.State.Log.LastIndex;
        Request(1, MembershipChange.None.Promote(new NodeId(9)));
        Assert.That(_leader.Ended, Is.EqualTo(new[] { (1UL, RefusalReason.InvalidChange) }));
        Assert.That(_leader.State.Log.LastIndex, Is.EqualTo(last));
        Request(2, AddFour);
        Assert.That(_leader.State.Log.LastIndex, Is.EqualTo(last + 1), "a refused one is not in the way");
    }

    [Test]
    public void A_learner_that_lags_is_not_promoted()
    {
        _leader.CommitAll();
        Request(1, MembershipChange.None.AddLearner(new NodeId(4), "n4"));
        Turn(without: 4);
        Request(2, MembershipChange.None.Promote(new NodeId(4)));
        Assert.That(_leader.Ended, Is.EqualTo(new[] { (1UL, RefusalReason.None), (2UL, RefusalReason.NotCaughtUp) }));
        _leader.Accept(4, _leader.State.Log.LastIndex.Value);
        Request(3, MembershipChange.None.Promote(new NodeId(4)));
        Assert.That(Current.IsJoint, Is.True);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_member_that_never_answers_can_be_removed_or_moved_while_somebody_waits_for_it(bool isMove)
    {
        _leader.CommitAll();
        Request(1, AddFour);
        Turn(without: 4);
        var change = isMove ? MembershipChange.None.Move(new NodeId(4), "n4b") : MembershipChange.None.Remove(new NodeId(4));
        Request(2, change);
        Turn(without: 4);
        Assert.That(_leader.Ended, Is.EqualTo(new[] { (1UL, RefusalReason.InvalidChange), (2UL, RefusalReason.None) }));
        Assert.That(Current.Find(new NodeId(4))?.Address, Is.EqualTo(isMove ? "n4b" : null));
    }

    [Test]
    public void A_change_that_expects_the_membership_as_it_is_begins()
    {
        _leader.CommitAll();
        Request(1, MembershipChange.None.AddLearner(new NodeId(4), "n4").Expecting(_leader.State.Commit));
        Assert.That(Current.Find(new NodeId(4)), Is.Not.Null);
    }

    /// <summary>The version names the entry up to which somebody has seen the membership; what follows it is of no concern unless it is a membership.</summary>
    [Test]
    public void Commands_do_not_make_a_version_stale_and_a_membership_does()
    {
        _leader.CommitAll();
        var seen = _leader.State.Commit;
        _leader.Propose(5);
        _leader.CommitAll();
        Request(1, MembershipChange.None.AddLearner(new NodeId(4), "n4").Expecting(seen));
        Turn();
        var last = _leader.State.Log.LastIndex;
        Request(2, MembershipChange.None.AddLearner(new NodeId(5), "n5").Expecting(seen));
        Request(3, MembershipChange.None.AddLearner(new NodeId(5), "n5").Expecting(_leader.State.Commit + 1));
        Assert.That(_leader.Ended, Is.EqualTo(new[] { (1UL, RefusalReason.None), (2UL, RefusalReason.MembershipChanged), (3UL, RefusalReason.MembershipChanged) }));
        Assert.That(_leader.State.Log.LastIndex, Is.EqualTo(last), "nothing was appended");
        Assert.That(_leader.State.Effects.Controls[1].Result.Detail, Is.EqualTo($"Expected is version {seen} of the membership, which has changed since: version {_leader.State.Commit} has 4 members, 1, 2, 3, 4."));

        Request(4, MembershipChange.None.AddLearner(new NodeId(5), "n5").Expecting(_leader.State.MembershipIndex));
        Assert.That(Current.Find(new NodeId(5)), Is.Not.Null, "seen when it was committed, and not later");
    }

    /// <summary>Whoever got no answer asks again with the same words, and its own change must not be in the way.</summary>
    [Test]
    public void A_change_that_is_in_effect_is_done_although_it_expects_the_membership_before()
    {
        _leader.CommitAll();
        var change = MembershipChange.None.AddLearner(new NodeId(4), "n4").Expecting(_leader.State.Commit);
        Request(1, change);
        Turn();
        Request(2, change);
        Turn();
        Assert.That(_leader.Ended, Is.EqualTo(new[] { (1UL, RefusalReason.None), (2UL, RefusalReason.None) }));
    }

    [Test]
    public void Who_asks_again_while_a_member_joins_waits_for_it_too()
    {
        _leader.CommitAll();
        Request(1, AddFour);
        Request(2, AddFour);
        Turn(without: 4);
        Request(3, AddFour.Expecting(LogIndex.Zero));
        Request(4, MembershipChange.None.AddVoter(new NodeId(4), "elsewhere"));
        Assert.That(_leader.Ended, Is.EqualTo(new[] { (4UL, RefusalReason.Busy) }));

        _leader.Accept(4, _leader.State.Log.LastIndex.Value);
        for (var turn = 0; turn < 3; turn++)
        {
            Turn();
        }

        Assert.That(_leader.Ended.Skip(1), Is.EqualTo(new[] { (1UL, RefusalReason.None), (2UL, RefusalReason.None), (3UL, RefusalReason.None) }));
    }

    [Test]
    public void Sixteen_may_wait_for_a_change_and_all_hear_when_leadership_is_lost()
    {
        _leader.CommitAll();
        for (ulong ticket = 1; ticket <= 17; ticket++)
        {
            Request(ticket, AddFour);
        }

        Assert.That(_leader.Ended, Is.EqualTo(new[] { (17UL, RefusalReason.Busy) }));
        _changes.EndTerm();
        Assert.That(_leader.Ended.Skip(1), Is.EqualTo(Enumerable.Range(1, 16).Select(ticket => ((ulong)ticket, RefusalReason.TimedOut))));
    }

    private static IEnumerable<TestCaseData> Begun()
    {
        var (joining, joint) = (NewState.Voters(3), NewState.Voters(3));
        Assert.That(MembershipPlanner.TryPlan(joining, AddFour, out joining, out _), Is.True);
        Assert.That(MembershipPlanner.TryPlan(joint, MembershipChange.None.Remove(new NodeId(3)), out joint, out _), Is.True);
        yield return new TestCaseData(joining, AddFour).SetArgDisplayNames("a member joins");
        yield return new TestCaseData(MembershipPlanner.Promote(joining, [new NodeId(4)]), AddFour).SetArgDisplayNames("a member becomes a voter");
        yield return new TestCaseData(joint, MembershipChange.None.Remove(new NodeId(3))).SetArgDisplayNames("a member leaves");
    }

    [TestCaseSource(nameof(Begun))]
    public void Who_asks_again_for_what_an_earlier_leader_began_waits_for_it(ClusterMembership begun, MembershipChange change)
    {
        _leader = new NewLeader(begun, new RaftOptions { CatchUpEntriesMax = 10 });
        _changes = new MembershipChanges(_leader.State, _leader.Replicator, _leader.Desk);
        _leader.CommitAll(4);
        Request(1, change);
        Assert.That(_leader.Ended, Is.Empty);
        for (var turn = 0; turn < 4; turn++)
        {
            Turn();
        }

        Assert.That(_leader.Ended, Is.EqualTo(new[] { (1UL, RefusalReason.None) }));
        Assert.That(MembershipPlanner.IsInEffect(Current, change), Is.True);
    }

    [Test]
    public void A_joint_configuration_of_an_earlier_leader_is_left_although_nobody_waits()
    {
        var joint = MembershipPlanner.TryPlan(NewState.Voters(3), MembershipChange.None.Remove(new NodeId(3)), out var next, out _) ? next : null;
        _leader = new NewLeader(joint!);
        _changes = new MembershipChanges(_leader.State, _leader.Replicator, _leader.Desk);
        _changes.Advance();
        Assert.That(Current.IsJoint, Is.True, "an entry of the own term is committed first");
        Turn();
        Assert.That(Current.IsJoint, Is.False);
        Assert.That(Current.Find(new NodeId(3)), Is.Null);
    }

    [Test]
    public void Who_waits_when_leadership_is_lost_is_told_that_nobody_knows()
    {
        _leader.CommitAll();
        _changes.Request(new NodeId(2), new Ticket(1), AddFour, default);
        _changes.EndTerm();
        _changes.EndTerm();
        Assert.That(_leader.State.Sent<ControlOutcome>().Single(), Is.EqualTo((new NodeId(2), _leader.State.Sent<ControlOutcome>().Single().Message)));
        Assert.That(_leader.State.Sent<ControlOutcome>().Single().Message.Result.Refusal, Is.EqualTo(RefusalReason.TimedOut));
    }

    /// <summary>
    /// Random changes, some of them impossible, among nodes 1 to 6 of which node 1 leads and stays: one configuration is under way at a time, two
    /// that follow each other share a majority, and everybody who asked is answered once.
    /// </summary>
    [Test]
    public void Configurations_that_follow_each_other_overlap_and_every_request_ends_once([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var ended = new HashSet<ulong>();
        ulong ticket = 0;
        _leader.CommitAll();
        for (var step = 0; step < 400; step++)
        {
            var before = Current;
            var id = new NodeId((uint)random.Next(2, 7));
            switch (random.Next(6))
            {
                case 0:
                    Request(++ticket, MembershipChange.None.AddVoter(id, $"n{id}"));
                    break;
                case 1:
                    Request(++ticket, MembershipChange.None.AddLearner(id, $"n{id}"));
                    break;
                case 2:
                    Request(++ticket, MembershipChange.None.Promote(id));
                    break;
                case 3:
                    Request(++ticket, MembershipChange.None.Remove(id));
                    break;
                default:
                    Turn();
                    break;
            }

            if (!ReferenceEquals(before, Current))
            {
                var (was, isNow) = (new Raft.Quorum.JointQuorum(before), new Raft.Quorum.JointQuorum(Current));
                Assert.That(before.IsJoint && Current.IsJoint, Is.False, $"seed {seed}, step {step}");
                Assert.That(was.Incoming.SequenceEqual(isNow.Incoming) || was.Incoming.SequenceEqual(isNow.Outgoing), Is.True, $"seed {seed}, step {step}: {before} to {Current}");
            }

            foreach (var control in _leader.State.Effects.Controls)
            {
                Assert.That(ended.Add(control.Ticket.Value), Is.True, $"seed {seed}, step {step}: request {control.Ticket} ended twice");
            }

            var lsn = _leader.State.Effects.LastLsn;
            _leader.State.Effects.Clear();
            Assert.That(_leader.State.Effects.LastLsn, Is.EqualTo(lsn));
        }

        for (var turn = 0; turn < 6; turn++)
        {
            Turn();
        }

        ended.UnionWith(_leader.State.Effects.Controls.Select(control => control.Ticket.Value));
        Assert.That(ended, Has.Count.EqualTo((int)ticket), $"seed {seed}");
    }

    private void Request(ulong ticket, MembershipChange change) => _changes.Request(Self, new Ticket(ticket), change, default);

    /// <summary>Everybody takes what there is, and the leader takes the next step.</summary>
    private void Turn(params uint[] without)
    {
        _leader.CommitAll(without);
        _changes.Advance();
        _leader.Replicator.FollowMembership();
    }
}
