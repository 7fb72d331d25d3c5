using Consensus.Engine;
using Consensus.Raft;
using Consensus.Raft.Messages;
using Consensus.Simulation.Checkers.Raft;

namespace Consensus.Simulation.Tests.Checkers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HonestNeverEquivocatesTests
{
    private readonly VotesAreKept _votes = new();
    private readonly CheckerBed _bed;

    public HonestNeverEquivocatesTests()
    {
        _bed = new CheckerBed(observatory => new HonestNeverEquivocates(observatory, _votes));
        _bed.Add(_votes);
    }

    [Test]
    public void A_vote_that_is_not_on_disk_is_found()
    {
        Save(2, 4, 1);
        _bed.Send(2, 1, new VoteResponse(default, new Term(4), true));
        _bed.AssertViolation("node 2 tells node 1 that it votes for node 1 in term 4", "no vote in that term on disk");
    }

    [Test]
    public void Two_votes_in_one_term_are_found_across_lives()
    {
        Save(2, 4, 1);
        _bed.Flush(2);
        _bed.Send(2, 1, new VoteResponse(default, new Term(4), true));
        _bed.Send(2, 3, new VoteResponse(default, new Term(4), true));
        _bed.AssertViolation("node 2 votes for node 3 in term 4, and has voted for node 1");
    }

    [Test]
    public void A_refused_vote_and_the_votes_of_other_terms_contradict_nothing()
    {
        Save(2, 4, 1);
        Save(2, 5, 2);
        _bed.Flush(2);
        _bed.Send(2, 1, new VoteResponse(default, new Term(4), true));
        _bed.Send(2, 3, new VoteResponse(default, new Term(4), false));
        _bed.Send(2, 3, new VoteRequest(default, new Term(5), default, default, false));
        _bed.AssertNone();
    }

    [Test]
    public void Two_that_speak_as_leader_of_a_term_are_found()
    {
        _bed.Send(1, 3, new Heartbeat(new Term(4), default, 1));
        _bed.Send(2, 3, new Heartbeat(new Term(4), default, 1));
        _bed.AssertViolation("node 2 speaks as leader of term 4", "node 1");
    }

    [Test]
    public void Two_entries_for_one_index_and_term_are_found()
    {
        _bed.Send(1, 2, new AppendRequest(new Term(4), default, default, new[] { _bed.Entry(4, "a") }));
        _bed.Send(1, 3, new AppendRequest(new Term(4), default, default, new[] { _bed.Entry(4, "b") }));
        _bed.AssertViolation("node 1 leads term 4 and sends node 3 entry 1 of term 4");
    }

    [Test]
    public void An_acknowledgement_of_what_is_not_on_disk_is_found_whatever_it_waited_for()
    {
        _bed.Follow(2, 4, 0, _bed.Entry(4, "a"));
        _bed.Send(2, 1, new AppendAccepted(default, new Term(4), new LogIndex(1)));
        _bed.AssertViolation("node 2 acknowledges entries up to 1 to node 1 in term 4", "up to 0");
    }

    [Test]
    public void An_acknowledgement_of_what_the_leader_does_not_have_is_found()
    {
        _bed.Lead(1, 4, 0, _bed.Entry(4, "a"));
        _bed.Follow(2, 4, 0, _bed.Entry(3, "b"));
        _bed.Flush(2);
        _bed.Send(2, 1, new AppendAccepted(default, new Term(4), new LogIndex(1)));
        _bed.AssertViolation("node 2 acknowledges entries up to 1 to node 1 in term 4", "in the leader's log chain");
    }

    [Test]
    public void An_acknowledgement_of_an_earlier_term_may_come_late()
    {
        _bed.Follow(2, 4, 0, _bed.Entry(4, "a"));
        _bed.Turn(2, ReplicaRole.Follower, 5, 0, effects => effects.Truncate(new LogIndex(1)));
        _bed.Flush(2);
        _bed.Send(2, 1, new AppendAccepted(new Lsn(1), new Term(4), new LogIndex(1)));
        _bed.AssertNone();
    }

    private void Save(ulong node, ulong term, uint vote) =>
        _bed.Turn(node, ReplicaRole.Follower, term, 0, effects => effects.Save(HardState.Slot, new HardState(new Term(term), new NodeId(vote)).ToBytes()));
}
