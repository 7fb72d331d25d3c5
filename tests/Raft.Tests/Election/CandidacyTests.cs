using System.Collections.Immutable;
using Consensus.Raft.Election;
using Consensus.Raft.Messages;
using Consensus.Raft.Quorum;

namespace Consensus.Raft.Tests.Election;

[TestFixture]
public sealed class CandidacyTests
{
    [Test]
    public void A_pre_vote_changes_neither_term_nor_vote_and_asks_in_the_next_term()
    {
        var state = NewState.Of(1, NewState.Voters(3));
        state.SaveTermAndVote(new Term(4), new NodeId(2));
        state.Leader = new NodeId(2);
        state.Effects.Clear();

        new Candidacy(state).BeginPreVote();

        Assert.That((state.Role, state.Term, state.VotedFor, state.Leader), Is.EqualTo((ReplicaRole.PreCandidate, new Term(4), new NodeId(2), NodeId.None)));
        Assert.That(state.Effects.Records, Is.Empty);
        Assert.That(state.Sent<PreVoteRequest>().Select(sent => (sent.To.Value, sent.Message.Term.Value)), Is.EqualTo(new[] { (2U, 5UL), (3U, 5UL) }));
    }

    [Test]
    public void A_vote_enters_the_next_term_and_asks_only_when_the_own_vote_is_on_disk()
    {
        var state = NewState.Of(1, NewState.Voters(3));
        new Candidacy(state).BeginVote(isTransfer: false);
        Assert.That((state.Role, state.Term, state.VotedFor), Is.EqualTo((ReplicaRole.Candidate, new Term(1), new NodeId(1))));
        Assert.That(state.Effects.Records, Has.Count.EqualTo(1));
        Assert.That(state.Sent<VoteRequest>().Select(sent => (sent.To.Value, sent.Message.AfterLsn, sent.Message.IsTransfer)), Is.EqualTo(new[] { (2U, state.Effects.LastLsn, false), (3U, state.Effects.LastLsn, false) }));
    }

    [Test]
    public void Voters_of_both_configurations_are_asked_and_nobody_else()
    {
        var joint = new ClusterMembership(
            [
                new Member(new NodeId(1), "n1"),
                new Member(new NodeId(2), "n2", MemberRole.Leaving),
                new Member(new NodeId(3), "n3", MemberRole.Learner),
                new Member(new NodeId(4), "n4", MemberRole.Joining),
                new Member(new NodeId(5), "n5"),
            ],
            ImmutableArray.Create(new NodeId(1), new NodeId(2)));
        var state = NewState.Of(1, joint);
        new Candidacy(state).BeginVote(isTransfer: true);
        Assert.That(state.Sent<VoteRequest>().Select(sent => (sent.To.Value, sent.Message.IsTransfer)), Is.EqualTo(new[] { (2U, true), (5U, true) }));
    }

    [Test]
    public void The_own_vote_counts_when_it_is_on_disk()
    {
        var state = NewState.Of(1, NewState.Voters(3));
        var candidacy = new Candidacy(state);
        candidacy.BeginVote(isTransfer: false);
        candidacy.OnAnswer(new NodeId(2), granted: true);
        Assert.That(candidacy.Outcome(), Is.EqualTo(VoteOutcome.Pending));
        candidacy.OnDurable(new Engine.Lsn(state.Effects.LastLsn.Value - 1));
        Assert.That(candidacy.Outcome(), Is.EqualTo(VoteOutcome.Pending), "an older record is on disk");
        candidacy.OnDurable(state.Effects.LastLsn);
        Assert.That(candidacy.Outcome(), Is.EqualTo(VoteOutcome.Won));
    }

    [Test]
    public void The_own_pre_vote_counts_at_once()
    {
        var state = NewState.Of(1, NewState.Voters(1));
        var candidacy = new Candidacy(state);
        candidacy.BeginPreVote();
        Assert.That(candidacy.Outcome(), Is.EqualTo(VoteOutcome.Won));
    }

    [Test]
    public void A_second_answer_of_the_same_voter_does_not_count()
    {
        var state = NewState.Of(1, NewState.Voters(5));
        var candidacy = new Candidacy(state);
        candidacy.BeginPreVote();
        candidacy.OnAnswer(new NodeId(2), granted: true);
        candidacy.OnAnswer(new NodeId(2), granted: true);
        Assert.That(candidacy.Outcome(), Is.EqualTo(VoteOutcome.Pending));
        candidacy.OnAnswer(new NodeId(3), granted: false);
        candidacy.OnAnswer(new NodeId(3), granted: true);
        Assert.That(candidacy.Outcome(), Is.EqualTo(VoteOutcome.Pending));
        candidacy.OnAnswer(new NodeId(4), granted: true);
        Assert.That(candidacy.Outcome(), Is.EqualTo(VoteOutcome.Won));
    }

    [Test]
    public void An_attempt_begins_without_the_answers_to_the_one_before()
    {
        var state = NewState.Of(1, NewState.Voters(3));
        var candidacy = new Candidacy(state);
        candidacy.BeginPreVote();
        candidacy.OnAnswer(new NodeId(2), granted: true);
        Assert.That(candidacy.Outcome(), Is.EqualTo(VoteOutcome.Won));
        candidacy.BeginVote(isTransfer: false);
        Assert.That(candidacy.Outcome(), Is.EqualTo(VoteOutcome.Pending));
        candidacy.OnAnswer(new NodeId(2), granted: false);
        candidacy.OnAnswer(new NodeId(3), granted: false);
        Assert.That(candidacy.Outcome(), Is.EqualTo(VoteOutcome.Lost));
    }

    [Test]
    public void Answers_of_those_who_do_not_vote_count_for_nothing()
    {
        var state = NewState.Of(1, NewState.Voters(3));
        var candidacy = new Candidacy(state);
        candidacy.BeginPreVote();
        candidacy.OnAnswer(new NodeId(8), granted: true);
        candidacy.OnAnswer(new NodeId(9), granted: true);
        Assert.That(candidacy.Outcome(), Is.EqualTo(VoteOutcome.Pending));
    }
}
