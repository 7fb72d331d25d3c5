using Consensus.Raft.Audit;
using Consensus.Raft.Messages;
using Consensus.Raft.Replication;
using Consensus.Raft.Snapshots;

namespace Consensus.Raft.Tests.Audit;

/// <summary>Replica 1 leads; 2 and 3 vote, 4 learns.</summary>
[TestFixture]
public sealed class StateAuditTests
{
    private static readonly LogIndex Index = new(100);
    private static readonly Digest Right = Hash.Of(1);
    private static readonly Digest Wrong = Hash.Of(2);

    private RaftState _state = null!;
    private StateAudit _audit = null!;

    [SetUp]
    public void Lead()
    {
        var voters = NewState.Voters(3);
        _state = NewState.Of(1, voters with { Members = voters.Members.Add(new Member(new NodeId(4), "n4", MemberRole.Learner)) });
        var replicator = new Replicator(_state, new SnapshotSender(_state));
        _audit = new StateAudit(_state, replicator);
        _state.Role = ReplicaRole.Leader;
        replicator.BeginTerm();
        _audit.BeginTerm();
        _state.Effects.Clear();
    }

    [Test]
    public void Replicas_that_agree_hear_nothing()
    {
        foreach (uint node in new[] { 3, 1, 4, 2 })
        {
            Assert.That(Report(node, Right), Is.Null);
        }

        AssertVerdicts();
    }

    [Test]
    public void A_follower_that_differs_from_the_majority_is_told()
    {
        Report(2, Wrong);
        Report(1, Right);
        AssertVerdicts();
        Report(3, Right);
        AssertVerdicts(2);
    }

    [Test]
    public void A_report_that_comes_after_the_verdict_is_judged_by_it()
    {
        Report(1, Right);
        Report(3, Right);
        AssertVerdicts();
        Report(2, Wrong);
        AssertVerdicts(2);
    }

    [Test]
    public void A_leader_that_differs_from_the_majority_learns_it_without_a_message()
    {
        Report(1, Wrong);
        Report(2, Right);
        Assert.That(Report(3, Right), Is.EqualTo(new StateVerdict(_state.Term, Index, Right)));
        Assert.That(_state.Effects.Messages, Is.Empty);
        Assert.That(_state.Effects.Events, Is.EqualTo(new[] { new StateDiverged(Index, new NodeId(1), Right, Wrong) }));
    }

    [Test]
    public void A_leader_whose_own_report_comes_last_learns_it_too()
    {
        Report(2, Right);
        Report(3, Right);
        Assert.That(Report(1, Wrong), Is.EqualTo(new StateVerdict(_state.Term, Index, Right)));
    }

    [Test]
    public void A_learner_is_judged_and_does_not_count()
    {
        Report(4, Wrong);
        Report(2, Wrong);
        AssertVerdicts();
        Report(1, Right);
        AssertVerdicts();
        Report(3, Right);
        AssertVerdicts(2, 4);
    }

    [Test]
    public void Without_a_majority_people_are_told_and_nobody_is_repaired()
    {
        Report(1, Hash.Of(1));
        Report(2, Hash.Of(2));
        Assert.That(_state.Effects.Events, Is.Empty, "node 3 may decide it");
        Report(3, Hash.Of(3));
        Assert.That(_state.Effects.Messages, Is.Empty);
        Assert.That(_state.Effects.Events, Is.EqualTo(new[]
        {
            new StateDiverged(Index, new NodeId(2), Hash.Of(1), Hash.Of(2)),
            new StateDiverged(Index, new NodeId(3), Hash.Of(1), Hash.Of(3)),
        }));
    }

    [Test]
    public void Reports_of_different_entries_are_not_compared()
    {
        Report(1, Right);
        Assert.That(_audit.OnReport(new NodeId(2), Index + 100, Wrong), Is.Null);
        Assert.That(_audit.OnReport(new NodeId(3), Index + 100, Wrong), Is.Null);
        AssertVerdicts();
    }

    [Test]
    public void Strangers_are_not_asked()
    {
        Report(9, Right);
        Report(1, Right);
        Report(2, Wrong);
        AssertVerdicts();
    }

    [Test]
    public void A_new_term_begins_without_reports_and_verdicts()
    {
        Report(1, Right);
        Report(2, Right);
        _audit.BeginTerm();
        Report(3, Wrong);
        AssertVerdicts();
        Report(1, Wrong);
        Report(2, Right);
        AssertVerdicts(2);
    }

    private StateVerdict? Report(uint node, Digest hash) => _audit.OnReport(new NodeId(node), Index, hash);

    private void AssertVerdicts(params uint[] nodes)
    {
        Assert.That(_state.Sent<StateVerdict>().Select(sent => sent.To.Value), Is.EqualTo(nodes));
        Assert.That(_state.Effects.Events.Cast<StateDiverged>().Select(diverged => diverged.Node.Value), Is.EqualTo(nodes));
    }
}
